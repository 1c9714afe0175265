#define _GNU_SOURCE
#include "shared.h"

#include "exit.h"
#include "heap.h"
#include "lock.h"

/* SHARED_FIRST: the images' constructors have run, and the starter runs those that every rank runs. */
enum { SHARED_NEW = 0, SHARED_STARTING, SHARED_FIRST, SHARED_READY, SHARED_ENDED };

struct flotilla_shared_handler {
    struct flotilla_shared_handler *older;
    void (*function)(void *);
    void *argument;
};

bool flotilla_shared_start(void) {
    struct flotilla_shared *shared = flotilla_control->shared;
    if (shared == NULL) return true;
    if (flotilla_take(&shared->state, SHARED_NEW, SHARED_STARTING)) {
        flotilla_put(&shared->starter, flotilla_identity());
        return true;
    }
    int state;
    while ((state = flotilla_look(&shared->state)) == SHARED_STARTING || state == SHARED_FIRST) flotilla_shared_pause();
    /* A constructor ended the rank that ran it: the others cannot begin. */
    if (state == SHARED_ENDED) flotilla__exit(0);
    return false;
}

void flotilla_shared_first(void) {
    if (flotilla_is_sharing()) flotilla_put(&flotilla_control->shared->state, SHARED_FIRST);
}

void flotilla_shared_started(void) {
    if (flotilla_is_sharing()) flotilla_put(&flotilla_control->shared->state, SHARED_READY);
}

bool flotilla_shared_is_starting(void) {
    struct flotilla_shared *shared = flotilla_control->shared;
    return shared != NULL && flotilla_look(&shared->state) == SHARED_STARTING &&
           flotilla_look(&shared->starter) == flotilla_identity();
}

bool flotilla_shared_end(void) {
    static bool counted, last;
    struct flotilla_shared *shared = flotilla_control->shared;
    if (shared == NULL) return true;
    if (counted) return last;
    counted = true;
    if (flotilla_shared_is_starting()) {
        flotilla_put(&shared->state, SHARED_ENDED);
        last = true;
    } else {
        /* A constructor of its own ended the first rank; the others have theirs. */
        if (flotilla_look(&shared->starter) == flotilla_identity()) flotilla_take(&shared->state, SHARED_FIRST, SHARED_READY);
        last = (uint64_t)__atomic_add_fetch(&shared->ended, 1, __ATOMIC_ACQ_REL) == flotilla_control->program_size;
    }
    return last;
}

static void lock(int *word) {
    while (!flotilla_take(word, 0, 1)) flotilla_shared_pause();
}

static bool is_registered(const struct flotilla_shared_handler *handler, void (*function)(void *), const void *argument) {
    while (handler != NULL && (handler->function != function || handler->argument != argument)) handler = handler->older;
    return handler != NULL;
}

int flotilla_shared_at_exit(void (*function)(void *), void *argument) {
    struct flotilla_shared *shared = flotilla_control->shared;
    struct flotilla_shared_handler *handler = flotilla_malloc(sizeof *handler);
    if (handler == NULL) return -1;
    handler->function = function;
    handler->argument = argument;
    lock(&shared->handlers_lock);
    if (flotilla_control->rank_init_count != 0 && is_registered(shared->handlers, function, argument)) {
        /* Each rank runs the constructors, and they may be of a static object, which is everybody's. */
        flotilla_put(&shared->handlers_lock, 0);
        flotilla_free(handler);
        return 0;
    }
    handler->older = shared->handlers;
    shared->handlers = handler;
    flotilla_put(&shared->handlers_lock, 0);
    return 0;
}

/* An entry is taken off before it is called: it may register more, or call exit. */
void flotilla_shared_run_handlers(void) {
    struct flotilla_shared *shared = flotilla_control->shared;
    if (shared == NULL) return;
    for (;;) {
        lock(&shared->handlers_lock);
        struct flotilla_shared_handler *handler = shared->handlers;
        if (handler != NULL) shared->handlers = handler->older;
        flotilla_put(&shared->handlers_lock, 0);
        if (handler == NULL) return;
        handler->function(handler->argument);
    }
}

static struct flotilla_lock own_images;

void flotilla_shared_lock_images(void) {
    struct flotilla_shared *shared = flotilla_control->shared;
    if (shared == NULL) {
        flotilla_lock_recursive(&own_images);
        return;
    }
    if (flotilla_look(&shared->images_lock) != flotilla_identity()) {
        while (!flotilla_take(&shared->images_lock, 0, flotilla_identity())) flotilla_shared_pause();
    }
    shared->images_depth++;
}

void flotilla_shared_unlock_images(void) {
    struct flotilla_shared *shared = flotilla_control->shared;
    if (shared == NULL) {
        flotilla_unlock_recursive(&own_images);
    } else if (--shared->images_depth == 0) {
        flotilla_put(&shared->images_lock, 0);
    }
}
