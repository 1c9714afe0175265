/*
 * Mutexes: counting, and the error and deadlock cases of POSIX. While a rank is one thread, others contend only for mutexes
 * of images that ranks share.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <threads.h>
#include <time.h>

#include "deadlock.h"
#include "names.h"
#include "shared.h"
#include "sleep.h"
#include "wait.h"

/* Looks at a mutex that another thread holds before waiting for it. */
#define SPINS 100

/* In the fields of glibc's pthread_mutex_t, so that its static initializers work: __lock (FREE, HELD, WANTED), __count (how
 * often beyond the first), __owner (the thread that has locked it), __kind (the type in the low bits). */
enum { FREE, HELD, WANTED };

static inline int type_of(const pthread_mutex_t *mutex) {
    return mutex->__data.__kind & 3;
}

/* Whether this thread has locked a mutex that is locked. */
static inline bool is_own(const pthread_mutex_t *mutex) {
    return flotilla_look(&mutex->__data.__owner) == flotilla_identity();
}

int flotilla_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes) {
    int type = PTHREAD_MUTEX_DEFAULT;
    if (attributes != NULL) pthread_mutexattr_gettype(attributes, &type);
    memset(mutex, 0, sizeof *mutex);
    mutex->__data.__kind = type;
    return 0;
}

int flotilla_mutex_destroy(pthread_mutex_t *mutex) {
    return mutex->__data.__lock != 0 ? EBUSY : 0;
}

/* Answers 0 when the mutex is locked now, EBUSY when it was held already and cannot be locked once more. */
static inline int acquire(pthread_mutex_t *mutex) {
    if (__builtin_expect(flotilla_take(&mutex->__data.__lock, FREE, HELD), 1)) {
        flotilla_put(&mutex->__data.__owner, flotilla_identity());
        return 0;
    }
    if (type_of(mutex) != PTHREAD_MUTEX_RECURSIVE || !is_own(mutex)) return EBUSY;
    if (mutex->__data.__count + 1 == 0) return EAGAIN;
    mutex->__data.__count++;
    return 0;
}

int flotilla_mutex_trylock(pthread_mutex_t *mutex) {
    return acquire(mutex);
}

/* Another thread holds it: until it is free, or the time (NULL: none) comes. */
static int wait_for_others(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *end) {
    int *word = &mutex->__data.__lock;
    for (int i = 0; i < SPINS && flotilla_control->threaded; i++) {
        if (flotilla_look(word) == FREE && acquire(mutex) == 0) return 0;
        __builtin_ia32_pause();
    }
    while (__atomic_exchange_n(word, WANTED, __ATOMIC_ACQUIRE) != FREE) {
        if (end != NULL && flotilla_is_sharing() && flotilla_has_passed(clock, end)) return ETIMEDOUT;
        int result = flotilla_wait_word_until(word, WANTED, clock, end);
        if (result != 0) return result;
    }
    flotilla_put(&mutex->__data.__owner, flotilla_identity());
    return 0;
}

/* Whether another thread may unlock it. One of the plain type that the caller holds itself is unlocked by another in programs
 * that take a mutex for a semaphore. */
static bool may_be_unlocked(pthread_mutex_t *mutex) {
    if (flotilla_control->threaded && type_of(mutex) != PTHREAD_MUTEX_ERRORCHECK && type_of(mutex) != PTHREAD_MUTEX_RECURSIVE) return true;
    return !is_own(mutex) && flotilla_has_others();
}

int flotilla_mutex_lock(pthread_mutex_t *mutex) {
    int result = acquire(mutex);
    if (__builtin_expect(result != EBUSY, 1)) return result;
    if (may_be_unlocked(mutex)) return wait_for_others(mutex, CLOCK_REALTIME, NULL);
    if (type_of(mutex) == PTHREAD_MUTEX_ERRORCHECK) return EDEADLK;
    flotilla_deadlock("pthread_mutex_lock of a mutex that is locked already");
}

int flotilla_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *end) {
    int result = acquire(mutex);
    if (result != EBUSY) return result;
    if (may_be_unlocked(mutex)) return wait_for_others(mutex, clock, end);
    if (type_of(mutex) == PTHREAD_MUTEX_ERRORCHECK) return EDEADLK;
    result = flotilla_sleep_until(clock, end);
    return result == 0 ? ETIMEDOUT : result;
}

int flotilla_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *end) {
    return flotilla_mutex_clocklock(mutex, CLOCK_REALTIME, end);
}

int flotilla_mutex_unlock(pthread_mutex_t *mutex) {
    int type = type_of(mutex);
    bool checked = type == PTHREAD_MUTEX_RECURSIVE || type == PTHREAD_MUTEX_ERRORCHECK;
    if (__builtin_expect(flotilla_look(&mutex->__data.__lock) == 0 || (checked && !is_own(mutex)), 0)) {
        return checked ? EPERM : 0;
    }
    if (__builtin_expect(mutex->__data.__count != 0, 0)) {
        mutex->__data.__count--;
        return 0;
    }
    mutex->__data.__owner = 0;
    if (!flotilla_has_others()) {
        mutex->__data.__lock = FREE;
    } else if (__atomic_exchange_n(&mutex->__data.__lock, FREE, __ATOMIC_RELEASE) == WANTED) {
        flotilla_wake_word(&mutex->__data.__lock, 1);
    }
    return 0;
}

int flotilla_mutex_consistent(pthread_mutex_t *mutex) {
    (void)mutex;
    return EINVAL; /* nobody died holding it */
}

/* ---- C11 ---- */

static int to_c11(int error) {
    switch (error) {
    case 0: return thrd_success;
    case ENOMEM: return thrd_nomem;
    case ETIMEDOUT: return thrd_timedout;
    case EBUSY: return thrd_busy;
    default: return thrd_error;
    }
}

int flotilla_mtx_init(mtx_t *mutex, int type) {
    if ((type & ~(mtx_recursive | mtx_timed)) != 0) return thrd_error;
    pthread_mutex_t *inner = (pthread_mutex_t *)mutex;
    flotilla_mutex_init(inner, NULL);
    if ((type & mtx_recursive) != 0) inner->__data.__kind = PTHREAD_MUTEX_RECURSIVE;
    return thrd_success;
}

void flotilla_mtx_destroy(mtx_t *mutex) {
    flotilla_mutex_destroy((pthread_mutex_t *)mutex);
}

int flotilla_mtx_lock(mtx_t *mutex) {
    return to_c11(flotilla_mutex_lock((pthread_mutex_t *)mutex));
}

int flotilla_mtx_trylock(mtx_t *mutex) {
    return to_c11(flotilla_mutex_trylock((pthread_mutex_t *)mutex));
}

int flotilla_mtx_timedlock(mtx_t *mutex, const struct timespec *end) {
    return to_c11(flotilla_mutex_timedlock((pthread_mutex_t *)mutex, end));
}

int flotilla_mtx_unlock(mtx_t *mutex) {
    return to_c11(flotilla_mutex_unlock((pthread_mutex_t *)mutex));
}

FLOTILLA_NAMES(flotilla_mutex_init, pthread_mutex_init, __pthread_mutex_init)
FLOTILLA_NAMES(flotilla_mutex_destroy, pthread_mutex_destroy, __pthread_mutex_destroy)
FLOTILLA_NAMES(flotilla_mutex_lock, pthread_mutex_lock, __pthread_mutex_lock)
FLOTILLA_NAMES(flotilla_mutex_trylock, pthread_mutex_trylock, __pthread_mutex_trylock)
FLOTILLA_NAMES(flotilla_mutex_timedlock, pthread_mutex_timedlock)
FLOTILLA_NAMES(flotilla_mutex_clocklock, pthread_mutex_clocklock)
FLOTILLA_NAMES(flotilla_mutex_unlock, pthread_mutex_unlock, __pthread_mutex_unlock)
FLOTILLA_NAMES(flotilla_mutex_consistent, pthread_mutex_consistent, pthread_mutex_consistent_np)
FLOTILLA_NAMES(flotilla_mtx_init, mtx_init)
FLOTILLA_NAMES(flotilla_mtx_destroy, mtx_destroy)
FLOTILLA_NAMES(flotilla_mtx_lock, mtx_lock)
FLOTILLA_NAMES(flotilla_mtx_trylock, mtx_trylock)
FLOTILLA_NAMES(flotilla_mtx_timedlock, mtx_timedlock)
FLOTILLA_NAMES(flotilla_mtx_unlock, mtx_unlock)
