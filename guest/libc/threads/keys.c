/*
 * Thread-specific data and one-time initialization.
 */
#define _GNU_SOURCE
#include "keys.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <threads.h>

#include "flotilla.h"
#include "names.h"
#include "heap.h"
#include "shared.h"
#include "thread.h"
#include "wait.h"

typedef void (*destructor)(void *);

static struct key {
    int used;
    destructor destroy;
} keys[PTHREAD_KEYS_MAX] FLOTILLA_LARGE;
static const void *main_values[PTHREAD_KEYS_MAX] FLOTILLA_LARGE;

/* Keys are the images' that made them, values the rank's. */
static inline struct key *entry(pthread_key_t key) {
    return &(*FLOTILLA_COMMON(keys))[key];
}

/* The calling thread's values, or NULL when it has set none. */
static inline const void **values_of_thread(void) {
    struct flotilla_thread *current = flotilla_current();
    return current == &flotilla_main_thread ? main_values : current->values;
}

int flotilla_key_create(pthread_key_t *key, destructor destroy) {
    for (pthread_key_t i = 0; i < PTHREAD_KEYS_MAX; i++) {
        if (!flotilla_take(&entry(i)->used, false, true)) continue;
        entry(i)->destroy = destroy;
        const void **values = values_of_thread();
        if (values != NULL) values[i] = NULL;
        *key = i;
        return 0;
    }
    return EAGAIN;
}

int flotilla_key_delete(pthread_key_t key) {
    if (key >= PTHREAD_KEYS_MAX || !entry(key)->used) return EINVAL;
    const void **values = values_of_thread();
    if (values != NULL) values[key] = NULL;
    flotilla_put(&entry(key)->used, false);
    return 0;
}

void *flotilla_getspecific(pthread_key_t key) {
    const void **values = values_of_thread();
    return key < PTHREAD_KEYS_MAX && values != NULL ? (void *)values[key] : NULL;
}

int flotilla_setspecific(pthread_key_t key, const void *value) {
    if (key >= PTHREAD_KEYS_MAX || !entry(key)->used) return EINVAL;
    const void **values = values_of_thread();
    if (values == NULL) {
        values = flotilla_current()->values = flotilla_calloc(PTHREAD_KEYS_MAX, sizeof *values);
        if (values == NULL) return ENOMEM;
    }
    values[key] = value;
    return 0;
}

void flotilla_destroy_specific(void) {
    const void **values = values_of_thread();
    bool again = values != NULL;
    for (int round = 0; again && round < PTHREAD_DESTRUCTOR_ITERATIONS; round++) {
        again = false;
        for (pthread_key_t key = 0; key < PTHREAD_KEYS_MAX; key++) {
            void *value = (void *)values[key];
            if (value == NULL || !entry(key)->used) continue;
            values[key] = NULL;
            if (entry(key)->destroy == NULL) continue;
            entry(key)->destroy(value);
            again = true;
        }
    }
}

int flotilla_tss_create(tss_t *key, tss_dtor_t destroy) {
    return flotilla_key_create(key, destroy) == 0 ? thrd_success : thrd_error;
}

void flotilla_tss_delete(tss_t key) {
    flotilla_key_delete(key);
}

int flotilla_tss_set(tss_t key, void *value) {
    return flotilla_setspecific(key, value) == 0 ? thrd_success : thrd_error;
}

/* The mark is made last: an exception that leaves the function (std::call_once) leaves it to be tried again, by the same
 * thread. While the function runs *control names the thread, and the others wait. */
int flotilla_once(int *control, void (*function)(void)) {
    /* One that an exception left is found out without being woken. */
    enum { DONE = 2, ONCE_PATIENCE = 10000000 };
    int running = -flotilla_identity();
    while (__builtin_expect(flotilla_look(control) != DONE, 0)) {
        int seen = flotilla_look(control);
        if (seen == running || flotilla_take(control, 0, running)) {
            function();
            flotilla_put(control, DONE);
            if (flotilla_control->threaded) flotilla_wake_word(control, INT_MAX);
        } else if (seen != 0 && seen != DONE) {
            flotilla_wait_word(control, seen, ONCE_PATIENCE);
        }
    }
    return 0;
}

FLOTILLA_NAMES(flotilla_key_create, pthread_key_create, __pthread_key_create)
FLOTILLA_NAMES(flotilla_key_delete, pthread_key_delete)
FLOTILLA_NAMES(flotilla_getspecific, pthread_getspecific, __pthread_getspecific, tss_get)
FLOTILLA_NAMES(flotilla_setspecific, pthread_setspecific, __pthread_setspecific)
FLOTILLA_NAMES(flotilla_tss_create, tss_create)
FLOTILLA_NAMES(flotilla_tss_delete, tss_delete)
FLOTILLA_NAMES(flotilla_tss_set, tss_set)
FLOTILLA_NAMES(flotilla_once, pthread_once, __pthread_once, call_once)
