/*
 * Read-write locks, spin locks, barriers and semaphores. While a rank is one thread, others contend only where ranks share
 * their images.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "deadlock.h"
#include "names.h"
#include "shared.h"
#include "sleep.h"
#include "thread.h"
#include "wait.h"

#define SPINS 100

/* ---- Read-write locks ---- */

/* What is kept in a pthread_rwlock_t; all zero is PTHREAD_RWLOCK_INITIALIZER. */
struct lock {
    int holders; /* how many read, or WRITING */
    int writer;  /* the thread that writes */
    int waiting; /* threads */
};

enum { WRITING = -1 };

static inline struct lock *inside(pthread_rwlock_t *lock) {
    return (struct lock *)lock;
}

int flotilla_rwlock_init(pthread_rwlock_t *lock, const pthread_rwlockattr_t *attributes) {
    (void)attributes;
    memset(lock, 0, sizeof *lock);
    return 0;
}

int flotilla_rwlock_destroy(pthread_rwlock_t *lock) {
    (void)lock;
    return 0;
}

int flotilla_rwlock_tryrdlock(pthread_rwlock_t *lock) {
    int holders;
    do {
        holders = flotilla_look(&inside(lock)->holders);
        if (holders == WRITING) return EBUSY;
        if (holders == INT_MAX) return EAGAIN;
    } while (!flotilla_take(&inside(lock)->holders, holders, holders + 1));
    return 0;
}

int flotilla_rwlock_trywrlock(pthread_rwlock_t *lock) {
    if (!flotilla_take(&inside(lock)->holders, 0, WRITING)) return EBUSY;
    flotilla_put(&inside(lock)->writer, flotilla_identity());
    return 0;
}

/* Whether only this thread could unlock a lock that is locked. Of readers nobody knows who they are. */
static bool is_own(pthread_rwlock_t *lock) {
    return !flotilla_has_others() || (flotilla_look(&inside(lock)->holders) == WRITING &&
                                      flotilla_look(&inside(lock)->writer) == flotilla_identity());
}

/* Locks, waiting for other threads until the time (NULL: none) comes. EBUSY: there is nobody to wait for. */
static int wait_for_others(pthread_rwlock_t *lock, int (*try)(pthread_rwlock_t *), clockid_t clock,
                           const struct timespec *end) {
    int result;
    while ((result = try(lock)) == EBUSY && !is_own(lock)) {
        if (end != NULL && flotilla_is_sharing() && flotilla_has_passed(clock, end)) return ETIMEDOUT;
        __atomic_fetch_add(&inside(lock)->waiting, 1, __ATOMIC_SEQ_CST);
        int holders = __atomic_load_n(&inside(lock)->holders, __ATOMIC_SEQ_CST);
        if (holders != 0) result = flotilla_wait_word_until(&inside(lock)->holders, holders, clock, end);
        __atomic_fetch_sub(&inside(lock)->waiting, 1, __ATOMIC_SEQ_CST);
        if (result == ETIMEDOUT || result == EINVAL) return result;
    }
    return result;
}

int flotilla_rwlock_rdlock(pthread_rwlock_t *lock) {
    int result = wait_for_others(lock, flotilla_rwlock_tryrdlock, CLOCK_REALTIME, NULL);
    return result == EBUSY ? EDEADLK : result;
}

int flotilla_rwlock_wrlock(pthread_rwlock_t *lock) {
    int result = wait_for_others(lock, flotilla_rwlock_trywrlock, CLOCK_REALTIME, NULL);
    if (result != EBUSY) return result;
    if (inside(lock)->holders == WRITING) return EDEADLK;
    flotilla_deadlock("pthread_rwlock_wrlock of a lock that is held for reading");
}

int flotilla_rwlock_clockrdlock(pthread_rwlock_t *lock, clockid_t clock, const struct timespec *end) {
    int result = wait_for_others(lock, flotilla_rwlock_tryrdlock, clock, end);
    return result == EBUSY ? EDEADLK : result;
}

int flotilla_rwlock_clockwrlock(pthread_rwlock_t *lock, clockid_t clock, const struct timespec *end) {
    int result = wait_for_others(lock, flotilla_rwlock_trywrlock, clock, end);
    if (result != EBUSY) return result;
    if (inside(lock)->holders == WRITING) return EDEADLK;
    result = flotilla_sleep_until(clock, end);
    return result == 0 ? ETIMEDOUT : result;
}

int flotilla_rwlock_timedrdlock(pthread_rwlock_t *lock, const struct timespec *end) {
    return flotilla_rwlock_clockrdlock(lock, CLOCK_REALTIME, end);
}

int flotilla_rwlock_timedwrlock(pthread_rwlock_t *lock, const struct timespec *end) {
    return flotilla_rwlock_clockwrlock(lock, CLOCK_REALTIME, end);
}

int flotilla_rwlock_unlock(pthread_rwlock_t *lock) {
    int holders;
    do {
        holders = flotilla_look(&inside(lock)->holders);
        if (holders == 0) return 0;
        if (holders == WRITING) inside(lock)->writer = 0;
    } while (!flotilla_take(&inside(lock)->holders, holders, holders == WRITING ? 0 : holders - 1));
    if (flotilla_control->threaded && __atomic_load_n(&inside(lock)->waiting, __ATOMIC_SEQ_CST) > 0) {
        flotilla_wake_word(&inside(lock)->holders, INT_MAX);
    }
    return 0;
}

/* ---- Spin locks: glibc's are 1 when free ---- */

int flotilla_spin_unlock(pthread_spinlock_t *lock) {
    flotilla_put((int *)lock, 1);
    return 0;
}

int flotilla_spin_init(pthread_spinlock_t *lock, int shared) {
    (void)shared;
    return flotilla_spin_unlock(lock);
}

int flotilla_spin_destroy(pthread_spinlock_t *lock) {
    (void)lock;
    return 0;
}

int flotilla_spin_trylock(pthread_spinlock_t *lock) {
    return flotilla_take((int *)lock, 1, 0) ? 0 : EBUSY;
}

int flotilla_spin_lock(pthread_spinlock_t *lock) {
    for (int spins = 0; flotilla_spin_trylock(lock) != 0; spins++) {
        if (flotilla_control->threaded && spins % SPINS != SPINS - 1) {
            __builtin_ia32_pause();
        } else if (flotilla_has_others()) {
            flotilla_shared_pause();
        } else {
            flotilla_deadlock("pthread_spin_lock of a lock that is held already");
        }
    }
    return 0;
}

/* ---- Barriers ---- */

/* What is kept in a pthread_barrier_t. */
struct meeting {
    unsigned count, arrived;
    int round;
};

int flotilla_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attributes, unsigned count) {
    (void)attributes;
    if (count == 0) return EINVAL;
    memset(barrier, 0, sizeof *barrier);
    ((struct meeting *)barrier)->count = count;
    return 0;
}

int flotilla_barrier_destroy(pthread_barrier_t *barrier) {
    (void)barrier;
    return 0;
}

int flotilla_barrier_wait(pthread_barrier_t *barrier) {
    struct meeting *meeting = (struct meeting *)barrier;
    int round = __atomic_load_n(&meeting->round, __ATOMIC_ACQUIRE);
    if (__atomic_add_fetch(&meeting->arrived, 1, __ATOMIC_ACQ_REL) == meeting->count) {
        meeting->arrived = 0;
        __atomic_fetch_add(&meeting->round, 1, __ATOMIC_ACQ_REL);
        if (flotilla_control->threaded) flotilla_wake_word(&meeting->round, INT_MAX);
        return PTHREAD_BARRIER_SERIAL_THREAD;
    }
    if (!flotilla_has_others()) flotilla_deadlock("pthread_barrier_wait of a barrier for several threads");
    while (__atomic_load_n(&meeting->round, __ATOMIC_ACQUIRE) == round) flotilla_wait_word(&meeting->round, round, -1);
    return 0;
}

/* ---- Semaphores: the host's, but waiting gives the PE away ---- */

extern int flotilla_host_sem_post(sem_t *);

/* sem_init leaves a zero here for a semaphore that only this process can post. */
static int is_private(const sem_t *semaphore) {
    return ((const int *)semaphore)[2] == 0;
}

/* glibc's semaphore (sysdeps/nptl/internaltypes.h): the value, and how many wait, which are ours to count. */
static int *value_of(sem_t *semaphore) {
    return (int *)semaphore;
}

static int *waiting_for(sem_t *semaphore) {
    return (int *)semaphore + 3;
}

int flotilla_sem_post(sem_t *semaphore) {
    int result = flotilla_host_sem_post(semaphore);
    if (result == 0 && flotilla_control->threaded && is_private(semaphore) &&
        __atomic_load_n(waiting_for(semaphore), __ATOMIC_SEQ_CST) > 0) {
        flotilla_wake_word(value_of(semaphore), 1);
    }
    return result;
}

/* For a semaphore that only threads of this rank post. 0, or -1 with errno. */
static int wait_for_threads(sem_t *semaphore, clockid_t clock, const struct timespec *end) {
    int error = 0;
    __atomic_fetch_add(waiting_for(semaphore), 1, __ATOMIC_SEQ_CST);
    unsigned long before = flotilla_interruptions();
    while (error == 0 && sem_trywait(semaphore) != 0) {
        error = errno == EAGAIN ? flotilla_wait_word_until(value_of(semaphore), 0, clock, end) : errno;
        if (flotilla_is_cancelled()) {
            __atomic_fetch_sub(waiting_for(semaphore), 1, __ATOMIC_SEQ_CST);
            /* What has woken this thread may have been meant for any. */
            flotilla_wake_word(value_of(semaphore), 1);
            flotilla_testcancel();
        }
        if (error == 0 && flotilla_interruptions() != before && sem_trywait(semaphore) != 0) {
            error = EINTR;
        } else if (error == 0 && flotilla_interruptions() != before) {
            break;
        }
    }
    __atomic_fetch_sub(waiting_for(semaphore), 1, __ATOMIC_SEQ_CST);
    if (error == EINTR || error == ETIMEDOUT) flotilla_wake_word(value_of(semaphore), 1);
    if (error == 0) return 0;
    errno = error;
    return -1;
}

static int wait_until(sem_t *semaphore, clockid_t clock, const struct timespec *end) {
    flotilla_testcancel();
    if (sem_trywait(semaphore) == 0) return 0;
    if (errno != EAGAIN) return -1;
    if (end == NULL && is_private(semaphore) && !flotilla_has_others()) flotilla_deadlock("sem_wait of a semaphore that is zero");
    if (end != NULL && (end->tv_nsec < 0 || end->tv_nsec >= 1000000000)) {
        errno = EINVAL;
        return -1;
    }
    if (flotilla_control->threaded && is_private(semaphore) && !flotilla_is_sharing()) return wait_for_threads(semaphore, clock, end);
    int64_t pause = 0;
    while (sem_trywait(semaphore) != 0) {
        if (errno != EAGAIN) return -1;
        pause = flotilla_next_pause(pause);
        int64_t step = pause;
        if (end != NULL) {
            struct timespec now;
            clock_gettime(clock, &now);
            int64_t left = end->tv_sec - now.tv_sec > 1000000000
                               ? INT64_MAX
                               : (end->tv_sec - now.tv_sec) * 1000000000 + end->tv_nsec - now.tv_nsec;
            if (left <= 0) {
                errno = ETIMEDOUT;
                return -1;
            }
            if (left < step) step = left;
        }
        flotilla_sleep_for(step);
        flotilla_testcancel();
    }
    return 0;
}

int flotilla_sem_wait(sem_t *semaphore) {
    return wait_until(semaphore, CLOCK_REALTIME, NULL);
}

int flotilla_sem_timedwait(sem_t *semaphore, const struct timespec *end) {
    return wait_until(semaphore, CLOCK_REALTIME, end);
}

int flotilla_sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *end) {
    return wait_until(semaphore, clock, end);
}

FLOTILLA_NAMES(flotilla_rwlock_init, pthread_rwlock_init, __pthread_rwlock_init)
FLOTILLA_NAMES(flotilla_rwlock_destroy, pthread_rwlock_destroy, __pthread_rwlock_destroy)
FLOTILLA_NAMES(flotilla_rwlock_tryrdlock, pthread_rwlock_tryrdlock, __pthread_rwlock_tryrdlock)
FLOTILLA_NAMES(flotilla_rwlock_trywrlock, pthread_rwlock_trywrlock, __pthread_rwlock_trywrlock)
FLOTILLA_NAMES(flotilla_rwlock_rdlock, pthread_rwlock_rdlock, __pthread_rwlock_rdlock)
FLOTILLA_NAMES(flotilla_rwlock_wrlock, pthread_rwlock_wrlock, __pthread_rwlock_wrlock)
FLOTILLA_NAMES(flotilla_rwlock_timedrdlock, pthread_rwlock_timedrdlock)
FLOTILLA_NAMES(flotilla_rwlock_timedwrlock, pthread_rwlock_timedwrlock)
FLOTILLA_NAMES(flotilla_rwlock_clockrdlock, pthread_rwlock_clockrdlock)
FLOTILLA_NAMES(flotilla_rwlock_clockwrlock, pthread_rwlock_clockwrlock)
FLOTILLA_NAMES(flotilla_rwlock_unlock, pthread_rwlock_unlock, __pthread_rwlock_unlock)
FLOTILLA_NAMES(flotilla_spin_init, pthread_spin_init)
FLOTILLA_NAMES(flotilla_spin_destroy, pthread_spin_destroy)
FLOTILLA_NAMES(flotilla_spin_lock, pthread_spin_lock)
FLOTILLA_NAMES(flotilla_spin_trylock, pthread_spin_trylock)
FLOTILLA_NAMES(flotilla_spin_unlock, pthread_spin_unlock)
FLOTILLA_NAMES(flotilla_barrier_init, pthread_barrier_init)
FLOTILLA_NAMES(flotilla_barrier_destroy, pthread_barrier_destroy)
FLOTILLA_NAMES(flotilla_barrier_wait, pthread_barrier_wait)
FLOTILLA_NAMES(flotilla_sem_post, sem_post)
FLOTILLA_NAMES(flotilla_sem_wait, sem_wait)
FLOTILLA_NAMES(flotilla_sem_timedwait, sem_timedwait)
FLOTILLA_NAMES(flotilla_sem_clockwait, sem_clockwait)
