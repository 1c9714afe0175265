/*
 * The rank's signals. A process has one table of handlers and the JVM needs it, so a rank's handlers, mask and pending
 * signals are kept here, and only what the rank sends itself is delivered. Timers are accepted and never expire.
 * In a child made by fork the real ones are meant.
 */
#define _GNU_SOURCE
#include "signals.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "flotilla.h"
#include "names.h"
#include "sleep.h"

extern int flotilla_host_sigaction(int, const struct sigaction *, struct sigaction *);
extern int flotilla_host_sigprocmask(int, const sigset_t *, sigset_t *);
extern int flotilla_host_kill(pid_t, int);
extern int flotilla_host_killpg(pid_t, int);
extern int flotilla_host_raise(int);
extern int flotilla_host_sigsuspend(const sigset_t *);
extern int flotilla_host_pause(void);
extern unsigned flotilla_host_alarm(unsigned);
extern int flotilla_host_setitimer(int, const struct itimerval *, struct itimerval *);
extern int flotilla_host_getitimer(int, struct itimerval *);
extern int flotilla_host_sigaltstack(const stack_t *, stack_t *);
extern int flotilla_host_sigtimedwait(const sigset_t *, siginfo_t *, const struct timespec *);

static struct sigaction actions[_NSIG] FLOTILLA_LARGE;
static sigset_t blocked, pending;
static stack_t alternate = {.ss_flags = SS_DISABLE};

static int fail(int error) {
    errno = error;
    return -1;
}

static bool is_signal(int signal) {
    return signal > 0 && signal < _NSIG;
}

/* ---- Delivery ---- */

static bool is_ignored_by_default(int signal) {
    switch (signal) {
    case SIGCHLD:
    case SIGURG:
    case SIGWINCH:
    case SIGCONT:
    case SIGSTOP: /* a rank does not stop the others */
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
        return true;
    default:
        return false;
    }
}

static _Noreturn void die(int signal) {
    static char text[96];
    const char *name = sigabbrev_np(signal);
    const char *description = strsignal(signal);
    snprintf(text, sizeof text, "killed by its own signal %d (%s%s, %s)", signal, name == NULL ? "" : "SIG",
             name == NULL ? "real-time" : name, description == NULL ? "" : description);
    for (;;) flotilla_trap2(FLOTILLA_OP_ABORT, (long)text, signal);
}

static void deliver(int signal) {
    struct sigaction action = actions[signal];
    if (action.sa_handler == SIG_IGN) return;
    if (action.sa_handler == SIG_DFL) {
        if (is_ignored_by_default(signal)) return;
        die(signal);
    }
    if ((action.sa_flags & SA_RESETHAND) != 0) actions[signal].sa_handler = SIG_DFL;
    sigset_t before = blocked;
    sigorset(&blocked, &blocked, &action.sa_mask);
    if ((action.sa_flags & SA_NODEFER) == 0) sigaddset(&blocked, signal);
    int error = errno;
    if ((action.sa_flags & SA_SIGINFO) != 0) {
        siginfo_t info = {.si_signo = signal, .si_code = SI_TKILL};
        ucontext_t context;
        info.si_pid = getpid();
        info.si_uid = getuid();
        memset(&context, 0, sizeof context);
        context.uc_sigmask = before;
        action.sa_sigaction(signal, &info, &context);
        before = context.uc_sigmask;
    } else {
        action.sa_handler(signal);
    }
    errno = error;
    flotilla_change_mask(SIG_SETMASK, &before, NULL);
}

static void deliver_pending(void) {
    for (int signal = 1; signal < _NSIG; signal++) {
        if (sigismember(&pending, signal) != 1 || sigismember(&blocked, signal) == 1) continue;
        sigdelset(&pending, signal);
        deliver(signal);
    }
}

int flotilla_raise_signal(int signal) {
    if (signal == 0) return 0;
    if (!is_signal(signal)) return EINVAL;
    if (signal == SIGKILL) die(signal);
    if (sigismember(&blocked, signal) == 1 && signal != SIGSTOP) {
        sigaddset(&pending, signal);
    } else {
        deliver(signal);
    }
    return 0;
}

void flotilla_call_abort_handler(void) {
    struct sigaction action = actions[SIGABRT];
    if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN) return;
    actions[SIGABRT].sa_handler = SIG_DFL; /* a second abort inside the handler is final */
    if ((action.sa_flags & SA_SIGINFO) != 0) {
        siginfo_t info = {.si_signo = SIGABRT, .si_code = SI_TKILL};
        ucontext_t context;
        memset(&context, 0, sizeof context);
        action.sa_sigaction(SIGABRT, &info, &context);
    } else {
        action.sa_handler(SIGABRT);
    }
}

/* ---- Handlers ---- */

int flotilla_sigaction(int signal, const struct sigaction *action, struct sigaction *old) {
    if (flotilla_in_forked_child) return flotilla_host_sigaction(signal, action, old);
    if (!is_signal(signal)) return fail(EINVAL);
    if (action != NULL && (signal == SIGKILL || signal == SIGSTOP)) return fail(EINVAL);
    struct sigaction new_action;
    if (action != NULL) new_action = *action;
    if (old != NULL) *old = actions[signal];
    if (action != NULL) {
        actions[signal] = new_action;
        if (new_action.sa_handler == SIG_IGN ||
            (new_action.sa_handler == SIG_DFL && is_ignored_by_default(signal))) {
            sigdelset(&pending, signal);
        }
    }
    return 0;
}

static __sighandler_t install(int signal, __sighandler_t handler, int flags) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags}, old;
    if (handler == SIG_ERR) {
        errno = EINVAL;
        return SIG_ERR;
    }
    if ((flags & SA_NODEFER) == 0 && is_signal(signal)) sigaddset(&action.sa_mask, signal);
    return flotilla_sigaction(signal, &action, &old) == 0 ? old.sa_handler : SIG_ERR;
}

static sigset_t interrupting;

__sighandler_t flotilla_signal(int signal, __sighandler_t handler) {
    return install(signal, handler, is_signal(signal) && sigismember(&interrupting, signal) == 1 ? 0 : SA_RESTART);
}

__sighandler_t flotilla_sysv_signal(int signal, __sighandler_t handler) {
    return install(signal, handler, SA_RESETHAND | SA_NODEFER);
}

int flotilla_siginterrupt(int signal, int interrupt) {
    struct sigaction action;
    if (flotilla_sigaction(signal, NULL, &action) != 0) return -1;
    if (interrupt) {
        sigaddset(&interrupting, signal);
        action.sa_flags &= ~SA_RESTART;
    } else {
        sigdelset(&interrupting, signal);
        action.sa_flags |= SA_RESTART;
    }
    return flotilla_sigaction(signal, &action, NULL);
}

int flotilla_sigaltstack(const stack_t *stack, stack_t *old) {
    if (flotilla_in_forked_child) return flotilla_host_sigaltstack(stack, old);
    if (stack != NULL && (stack->ss_flags & SS_DISABLE) == 0 && stack->ss_size < 2048) return fail(ENOMEM);
    stack_t before = alternate;
    if (stack != NULL) alternate = *stack;
    if (old != NULL) *old = before;
    return 0;
}

/* ---- Masks ---- */

int flotilla_change_mask(int how, const sigset_t *set, sigset_t *old) {
    if (flotilla_in_forked_child) return flotilla_host_sigprocmask(how, set, old) == 0 ? 0 : errno;
    sigset_t before = blocked;
    if (set != NULL) {
        sigset_t inverse;
        switch (how) {
        case SIG_BLOCK:
            sigorset(&blocked, &blocked, set);
            break;
        case SIG_UNBLOCK:
            sigfillset(&inverse);
            for (int signal = 1; signal < _NSIG; signal++) {
                if (sigismember(set, signal) == 1) sigdelset(&inverse, signal);
            }
            sigandset(&blocked, &blocked, &inverse);
            break;
        case SIG_SETMASK:
            blocked = *set;
            break;
        default:
            return EINVAL;
        }
        sigdelset(&blocked, SIGKILL);
        sigdelset(&blocked, SIGSTOP);
    }
    if (old != NULL) *old = before;
    if (set != NULL && !sigisemptyset(&pending)) deliver_pending();
    return 0;
}

int flotilla_sigprocmask(int how, const sigset_t *set, sigset_t *old) {
    int error = flotilla_change_mask(how, set, old);
    return error == 0 ? 0 : fail(error);
}

int flotilla_sigpending(sigset_t *set) {
    *set = pending;
    return 0;
}

static int change_one(int how, int signal) {
    sigset_t set;
    sigemptyset(&set);
    return sigaddset(&set, signal) == 0 ? flotilla_sigprocmask(how, &set, NULL) : -1;
}

int flotilla_sighold(int signal) {
    return change_one(SIG_BLOCK, signal);
}

int flotilla_sigrelse(int signal) {
    return change_one(SIG_UNBLOCK, signal);
}

int flotilla_sigignore(int signal) {
    return flotilla_signal(signal, SIG_IGN) == SIG_ERR ? -1 : 0;
}

void flotilla_signals_detach(void) {
    /* Handlers of the JVM must not run in the child. */
    for (int signal = 1; signal < _NSIG; signal++) {
        struct sigaction action = actions[signal];
        if (signal == SIGKILL || signal == SIGSTOP) continue;
        action.sa_flags &= SA_RESTART | SA_SIGINFO | SA_NODEFER | SA_RESETHAND | SA_NOCLDSTOP | SA_NOCLDWAIT;
        flotilla_host_sigaction(signal, &action, NULL);
    }
    flotilla_host_sigprocmask(SIG_SETMASK, &blocked, NULL);
}

/* ---- Sending ---- */

int flotilla_raise(int signal) {
    if (flotilla_in_forked_child) return flotilla_host_raise(signal);
    int error = flotilla_raise_signal(signal);
    return error == 0 ? 0 : fail(error);
}

/* The rank's process group holds the host and all other ranks: a signal to it reaches the rank only. */
int flotilla_kill(pid_t process, int signal) {
    if (!flotilla_in_forked_child && (process == getpid() || process == 0 || process == -getpgrp())) {
        return flotilla_raise(signal);
    }
    return flotilla_host_kill(process, signal);
}

int flotilla_killpg(pid_t group, int signal) {
    if (!flotilla_in_forked_child && (group == 0 || group == getpgrp())) return flotilla_raise(signal);
    return flotilla_host_killpg(group, signal);
}

int flotilla_tgkill(pid_t process, pid_t thread, int signal) {
    (void)thread;
    return flotilla_kill(process, signal);
}

int flotilla_sigqueue(pid_t process, int signal, const union sigval value) {
    (void)value;
    return flotilla_kill(process, signal);
}

/* ---- Waiting for signals ---- */

static int take_pending(const sigset_t *set, siginfo_t *info) {
    for (int signal = 1; signal < _NSIG; signal++) {
        if (sigismember(set, signal) != 1 || sigismember(&pending, signal) != 1) continue;
        sigdelset(&pending, signal);
        if (info != NULL) {
            memset(info, 0, sizeof *info);
            info->si_signo = signal;
            info->si_code = SI_TKILL;
            info->si_pid = getpid();
        }
        return signal;
    }
    return 0;
}

static _Noreturn void wait_forever(void) {
    for (;;) flotilla_sleep_for(INT64_MAX);
}

int flotilla_sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout) {
    if (flotilla_in_forked_child) return flotilla_host_sigtimedwait(set, info, timeout);
    int signal = take_pending(set, info);
    if (signal != 0) return signal;
    if (timeout == NULL) wait_forever();
    if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec >= 1000000000) return fail(EINVAL);
    flotilla_sleep_for(timeout->tv_sec * 1000000000 + timeout->tv_nsec);
    return fail(EAGAIN);
}

int flotilla_sigwaitinfo(const sigset_t *set, siginfo_t *info) {
    return flotilla_sigtimedwait(set, info, NULL);
}

int flotilla_sigwait(const sigset_t *set, int *signal) {
    *signal = flotilla_sigtimedwait(set, NULL, NULL);
    return *signal > 0 ? 0 : errno;
}

int flotilla_sigsuspend(const sigset_t *set) {
    if (flotilla_in_forked_child) return flotilla_host_sigsuspend(set);
    bool any = false;
    for (int signal = 1; signal < _NSIG; signal++) {
        any |= sigismember(&pending, signal) == 1 && sigismember(set, signal) != 1;
    }
    if (!any) wait_forever();
    sigset_t before;
    flotilla_change_mask(SIG_SETMASK, set, &before);
    flotilla_change_mask(SIG_SETMASK, &before, NULL);
    return fail(EINTR);
}

int flotilla_pause(void) {
    if (flotilla_in_forked_child) return flotilla_host_pause();
    wait_forever();
}

/* ---- Timers ---- */

#define TIMERS 3

static struct itimerval timers[TIMERS];
static time_t alarm_end;

unsigned flotilla_alarm(unsigned seconds) {
    if (flotilla_in_forked_child) return flotilla_host_alarm(seconds);
    time_t now = time(NULL);
    unsigned left = alarm_end > now ? (unsigned)(alarm_end - now) : 0;
    alarm_end = seconds == 0 ? 0 : now + seconds;
    return left;
}

int flotilla_setitimer(int which, const struct itimerval *value, struct itimerval *old) {
    if (flotilla_in_forked_child) return flotilla_host_setitimer(which, value, old);
    if (which < 0 || which >= TIMERS) return fail(EINVAL);
    if (old != NULL) *old = timers[which];
    if (value != NULL) timers[which] = *value;
    return 0;
}

int flotilla_getitimer(int which, struct itimerval *value) {
    if (flotilla_in_forked_child) return flotilla_host_getitimer(which, value);
    if (which < 0 || which >= TIMERS) return fail(EINVAL);
    *value = timers[which];
    return 0;
}

useconds_t flotilla_ualarm(useconds_t value, useconds_t interval) {
    struct itimerval timer = {{interval / 1000000, interval % 1000000}, {value / 1000000, value % 1000000}}, old;
    if (flotilla_setitimer(ITIMER_REAL, &timer, &old) != 0) return (useconds_t)-1;
    return (useconds_t)(old.it_value.tv_sec * 1000000 + old.it_value.tv_usec);
}

/* Their signals would reach the whole process. */
int flotilla_timer_create(clockid_t clock, struct sigevent *event, timer_t *timer) {
    (void)clock;
    (void)event;
    (void)timer;
    return fail(EAGAIN);
}

FLOTILLA_NAMES(flotilla_sigaction, sigaction, __sigaction)
FLOTILLA_NAMES(flotilla_signal, signal, bsd_signal, ssignal)
FLOTILLA_NAMES(flotilla_sysv_signal, sysv_signal, __sysv_signal)
FLOTILLA_NAMES(flotilla_siginterrupt, siginterrupt)
FLOTILLA_NAMES(flotilla_sigaltstack, sigaltstack)
FLOTILLA_NAMES(flotilla_sigprocmask, sigprocmask)
FLOTILLA_NAMES(flotilla_change_mask, pthread_sigmask)
FLOTILLA_NAMES(flotilla_sigpending, sigpending)
FLOTILLA_NAMES(flotilla_sighold, sighold)
FLOTILLA_NAMES(flotilla_sigrelse, sigrelse)
FLOTILLA_NAMES(flotilla_sigignore, sigignore)
FLOTILLA_NAMES(flotilla_raise, raise, gsignal)
FLOTILLA_NAMES(flotilla_kill, kill, __kill)
FLOTILLA_NAMES(flotilla_killpg, killpg)
FLOTILLA_NAMES(flotilla_tgkill, tgkill)
FLOTILLA_NAMES(flotilla_sigqueue, sigqueue)
FLOTILLA_NAMES(flotilla_sigtimedwait, sigtimedwait)
FLOTILLA_NAMES(flotilla_sigwaitinfo, sigwaitinfo)
FLOTILLA_NAMES(flotilla_sigwait, sigwait)
FLOTILLA_NAMES(flotilla_sigsuspend, sigsuspend)
FLOTILLA_NAMES(flotilla_pause, pause)
FLOTILLA_NAMES(flotilla_alarm, alarm)
FLOTILLA_NAMES(flotilla_setitimer, setitimer)
FLOTILLA_NAMES(flotilla_getitimer, getitimer)
FLOTILLA_NAMES(flotilla_ualarm, ualarm)
FLOTILLA_NAMES(flotilla_timer_create, timer_create)
