/*
 * The futex system call.
 */
#ifndef FLOTILLA_THREADS_FUTEX_H
#define FLOTILLA_THREADS_FUTEX_H

#include <time.h>

/* Answers what the system call does, or -1 and errno. */
long flotilla_futex(const int *word, int operation, int value, const struct timespec *timeout);

#endif
