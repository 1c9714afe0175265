/*
 * The rank's signals.
 */
#ifndef FLOTILLA_LIBC_SIGNALS_H
#define FLOTILLA_LIBC_SIGNALS_H

#include <signal.h>

/* Sends the rank a signal: its handler, or the default action. Blocked ones wait. Answers 0, or an errno. */
int flotilla_raise_signal(int signal);

/* Calls the program's handler for SIGABRT, if it has one. */
void flotilla_call_abort_handler(void);

/* Answers an errno; as sigprocmask. */
int flotilla_change_mask(int how, const sigset_t *set, sigset_t *old);

/* In a forked child: the rank's mask and ignored signals become the child's. */
void flotilla_signals_detach(void);

#endif
