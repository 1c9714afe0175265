/*
 * futex(2) as programs call it by syscall(): libstdc++ for futures and for the initialization of static objects, C++20's
 * atomic waits. A wait may end without a wake-up; where ranks share their images it does so at once, after others have had
 * their turn, since who waits in another rank is not known.
 */
#define _GNU_SOURCE
#include "futex.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>

#include "deadlock.h"
#include "sleep.h"
#include "wait.h"

#define SECOND 1000000000L

static struct timespec after(clockid_t clock, const struct timespec *duration) {
    struct timespec end;
    clock_gettime(clock, &end);
    end.tv_sec += duration->tv_sec;
    end.tv_nsec += duration->tv_nsec;
    if (end.tv_nsec >= SECOND) {
        end.tv_sec++;
        end.tv_nsec -= SECOND;
    }
    return end;
}

static int wait_for_change(const int *word, int operation, int value, const struct timespec *timeout) {
    if (__atomic_load_n(word, __ATOMIC_ACQUIRE) != value) return EAGAIN;
    if (timeout == NULL) {
        if (!flotilla_has_others()) flotilla_deadlock("futex wait");
        return flotilla_wait_word(word, value, -1);
    }
    clockid_t clock = (operation & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    struct timespec end = *timeout;
    if ((operation & FUTEX_CMD_MASK) == FUTEX_WAIT) end = after(clock, timeout);
    if (flotilla_is_sharing()) {
        if (flotilla_has_passed(clock, &end)) return ETIMEDOUT;
        return flotilla_wait_word(word, value, -1);
    }
    if (flotilla_has_others()) return flotilla_wait_word_until(word, value, clock, &end);
    int error = flotilla_sleep_until(clock, &end);
    return error == 0 ? ETIMEDOUT : error;
}

long flotilla_futex(const int *word, int operation, int value, const struct timespec *timeout) {
    int error;
    switch (operation & FUTEX_CMD_MASK) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
        error = wait_for_change(word, operation, value, timeout);
        break;
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET:
        return flotilla_control->threaded ? flotilla_wake_word(word, value) : 0;
    case FUTEX_REQUEUE:
    case FUTEX_CMP_REQUEUE:
        /* Who would wait for the other word looks again instead. */
        return flotilla_control->threaded ? flotilla_wake_word(word, INT_MAX) : 0;
    default:
        error = ENOSYS;
        break;
    }
    if (error == 0) return 0;
    errno = error;
    return -1;
}
