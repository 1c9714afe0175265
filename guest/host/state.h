/*
 * What the kernel and libc keep for each thread and a rank takes for its own: working directory, umask, locale.
 */
#ifndef FLOTILLA_HOST_STATE_H
#define FLOTILLA_HOST_STATE_H

#include <stdint.h>

/* Gives the calling thread a working directory, umask and locale that are not those of other threads. Once per thread. */
void flotilla_prepare_state(void) __attribute__((visibility("hidden")));

/* Gives the calling thread what the rank with this control block wants. Called by flotilla_resume when
 * flotilla_thread_state and the rank's STATE differ. */
void flotilla_enter_state(uintptr_t control) __attribute__((visibility("hidden")));

/* The STATE that the thread has. */
extern __thread uint64_t flotilla_thread_state __attribute__((visibility("hidden"), tls_model("initial-exec")));

#endif
