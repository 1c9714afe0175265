/*
 * Waiting for time to pass gives the PE away. A handler that has run ends a sleep.
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
#include "signals.h"
#include "thread.h"

#define SECOND 1000000000L

static bool is_valid(const struct timespec *time) {
    return time->tv_sec >= 0 && time->tv_nsec >= 0 && time->tv_nsec < SECOND;
}

int64_t flotilla_nanoseconds(const struct timespec *time) {
    return time->tv_sec > INT64_MAX / SECOND - 1 ? INT64_MAX : time->tv_sec * SECOND + time->tv_nsec;
}

void flotilla_sleep_for(int64_t duration) {
    flotilla_trap1(FLOTILLA_OP_SLEEP, duration);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return flotilla_nanoseconds(&time);
}

void flotilla_nap(int64_t *left) {
    if (*left == INT64_MAX) {
        flotilla_sleep_for(INT64_MAX);
        return;
    }
    int64_t start = now();
    flotilla_sleep_for(*left);
    *left -= now() - start;
}

/* Sleeps to the end, or until a handler has run: then EINTR. */
static int sleep_or_handle(int64_t *left) {
    unsigned long runs = flotilla_handlers_run();
    flotilla_testcancel();
    if (*left <= 0) flotilla_sleep_for(0);
    while (*left > 0) {
        flotilla_nap(left);
        flotilla_testcancel();
        if (flotilla_handlers_run() != runs) return EINTR;
    }
    return 0;
}

/* Nanoseconds until then; 0 or less when it has passed. The clock exists. */
static int64_t until(clockid_t clock, const struct timespec *time) {
    struct timespec current;
    clock_gettime(clock, &current);
    return time->tv_sec < 0 ? 0 : flotilla_nanoseconds(time) - flotilla_nanoseconds(&current);
}

int flotilla_sleep_until(clockid_t clock, const struct timespec *time) {
    struct timespec probe;
    if (time->tv_nsec < 0 || time->tv_nsec >= SECOND || clock_gettime(clock, &probe) != 0) return EINVAL;
    for (int64_t left; (left = until(clock, time)) > 0;) flotilla_sleep_for(left);
    return 0;
}

bool flotilla_has_passed(clockid_t clock, const struct timespec *time) {
    struct timespec now;
    if (time->tv_nsec < 0 || time->tv_nsec >= SECOND || clock_gettime(clock, &now) != 0) return true;
    return now.tv_sec > time->tv_sec || (now.tv_sec == time->tv_sec && now.tv_nsec >= time->tv_nsec);
}

static int sleep_for(int64_t left, struct timespec *rest) {
    int error = sleep_or_handle(&left);
    if (error == 0) return 0;
    if (left < 0) left = 0;
    if (rest != NULL) *rest = (struct timespec){left / SECOND, left % SECOND};
    return error;
}

int flotilla_nanosleep(const struct timespec *duration, struct timespec *rest) {
    int error = is_valid(duration) ? sleep_for(flotilla_nanoseconds(duration), rest) : EINVAL;
    if (error == 0) return 0;
    errno = error;
    return -1;
}

int flotilla_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *rest) {
    struct timespec probe;
    if (clock == CLOCK_THREAD_CPUTIME_ID || !is_valid(time)) return EINVAL;
    if (clock_gettime(clock, &probe) != 0) return EINVAL;
    if ((flags & TIMER_ABSTIME) == 0) return sleep_for(flotilla_nanoseconds(time), rest);
    int64_t left = until(clock, time);
    return sleep_or_handle(&left);
}

unsigned flotilla_sleep(unsigned seconds) {
    struct timespec rest;
    int error = sleep_for(seconds * SECOND, &rest);
    /* Rounded, as glibc does. */
    return error == 0 ? 0 : (unsigned)rest.tv_sec + (rest.tv_nsec >= SECOND / 2);
}

int flotilla_usleep(useconds_t duration) {
    int error = sleep_for(duration * 1000L, NULL);
    if (error == 0) return 0;
    errno = error;
    return -1;
}

FLOTILLA_BESIDE_SWITCH int flotilla_sched_yield(void) {
    return flotilla_trap_for(FLOTILLA_OP_YIELD, flotilla_sched_yield);
}

int flotilla_thrd_sleep(const struct timespec *duration, struct timespec *rest) {
    if (!is_valid(duration)) return -2;
    return sleep_for(flotilla_nanoseconds(duration), rest) == 0 ? 0 : -1;
}

FLOTILLA_NAMES(flotilla_nanosleep, nanosleep, __nanosleep)
FLOTILLA_NAMES(flotilla_clock_nanosleep, clock_nanosleep, __clock_nanosleep)
FLOTILLA_NAMES(flotilla_sleep, sleep)
FLOTILLA_NAMES(flotilla_usleep, usleep)
FLOTILLA_NAMES(flotilla_sched_yield, sched_yield, __sched_yield, pthread_yield, thrd_yield)
FLOTILLA_NAMES(flotilla_thrd_sleep, thrd_sleep)
