/*
 * What the process's signal handler (guest/host/signals.c) and the rank's signals (guest/libc/signals.c) tell each other.
 */
#ifndef FLOTILLA_SIGNALS_H
#define FLOTILLA_SIGNALS_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

/* Sets of signals are words: signal n is bit n - 1, as in the kernel's sigset_t. */
#define FLOTILLA_SIGNAL_BIT(signal) (UINT64_C(1) << ((signal) - 1))

/* Kept by the rank for the process's handler, which only reads it. */
struct flotilla_signals {
    /* flotilla_take_signals: the host has it called when a signal arrives while the rank waits. First: Java reads it. */
    void (*take)(void);
    /* Where a rank goes on when it is interrupted, with a struct flotilla_signal_frame at its stack pointer. */
    void (*entry)(void);
    uint64_t blocked;
    uint64_t caught;   /* the program has a handler */
    uint64_t on_stack; /* whose handler runs on the alternate stack */
    uintptr_t alternate_start, alternate_size; /* the alternate stack; size 0 when there is none */
    uintptr_t text_start, text_end;            /* the guest library's code: only a fault may interrupt it */
};

_Static_assert(offsetof(struct flotilla_signals, take) == 0, "read by the host");

/*
 * What the handler leaves on the rank's stack: a frame for rt_sigreturn, as the kernel would have made it, and behind it
 * the state of the vector registers, which context.uc_mcontext.fpregs points to.
 */
struct flotilla_signal_frame {
    ucontext_t context; /* first: the kernel looks for it at the stack pointer */
    siginfo_t info;
    int32_t signal;       /* of a fault, or 0: a timer is due */
    int32_t runs_on_host; /* the interrupted code runs under the host's FS base */
    uint64_t thread_mask; /* the thread's real signal mask */
};

#endif
