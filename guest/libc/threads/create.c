/*
 * More threads: a rank cannot have any yet. Callers see the error of a system at its limit, for which they are prepared.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <threads.h>
#include <time.h>

#include "flotilla.h"
#include "names.h"

int flotilla_thread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*function)(void *),
                           void *argument) {
    (void)thread;
    (void)attributes;
    (void)function;
    (void)argument;
    return EAGAIN;
}

int flotilla_thrd_create(thrd_t *thread, thrd_start_t function, void *argument) {
    (void)thread;
    (void)function;
    (void)argument;
    return thrd_error;
}

/* The only thread that exists is the caller. */
int flotilla_thread_join(pthread_t thread, void **result) {
    (void)result;
    return pthread_equal(thread, pthread_self()) ? EDEADLK : ESRCH;
}

int flotilla_thread_tryjoin(pthread_t thread, void **result) {
    return flotilla_thread_join(thread, result);
}

int flotilla_thread_timedjoin(pthread_t thread, void **result, const struct timespec *end) {
    (void)end;
    return flotilla_thread_join(thread, result);
}

int flotilla_thread_clockjoin(pthread_t thread, void **result, clockid_t clock, const struct timespec *end) {
    (void)clock;
    (void)end;
    return flotilla_thread_join(thread, result);
}

int flotilla_thrd_join(thrd_t thread, int *result) {
    (void)thread;
    (void)result;
    return thrd_error;
}

int flotilla_thread_detach(pthread_t thread) {
    return pthread_equal(thread, pthread_self()) ? 0 : ESRCH;
}

FLOTILLA_NAMES(flotilla_thread_create, pthread_create)
FLOTILLA_NAMES(flotilla_thrd_create, thrd_create)
FLOTILLA_NAMES(flotilla_thread_join, pthread_join)
FLOTILLA_NAMES(flotilla_thread_tryjoin, pthread_tryjoin_np)
FLOTILLA_NAMES(flotilla_thread_timedjoin, pthread_timedjoin_np)
FLOTILLA_NAMES(flotilla_thread_clockjoin, pthread_clockjoin_np)
FLOTILLA_NAMES(flotilla_thrd_join, thrd_join)
FLOTILLA_NAMES(flotilla_thread_detach, pthread_detach, thrd_detach)
