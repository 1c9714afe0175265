/*
 * Condition variables of a rank with one thread: nobody can signal one that is waited for.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <threads.h>
#include <time.h>

#include "deadlock.h"
#include "names.h"
#include "sleep.h"

/* What is kept in a pthread_cond_t; all zero is PTHREAD_COND_INITIALIZER. */
struct condition {
    clockid_t clock;
};
_Static_assert(CLOCK_REALTIME == 0, "a statically initialized condition uses CLOCK_REALTIME");

int flotilla_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes) {
    memset(condition, 0, sizeof *condition);
    clockid_t clock = CLOCK_REALTIME;
    if (attributes != NULL) pthread_condattr_getclock(attributes, &clock);
    ((struct condition *)condition)->clock = clock;
    return 0;
}

int flotilla_cond_nothing(pthread_cond_t *condition) {
    (void)condition;
    return 0;
}

int flotilla_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex) {
    (void)condition;
    (void)mutex;
    flotilla_deadlock("pthread_cond_wait without anybody to signal it");
}

int flotilla_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock,
                            const struct timespec *end) {
    (void)condition;
    (void)mutex;
    int result = flotilla_sleep_until(clock, end);
    return result == 0 ? ETIMEDOUT : result;
}

int flotilla_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *end) {
    return flotilla_cond_clockwait(condition, mutex, ((struct condition *)condition)->clock, end);
}

int flotilla_cnd_init(cnd_t *condition) {
    return flotilla_cond_init((pthread_cond_t *)condition, NULL) == 0 ? thrd_success : thrd_error;
}

void flotilla_cnd_destroy(cnd_t *condition) {
    (void)condition;
}

int flotilla_cnd_timedwait(cnd_t *condition, mtx_t *mutex, const struct timespec *end) {
    (void)condition;
    (void)mutex;
    return flotilla_sleep_until(CLOCK_REALTIME, end) == 0 ? thrd_timedout : thrd_error;
}

FLOTILLA_NAMES(flotilla_cond_init, pthread_cond_init)
FLOTILLA_NAMES(flotilla_cond_nothing, pthread_cond_destroy, pthread_cond_signal, pthread_cond_broadcast, cnd_signal,
               cnd_broadcast)
FLOTILLA_NAMES(flotilla_cond_wait, pthread_cond_wait, cnd_wait)
FLOTILLA_NAMES(flotilla_cond_timedwait, pthread_cond_timedwait)
FLOTILLA_NAMES(flotilla_cond_clockwait, pthread_cond_clockwait)
FLOTILLA_NAMES(flotilla_cnd_init, cnd_init)
FLOTILLA_NAMES(flotilla_cnd_destroy, cnd_destroy)
FLOTILLA_NAMES(flotilla_cnd_timedwait, cnd_timedwait)
