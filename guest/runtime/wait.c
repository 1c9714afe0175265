#define _GNU_SOURCE
#include "wait.h"

#include <errno.h>

#include "shared.h"

#define SECOND 1000000000L

/* Ranks that share images don't know who waits for a word of those: they look again. */
static int wait_for(const int *word, int value, int64_t nanoseconds, bool interruptible) {
    if (flotilla_is_sharing() || flotilla_control->in_forked_child) {
        if (flotilla_look(word) == value) flotilla_trap(FLOTILLA_OP_YIELD);
        return 0;
    }
    long answer = flotilla_trap4(FLOTILLA_OP_WAIT, (long)word, value, nanoseconds, interruptible);
    return answer == -ETIMEDOUT ? ETIMEDOUT : 0;
}

int flotilla_wait_word(const int *word, int value, int64_t nanoseconds) {
    return wait_for(word, value, nanoseconds, true);
}

void flotilla_wait_word_uninterrupted(const int *word, int value) {
    wait_for(word, value, -1, false);
}

int flotilla_wait_word_until(const int *word, int value, clockid_t clock, const struct timespec *end) {
    struct timespec now;
    if (end == NULL) return flotilla_wait_word(word, value, -1);
    if (end->tv_nsec < 0 || end->tv_nsec >= SECOND || clock_gettime(clock, &now) != 0) return EINVAL;
    if (end->tv_sec - now.tv_sec >= INT64_MAX / SECOND - 1) return flotilla_wait_word(word, value, -1);
    int64_t left = end->tv_sec < 0 ? 0 : (end->tv_sec - now.tv_sec) * SECOND + end->tv_nsec - now.tv_nsec;
    return left <= 0 ? ETIMEDOUT : flotilla_wait_word(word, value, left);
}

int flotilla_wake_word(const int *word, int count) {
    if (flotilla_is_sharing() || flotilla_control->in_forked_child) return 0;
    return (int)flotilla_trap2(FLOTILLA_OP_WAKE, (long)word, count);
}
