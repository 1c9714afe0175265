/*
 * Condition variables. While a rank is one thread nobody can signal one that is waited for, unless it belongs to images that
 * ranks share.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <threads.h>
#include <time.h>

#include "deadlock.h"
#include "names.h"
#include "shared.h"
#include "sleep.h"
#include "thread.h"
#include "wait.h"

extern int flotilla_mutex_lock(pthread_mutex_t *mutex);
extern int flotilla_mutex_unlock(pthread_mutex_t *mutex);

/* What is kept in a pthread_cond_t; all zero is PTHREAD_COND_INITIALIZER. */
struct condition {
    clockid_t clock;
    int signals; /* changes with each signal */
    int waiting;
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

static int wake(pthread_cond_t *condition, int count) {
    struct condition *inside = (struct condition *)condition;
    __atomic_fetch_add(&inside->signals, 1, __ATOMIC_SEQ_CST);
    if (flotilla_control->threaded && __atomic_load_n(&inside->waiting, __ATOMIC_SEQ_CST) > 0) flotilla_wake_word(&inside->signals, count);
    return 0;
}

/* Where ranks share images all that wait look again (POSIX allows it): pthread_cond_signal wakes at least one. */
int flotilla_cond_signal(pthread_cond_t *condition) {
    return wake(condition, 1);
}

int flotilla_cond_broadcast(pthread_cond_t *condition) {
    return wake(condition, INT_MAX);
}

/* Until another thread signals, or the time (NULL: none) comes. A cancellation point: the mutex is locked when it acts. */
static int wait_for_others(pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock, const struct timespec *end) {
    struct condition *inside = (struct condition *)condition;
    __atomic_fetch_add(&inside->waiting, 1, __ATOMIC_SEQ_CST);
    int before = __atomic_load_n(&inside->signals, __ATOMIC_SEQ_CST);
    int result = 0;
    flotilla_mutex_unlock(mutex);
    while (result == 0 && __atomic_load_n(&inside->signals, __ATOMIC_ACQUIRE) == before && !flotilla_is_cancelled()) {
        if (end != NULL && flotilla_is_sharing() && flotilla_has_passed(clock, end)) {
            result = ETIMEDOUT;
        } else {
            result = flotilla_wait_word_until(&inside->signals, before, clock, end);
        }
    }
    __atomic_fetch_sub(&inside->waiting, 1, __ATOMIC_SEQ_CST);
    flotilla_mutex_lock(mutex);
    if (flotilla_is_cancelled()) {
        /* What has woken this thread may have been meant for any. */
        flotilla_wake_word(&inside->signals, 1);
        flotilla_testcancel();
    }
    return result;
}

int flotilla_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex) {
    if (flotilla_has_others()) return wait_for_others(condition, mutex, CLOCK_REALTIME, NULL);
    flotilla_deadlock("pthread_cond_wait without anybody to signal it");
}

int flotilla_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock,
                            const struct timespec *end) {
    if (flotilla_has_others()) return wait_for_others(condition, mutex, clock, end);
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
FLOTILLA_NAMES(flotilla_cond_signal, pthread_cond_signal, cnd_signal)
FLOTILLA_NAMES(flotilla_cond_broadcast, pthread_cond_broadcast, cnd_broadcast)
FLOTILLA_NAMES(flotilla_cond_wait, pthread_cond_wait, cnd_wait)
FLOTILLA_NAMES(flotilla_cond_timedwait, pthread_cond_timedwait)
FLOTILLA_NAMES(flotilla_cond_clockwait, pthread_cond_clockwait)
FLOTILLA_NAMES(flotilla_cnd_init, cnd_init)
FLOTILLA_NAMES(flotilla_cnd_destroy, cnd_destroy)
FLOTILLA_NAMES(flotilla_cnd_timedwait, cnd_timedwait)
