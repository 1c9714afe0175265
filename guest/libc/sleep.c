/*
 * Waiting for time to pass gives the PE away. Nothing interrupts a rank's sleep, so it always lasts to its end.
 */
#define _GNU_SOURCE
#include "sleep.h"

#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "flotilla.h"
#include "names.h"

#define SECOND 1000000000L

static bool is_valid(const struct timespec *time) {
    return time->tv_sec >= 0 && time->tv_nsec >= 0 && time->tv_nsec < SECOND;
}

static int64_t nanoseconds(const struct timespec *time) {
    return time->tv_sec > INT64_MAX / SECOND - 1 ? INT64_MAX : time->tv_sec * SECOND + time->tv_nsec;
}

void flotilla_sleep_for(int64_t duration) {
    flotilla_trap1(FLOTILLA_OP_SLEEP, duration);
}

int flotilla_sleep_until(clockid_t clock, const struct timespec *time) {
    struct timespec now;
    if (time->tv_nsec < 0 || time->tv_nsec >= SECOND) return EINVAL;
    if (clock_gettime(clock, &now) != 0) return EINVAL;
    int64_t left = nanoseconds(time) - nanoseconds(&now);
    if (time->tv_sec >= 0 && left > 0) flotilla_sleep_for(left);
    return 0;
}

bool flotilla_has_passed(clockid_t clock, const struct timespec *time) {
    struct timespec now;
    if (time->tv_nsec < 0 || time->tv_nsec >= SECOND || clock_gettime(clock, &now) != 0) return true;
    return now.tv_sec > time->tv_sec || (now.tv_sec == time->tv_sec && now.tv_nsec >= time->tv_nsec);
}

int flotilla_nanosleep(const struct timespec *duration, struct timespec *rest) {
    (void)rest;
    if (!is_valid(duration)) {
        errno = EINVAL;
        return -1;
    }
    flotilla_sleep_for(nanoseconds(duration));
    return 0;
}

int flotilla_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *rest) {
    (void)rest;
    struct timespec probe;
    if (clock == CLOCK_THREAD_CPUTIME_ID || !is_valid(time)) return EINVAL;
    if (clock_gettime(clock, &probe) != 0) return EINVAL;
    if ((flags & TIMER_ABSTIME) != 0) return flotilla_sleep_until(clock, time);
    flotilla_sleep_for(nanoseconds(time));
    return 0;
}

unsigned flotilla_sleep(unsigned seconds) {
    flotilla_sleep_for(seconds * SECOND);
    return 0;
}

int flotilla_usleep(useconds_t duration) {
    flotilla_sleep_for(duration * 1000L);
    return 0;
}

int flotilla_sched_yield(void) {
    flotilla_trap(FLOTILLA_OP_YIELD);
    return 0;
}

int flotilla_thrd_sleep(const struct timespec *duration, struct timespec *rest) {
    return flotilla_nanosleep(duration, rest) == 0 ? 0 : -2;
}

FLOTILLA_NAMES(flotilla_nanosleep, nanosleep, __nanosleep)
FLOTILLA_NAMES(flotilla_clock_nanosleep, clock_nanosleep, __clock_nanosleep)
FLOTILLA_NAMES(flotilla_sleep, sleep)
FLOTILLA_NAMES(flotilla_usleep, usleep)
FLOTILLA_NAMES(flotilla_sched_yield, sched_yield, __sched_yield, pthread_yield, thrd_yield)
FLOTILLA_NAMES(flotilla_thrd_sleep, thrd_sleep)
