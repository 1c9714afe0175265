/*
 * Ranks that are interrupted where they are, for a handler of their own.
 */
#ifndef FLOTILLA_HOST_SIGNALS_H
#define FLOTILLA_HOST_SIGNALS_H

#include <signal.h>
#include <stdint.h>
#include <ucontext.h>

/* The one asynchronous signal that PE threads let through. */
#define FLOTILLA_NUDGE_SIGNAL SIGURG

/* Slots lie in [start, end). Returns 0, or -1 with errno. */
int flotilla_install_nudge_handler(uintptr_t start, uintptr_t end) __attribute__((visibility("hidden")));

/* In the handler of a guest's fault: when the rank has a handler for it, the interrupted code is made to go on there, and
 * the answer is 1. */
int flotilla_divert_fault(uintptr_t control, int signal, const siginfo_t *info, ucontext_t *context)
    __attribute__((visibility("hidden")));

#endif
