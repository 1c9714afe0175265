/*
 * Condition variables. A rank is one thread, so nobody can signal one that is waited for, unless it belongs to images
 * that ranks share.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <threads.h>
#include <time.h>

#include "deadlock.h"
#include "names.h"
#include "shared.h"
#include "sleep.h"

extern int flotilla_mutex_lock(pthread_mutex_t *mutex);
extern int flotilla_mutex_unlock(pthread_mutex_t *mutex);

/* What is kept in a pthread_cond_t; all zero is PTHREAD_COND_INITIALIZER. */
struct condition {
    clockid_t clock;
    unsigned signals;
};
_Static_assert(CLOCK_REALTIME == 0, "a statically initialized condition uses CLOCK_REALTIME");

int flotilla_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes) {
    memset(condition, 0, sizeof *condition);
    clockid_t clock = CLOCK_REALTIME;
    if (attributes != NULL) pthread_condattr_getclock(attributes, &clock);
    ((struct condition *)condition)->clock = clock;
    return 0;
}

int flotilla_cond_destroy(pthread_cond_t *condition) {
    (void)condition;
    return 0;
}

/* All that wait look again (POSIX allows it): pthread_cond_signal wakes at least one. */
int flotilla_cond_signal(pthread_cond_t *condition) {
    __atomic_fetch_add(&((struct condition *)condition)->signals, 1, __ATOMIC_RELEASE);
    return 0;
}

/* Until another rank signals, or the time (NULL: none) comes. */
static int wait_for_others(pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock, const struct timespec *end) {
    const unsigned *signals = &((struct condition *)condition)->signals;
    unsigned before = __atomic_load_n(signals, __ATOMIC_ACQUIRE);
    int result = 0;
    flotilla_mutex_unlock(mutex);
    while (result == 0 && __atomic_load_n(signals, __ATOMIC_ACQUIRE) == before) {
        if (end != NULL && flotilla_has_passed(clock, end)) {
            result = ETIMEDOUT;
        } else {
            flotilla_shared_pause();
        }
    }
    flotilla_mutex_lock(mutex);
    return result;
}

int flotilla_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex) {
    if (flotilla_is_sharing()) return wait_for_others(condition, mutex, CLOCK_REALTIME, NULL);
    flotilla_deadlock("pthread_cond_wait without anybody to signal it");
}

int flotilla_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock,
                            const struct timespec *end) {
    if (flotilla_is_sharing()) return wait_for_others(condition, mutex, clock, end);
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
    int result = flotilla_cond_clockwait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex, CLOCK_REALTIME, end);
    return result == 0 ? thrd_success : result == ETIMEDOUT ? thrd_timedout : thrd_error;
}

FLOTILLA_NAMES(flotilla_cond_init, pthread_cond_init)
FLOTILLA_NAMES(flotilla_cond_destroy, pthread_cond_destroy)
FLOTILLA_NAMES(flotilla_cond_signal, pthread_cond_signal, pthread_cond_broadcast, cnd_signal, cnd_broadcast)
FLOTILLA_NAMES(flotilla_cond_wait, pthread_cond_wait, cnd_wait)
FLOTILLA_NAMES(flotilla_cond_timedwait, pthread_cond_timedwait)
FLOTILLA_NAMES(flotilla_cond_clockwait, pthread_cond_clockwait)
FLOTILLA_NAMES(flotilla_cnd_init, cnd_init)
FLOTILLA_NAMES(flotilla_cnd_destroy, cnd_destroy)
FLOTILLA_NAMES(flotilla_cnd_timedwait, cnd_timedwait)
