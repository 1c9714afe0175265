/*
 * Waiting for time to pass.
 */
#ifndef FLOTILLA_LIBC_SLEEP_H
#define FLOTILLA_LIBC_SLEEP_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Gives the PE away for so many nanoseconds, or until a signal has arrived and its handler, if there is one, has run. */
void flotilla_sleep_for(int64_t duration);

/* The same, and takes the time that has passed off *left; INT64_MAX stays as it is. */
void flotilla_nap(int64_t *left);

/* A duration that is valid, in nanoseconds; INT64_MAX for one that is longer. */
int64_t flotilla_nanoseconds(const struct timespec *time);

/* Until a point in time, whatever handlers run meanwhile; answers 0, or EINVAL for a time or clock that does not exist. */
int flotilla_sleep_until(clockid_t clock, const struct timespec *time);

/* Whether a point in time has come; true for one that does not exist. */
bool flotilla_has_passed(clockid_t clock, const struct timespec *time);

/* The duration of the next step of a loop that polls: short at first, then up to about a millisecond. */
static inline int64_t flotilla_next_pause(int64_t last) {
    return last == 0 ? 20000 : last >= 1000000 ? last : last * 2;
}

#endif
