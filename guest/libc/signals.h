/*
 * The rank's signals.
 */
#ifndef FLOTILLA_LIBC_SIGNALS_H
#define FLOTILLA_LIBC_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* Sends the rank a signal: its handler, or the default action. Blocked ones wait. Answers 0, or an errno. */
int flotilla_raise_signal(int signal);

/* The same with what the handler is told; answers EAGAIN when too many real-time signals wait already. */
int flotilla_send_signal(const siginfo_t *info);

/* Calls the program's handler for SIGABRT, if it has one. */
void flotilla_call_abort_handler(void);

/* Answers an errno; as sigprocmask. */
int flotilla_change_mask(int how, const sigset_t *set, sigset_t *old);

/* The same for a wait that has a mask of its own (ppoll, sigsuspend). NULL changes nothing. */
void flotilla_enter_mask(const sigset_t *mask, sigset_t *before);
void flotilla_leave_mask(const sigset_t *mask, const sigset_t *before);

/* The rank leaves its handlers by a jump. */
void flotilla_signals_leave(void);

/* In a forked child: the rank's handlers and mask become the child's real ones. */
void flotilla_signals_detach(void);

/* Lets the host know where to find the rank's signals; before it is asked to interrupt the rank. */
void flotilla_publish_signals(void);

/* Something has arrived (control block, SIGNALS_ARRIVED): timers that are due send their signals. */
void flotilla_take_signals(void);

/* Whether signal is caught by a handler; whether it is ignored, and zombies with it (SIGCHLD: SIG_IGN, SA_NOCLDWAIT). */
bool flotilla_is_caught(int signal);
bool flotilla_ignores_children(void);
bool flotilla_is_blocked(int signal); /* or awaited, in any thread */

/* A thread begins with its creator's mask and nothing pending; it ends, and what the rank was sent goes to another. */
struct flotilla_thread;
void flotilla_signals_begin_thread(struct flotilla_thread *thread);
void flotilla_signals_end_thread(void);

/* Sends a signal to a thread of the rank; answers 0 or an errno. */
int flotilla_signal_thread(struct flotilla_thread *thread, int signal, int code, union sigval value);

/* What take_signals finds to be done at this time (CLOCK_MONOTONIC, nanoseconds); and when it is to be called next: 0 for
 * never (guest/libc/timers.c). */
void flotilla_timers_expire(int64_t now);
int64_t flotilla_timers_next(void);
void flotilla_timers_forget(void);

/* Tells the host when to interrupt the rank next. After every change of a timer. */
void flotilla_timers_arm(void);

/* A child may have ended: sends SIGCHLD for each that has (guest/libc/process.c); answers when to look again, or 0. */
int64_t flotilla_children_look(int64_t now);

#endif
