/*
 * The end of a rank: functions registered for it, destructors, streams. ISO C 7.22.4; Itanium C++ ABI 3.3.6 for the
 * __cxa names.
 *
 * Functions run in reverse order of registration. One that registers another is followed by that one; one that calls
 * exit continues with the rest. An entry is taken off before it is called, so both follow from taking the newest.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "exit.h"
#include "fd.h"
#include "file_locks.h"
#include "flotilla.h"
#include "heap.h"
#include "lock.h"
#include "names.h"
#include "shared.h"
#include "thread.h"

enum kind { DONE, PLAIN, WITH_ARGUMENT, WITH_STATUS };

struct handler {
    enum kind kind;
    void (*function)(void);
    void *argument;
    void *image; /* __dso_handle of the image that registered it */
};

#define HANDLERS_PER_BLOCK 31

struct flotilla_exit_block {
    struct flotilla_exit_block *older;
    size_t used;
    struct handler handlers[HANDLERS_PER_BLOCK];
};

static struct flotilla_exit_block exit_first, quick_first FLOTILLA_LARGE;
static struct flotilla_exit_block *exit_handlers = &exit_first;
static struct flotilla_exit_block *quick_handlers = &quick_first;
static unsigned long registrations;
static struct flotilla_lock lists_lock;

static int add(struct flotilla_exit_block **list, enum kind kind, void (*function)(void), void *argument, void *image) {
    flotilla_lock(&lists_lock);
    struct flotilla_exit_block *block = *list;
    /* Room of what was run early: a program may open and close an image many times. */
    while (block != NULL && block->used > 0 && block->handlers[block->used - 1].kind == DONE) block->used--;
    if (block == NULL || block->used == HANDLERS_PER_BLOCK) {
        block = flotilla_malloc(sizeof *block);
        if (block == NULL) {
            flotilla_unlock(&lists_lock);
            return -1;
        }
        block->older = *list;
        block->used = 0;
        *list = block;
    }
    block->handlers[block->used++] = (struct handler){kind, function, argument, image};
    registrations++;
    flotilla_unlock(&lists_lock);
    return 0;
}

static void call(const struct handler *handler, int status) {
    switch (handler->kind) {
    case DONE: break;
    case PLAIN: handler->function(); break;
    case WITH_ARGUMENT: ((void (*)(void *, int))handler->function)(handler->argument, status); break;
    case WITH_STATUS: ((void (*)(int, void *))handler->function)(status, handler->argument); break;
    }
}

/* Takes the newest entry off a list; answers false when there is none. */
static bool take_newest(struct flotilla_exit_block **list, struct handler *handler) {
    flotilla_lock(&lists_lock);
    struct flotilla_exit_block *block = *list;
    while (block != NULL && block->used == 0 && block != &exit_first && block != &quick_first) {
        *list = block->older;
        flotilla_free(block);
        block = *list;
    }
    bool found = block != NULL && block->used > 0;
    if (found) *handler = block->handlers[--block->used];
    flotilla_unlock(&lists_lock);
    return found;
}

static void run(struct flotilla_exit_block **list, int status) {
    struct handler handler;
    while (take_newest(list, &handler)) call(&handler, status);
}

/* What ends with the images, not with the rank, when other ranks use them too: what constructors registered, and
 * destructors of static objects, whichever rank came by first. */
static bool ends_with_images(const void *argument) {
    return flotilla_is_sharing() && (flotilla_shared_is_starting() || flotilla_is_shared(argument));
}

int flotilla_cxa_atexit(void (*function)(void *), void *argument, void *image) {
    if (ends_with_images(argument)) return flotilla_shared_at_exit(function, argument);
    return add(&exit_handlers, WITH_ARGUMENT, (void (*)(void))function, argument, image);
}

int flotilla_atexit(void (*function)(void)) {
    return add(&exit_handlers, PLAIN, function, NULL, NULL);
}

int flotilla_on_exit(void (*function)(int, void *), void *argument) {
    return add(&exit_handlers, WITH_STATUS, (void (*)(void))function, argument, NULL);
}

int flotilla_at_quick_exit(void (*function)(void)) {
    return add(&quick_handlers, PLAIN, function, NULL, NULL);
}

int flotilla_cxa_at_quick_exit(void (*function)(void *), void *image) {
    return add(&quick_handlers, WITH_ARGUMENT, (void (*)(void))function, NULL, image);
}

int flotilla_cxa_thread_atexit(void (*destructor)(void *), void *object, void *image) {
    return add(&flotilla_current()->destructors, WITH_ARGUMENT, (void (*)(void))destructor, object, image);
}

bool flotilla_has_thread_destructors(uintptr_t start, uintptr_t end) {
    for (const struct flotilla_exit_block *block = flotilla_current()->destructors; block != NULL; block = block->older) {
        for (size_t i = 0; i < block->used; i++) {
            if ((uintptr_t)block->handlers[i].image - start < end - start) return true;
        }
    }
    return false;
}

/* Runs what one image registered, or everything (image NULL). A called function may register more: start over then. */
void flotilla_cxa_finalize(void *image) {
    if (image == NULL) {
        run(&exit_handlers, 0);
        return;
    }
again:
    for (struct flotilla_exit_block *block = exit_handlers; block != NULL; block = block->older) {
        for (size_t i = block->used; i-- > 0;) {
            struct handler handler = block->handlers[i];
            if (handler.kind == DONE || handler.image != image) continue;
            unsigned long before = registrations;
            block->handlers[i].kind = DONE;
            call(&handler, 0);
            if (registrations != before) goto again;
        }
    }
    for (struct flotilla_exit_block *block = quick_handlers; block != NULL; block = block->older) {
        for (size_t i = 0; i < block->used; i++) {
            if (block->handlers[i].image == image) block->handlers[i].kind = DONE;
        }
    }
}

void flotilla_run_thread_destructors(void) {
    run(&flotilla_current()->destructors, 0);
}

/* The images' own destructors (DT_FINI_ARRAY, DT_FINI), in the order the loader put them, up to one. Continues where it
 * stopped when one of them calls exit. */
static void run_fini(uint64_t end) {
    static uint64_t next;
    while (next < end) flotilla_control->fini_list[next++]();
}

_Noreturn void flotilla__exit(int status) {
    flotilla_shared_end();
    flotilla_file_locks_end();
    flotilla_fd_end();
    for (;;) flotilla_trap1(FLOTILLA_OP_EXIT, status & 0xff);
}

_Noreturn void flotilla_exit(int status) {
    flotilla_run_thread_destructors();
    run(&exit_handlers, status);
    run_fini(flotilla_control->fini_count - flotilla_control->shared_fini_count);
    if (flotilla_shared_end()) {
        flotilla_shared_run_handlers();
        run_fini(flotilla_control->fini_count);
    }
    static bool flushed;
    if (!flushed) {
        flushed = true;
        flotilla_stdio_exit();
        flotilla_heap_end();
    }
    flotilla__exit(status);
}

_Noreturn void flotilla_quick_exit(int status) {
    run(&quick_handlers, status);
    flotilla__exit(status);
}

FLOTILLA_NAMES(flotilla_exit, exit)
FLOTILLA_NAMES(flotilla__exit, _exit, _Exit)
FLOTILLA_NAMES(flotilla_quick_exit, quick_exit)
FLOTILLA_NAMES(flotilla_atexit, atexit)
FLOTILLA_NAMES(flotilla_on_exit, on_exit)
FLOTILLA_NAMES(flotilla_at_quick_exit, at_quick_exit)
FLOTILLA_NAMES(flotilla_cxa_atexit, __cxa_atexit)
FLOTILLA_NAMES(flotilla_cxa_at_quick_exit, __cxa_at_quick_exit)
FLOTILLA_NAMES(flotilla_cxa_thread_atexit, __cxa_thread_atexit_impl)
FLOTILLA_NAMES(flotilla_cxa_finalize, __cxa_finalize)
