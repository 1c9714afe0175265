/*
 * Waiting until a word of memory changes: what mutexes, conditions and the like are made of, as futex(2) is in a process.
 * The main thread gives its PE away meanwhile.
 */
#ifndef FLOTILLA_RUNTIME_WAIT_H
#define FLOTILLA_RUNTIME_WAIT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "shared.h"

/* Whether there is another thread that could end a wait: one of the rank, or a rank that shares its images. */
static inline bool flotilla_has_others(void) {
    return flotilla_control->threaded || flotilla_is_sharing();
}

/* Waits while the word has the value, at most so many nanoseconds (-1: without end). 0, also early (a signal has
 * arrived, and its handler has run; the thread was cancelled), or ETIMEDOUT. */
int flotilla_wait_word(const int *word, int value, int64_t nanoseconds);

/* The same, and no handler of a signal runs meanwhile: for locks of the guest library. */
void flotilla_wait_word_uninterrupted(const int *word, int value);

/* The same as flotilla_wait_word until a point in time (NULL: without end). EINVAL for a time or clock that does not exist. */
int flotilla_wait_word_until(const int *word, int value, clockid_t clock, const struct timespec *end);

/* Ends the wait of so many that wait for the word; answers how many it were. */
int flotilla_wake_word(const int *word, int count);

#endif
