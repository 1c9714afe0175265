/*
 * The rank's signals. A process has one table of handlers and the JVM needs it, so a rank's handlers, mask and pending
 * signals are kept here. What sends a rank signals is the rank itself, its timers, its children, and its faults. Handlers
 * run at the next call that the rank makes (a trap), or right away when the host interrupts it (guest/host/signals.c). Each of
 * its threads has a mask, an alternate stack and signals sent to itself; those of the rank go to the main thread if it lets them
 * through, else to another that does.
 * In a child made by fork the real ones are meant.
 */
#define _GNU_SOURCE
#include "signals.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "flotilla.h"
#include "flotilla_signals.h"
#include "lock.h"
#include "names.h"
#include "sleep.h"
#include "thread.h"

extern int flotilla_host_sigaction(int, const struct sigaction *, struct sigaction *);
extern int flotilla_host_sigprocmask(int, const sigset_t *, sigset_t *);
extern int flotilla_host_kill(pid_t, int);
extern pid_t flotilla_host_getpgid(pid_t);
extern int flotilla_host_killpg(pid_t, int);
extern int flotilla_host_raise(int);
extern int flotilla_host_sigsuspend(const sigset_t *);
extern int flotilla_host_pause(void);
extern int flotilla_host_sigaltstack(const stack_t *, stack_t *);
extern int flotilla_host_sigqueue(pid_t, int, union sigval);
extern int flotilla_host_sigtimedwait(const sigset_t *, siginfo_t *, const struct timespec *);

static struct sigaction actions[_NSIG] FLOTILLA_LARGE;
static uint64_t pending; /* sent to the rank */
static struct flotilla_signals shared;

/* What is told with pending signals: one of each standard signal for each target, and real-time signals, in the order they
 * came. */
#define FIRST_REAL_TIME 34 /* glibc keeps 32 and 33 for itself */
#define MOST_QUEUED 256
static struct {
    const struct flotilla_thread *target; /* NULL: the rank */
    siginfo_t info;
} queue[MOST_QUEUED] FLOTILLA_LARGE;
static size_t queued;

/* Held for what is pending, and for who lets what through. Never while a handler runs. */
FLOTILLA_FORK_LOCK(lock);

#define BIT(signal) FLOTILLA_SIGNAL_BIT(signal)
#define UNBLOCKABLE (BIT(SIGKILL) | BIT(SIGSTOP))
#define RESERVED (BIT(32) | BIT(33))

static inline struct flotilla_thread_signals *own(void) {
    return &flotilla_current()->signals;
}

static int fail(int error) {
    errno = error;
    return -1;
}

static bool is_signal(int signal) {
    return signal > 0 && signal < _NSIG && signal != 32 && signal != 33;
}

static uint64_t word(const sigset_t *set) {
    return set->__val[0];
}

static void fill(sigset_t *set, uint64_t bits) {
    memset(set, 0, sizeof *set);
    set->__val[0] = bits;
}

/* ---- What the host may read ---- */

extern void flotilla_signal_entry(void) __attribute__((visibility("hidden")));
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char etext[] __attribute__((visibility("hidden")));

void flotilla_publish_signals(void) {
    if (flotilla_control->signals == NULL) {
        shared.take = flotilla_take_signals;
        shared.entry = flotilla_signal_entry;
        shared.text_start = (uintptr_t)__ehdr_start;
        shared.text_end = (uintptr_t)etext;
        flotilla_control->signals = &shared;
    }
    shared.blocked = flotilla_main_thread.signals.blocked;
}

/* The mask of the calling thread. */
static void set_blocked(uint64_t blocked) {
    struct flotilla_thread *self = flotilla_current();
    __atomic_store_n(&self->signals.blocked, blocked, __ATOMIC_RELEASE);
    (self == &flotilla_main_thread ? &shared : &self->signals.published)->blocked = blocked;
}

static bool has_handler(const struct sigaction *action) {
    return action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN;
}

bool flotilla_is_caught(int signal) {
    return has_handler(&actions[signal]);
}

bool flotilla_ignores_children(void) {
    return actions[SIGCHLD].sa_handler == SIG_IGN || (actions[SIGCHLD].sa_flags & SA_NOCLDWAIT) != 0;
}

static uint64_t held_by(const struct flotilla_thread *thread) {
    return __atomic_load_n(&thread->signals.blocked, __ATOMIC_ACQUIRE) | __atomic_load_n(&thread->signals.awaited, __ATOMIC_ACQUIRE);
}

bool flotilla_is_blocked(int signal) {
    uint64_t held = held_by(&flotilla_main_thread);
    struct flotilla_thread *thread;
    for (uint64_t i = 1; flotilla_control->threaded && (thread = flotilla_thread_number(i)) != NULL; i++) {
        if (flotilla_is_running(thread)) held |= held_by(thread);
    }
    return (held & BIT(signal)) != 0;
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

static bool is_ignored(int signal) {
    __sighandler_t handler = actions[signal].sa_handler;
    return handler == SIG_IGN || (handler == SIG_DFL && is_ignored_by_default(signal));
}

/* A fault's own handler gave up (a backtrace printer does): what is reported is the fault. */
static _Noreturn void die_of_fault(void) {
    struct flotilla_control *control = flotilla_here();
    const struct flotilla_signal_frame *fault = own()->fault;
    control->fault_signal = fault->signal;
    control->fault_code = fault->info.si_code;
    control->fault_address = (uintptr_t)fault->info.si_addr;
    for (int i = 0; i < FLOTILLA_CB_FAULT_REGISTER_COUNT; i++) {
        control->fault_registers[i] = (uint64_t)fault->context.uc_mcontext.gregs[i];
    }
    for (;;) flotilla_trap(FLOTILLA_OP_FAULT);
}

static _Noreturn void die(int signal) {
    static char text[96];
    const struct flotilla_signal_frame *fault = own()->fault;
    if (fault != NULL && fault->signal == signal) die_of_fault();
    const char *name = sigabbrev_np(signal);
    const char *description = strsignal(signal);
    snprintf(text, sizeof text, "killed by its own signal %d (%s%s, %s)", signal, name == NULL ? "" : "SIG",
             name == NULL ? "real-time" : name, description == NULL ? "" : description);
    for (;;) flotilla_trap2(FLOTILLA_OP_ABORT, (long)text, signal);
}

static bool is_on_alternate(const void *address) {
    stack_t alternate = own()->alternate;
    return (alternate.ss_flags & SS_DISABLE) == 0 &&
           (uintptr_t)address - (uintptr_t)alternate.ss_sp < alternate.ss_size;
}

extern void flotilla_call_on_stack(void (*function)(long, long, long), long a, long b, long c, void *top);

/* Runs the program's handler. on_stack: the caller has changed to the alternate stack where that was asked for. */
static void run_handler(siginfo_t *info, ucontext_t *context, bool on_stack) {
    int signal = info->si_signo;
    flotilla_lock(&lock);
    struct sigaction action = actions[signal];
    if ((action.sa_flags & SA_RESETHAND) != 0) {
        actions[signal].sa_handler = SIG_DFL;
        shared.caught &= ~BIT(signal);
    }
    flotilla_unlock(&lock);
    /* Another thread has changed the action meanwhile. */
    if (!has_handler(&action)) return;
    struct flotilla_thread_signals *self = own();
    stack_t alternate = self->alternate;
    uint64_t before = self->blocked, blocked = before;
    blocked |= word(&action.sa_mask);
    if ((action.sa_flags & SA_NODEFER) == 0) blocked |= BIT(signal);
    set_blocked(blocked & ~UNBLOCKABLE);
    fill(&context->uc_sigmask, before);
    context->uc_stack = alternate;
    int error = errno;
    void (*function)(long, long, long) = (void (*)(long, long, long))(void (*)(void))action.sa_sigaction;
    self->handlers_run++;
    if ((action.sa_flags & SA_RESTART) == 0) self->interruptions++;
    if (on_stack || (action.sa_flags & SA_ONSTACK) == 0 || (alternate.ss_flags & SS_DISABLE) != 0 ||
        is_on_alternate(&before)) {
        function(signal, (long)info, (long)context);
    } else {
        flotilla_call_on_stack(function, signal, (long)info, (long)context, (char *)alternate.ss_sp + alternate.ss_size);
    }
    errno = error;
    sigset_t after = context->uc_sigmask;
    flotilla_change_mask(SIG_SETMASK, &after, NULL);
}

static void deliver(siginfo_t *info) {
    int signal = info->si_signo;
    if (is_ignored(signal)) return;
    if (actions[signal].sa_handler == SIG_DFL) die(signal);
    ucontext_t context;
    memset(&context, 0, sizeof context);
    getcontext(&context);
    run_handler(info, &context, false);
}

/* The next signal of the set that was sent to the target, taken off the queue; or 0. Under the lock. */
static int take_from(uint64_t *waiting, const struct flotilla_thread *target, uint64_t set, siginfo_t *info) {
    uint64_t candidates = *waiting & set;
    if (candidates == 0) return 0;
    int signal = __builtin_ctzll(candidates) + 1;
    bool taken = false, more = false;
    size_t kept = 0;
    for (size_t i = 0; i < queued; i++) {
        bool same = queue[i].info.si_signo == signal && queue[i].target == target;
        if (same && !taken) {
            *info = queue[i].info;
            taken = true;
            continue;
        }
        more |= same;
        if (kept != i) queue[kept] = queue[i];
        kept++;
    }
    queued = kept;
    if (!taken) {
        /* There was no room for what was told with it. */
        memset(info, 0, sizeof *info);
        info->si_signo = signal;
    }
    if (!more) *waiting &= ~BIT(signal);
    return signal;
}

/* The next one for the calling thread. */
static int take_pending(uint64_t set, siginfo_t *info) {
    struct flotilla_thread *self = flotilla_current();
    if (((__atomic_load_n(&pending, __ATOMIC_ACQUIRE) | __atomic_load_n(&self->signals.pending, __ATOMIC_ACQUIRE)) & set) == 0) return 0;
    flotilla_lock(&lock);
    int signal = take_from(&self->signals.pending, self, set, info);
    if (signal == 0) signal = take_from(&pending, NULL, set, info);
    flotilla_unlock(&lock);
    return signal;
}

/* Under the lock. */
static void discard(int signal) {
    siginfo_t info;
    struct flotilla_thread *thread;
    while (take_from(&pending, NULL, BIT(signal), &info) != 0) {}
    for (uint64_t i = 0; (thread = flotilla_thread_number(i)) != NULL; i++) {
        while (take_from(&thread->signals.pending, thread, BIT(signal), &info) != 0) {}
    }
}

static void deliver_pending(void) {
    siginfo_t info;
    while (take_pending(~own()->blocked, &info) != 0) deliver(&info);
}

static bool wants(const struct flotilla_thread *thread, int signal) {
    return flotilla_is_running(thread) && ((__atomic_load_n(&thread->signals.blocked, __ATOMIC_ACQUIRE) & BIT(signal)) == 0 ||
                                           (__atomic_load_n(&thread->signals.awaited, __ATOMIC_ACQUIRE) & BIT(signal)) != 0);
}

/* Who takes a signal that was sent to the rank: the main thread if it can, as with Linux. NULL: nobody yet. */
static struct flotilla_thread *taker(int signal) {
    if (wants(&flotilla_main_thread, signal)) return &flotilla_main_thread;
    if (wants(flotilla_current(), signal)) return flotilla_current();
    struct flotilla_thread *thread;
    for (uint64_t i = 1; flotilla_control->threaded && (thread = flotilla_thread_number(i)) != NULL; i++) {
        if (wants(thread, signal)) return thread;
    }
    return NULL;
}

/* Signals of the set that wait for whoever takes them: the calling thread does not any more. */
static void redirect(uint64_t set) {
    if (!flotilla_control->threaded) return;
    uint64_t left = __atomic_load_n(&pending, __ATOMIC_ACQUIRE) & set;
    for (; left != 0; left &= left - 1) {
        struct flotilla_thread *to = taker(__builtin_ctzll(left) + 1);
        if (to != NULL && to != flotilla_current()) flotilla_interrupt_thread(to);
    }
}

void flotilla_signals_begin_thread(struct flotilla_thread *thread) {
    thread->signals.blocked = own()->blocked;
    thread->signals.alternate = (stack_t){.ss_flags = SS_DISABLE};
    thread->signals.published = (struct flotilla_signals){.take = flotilla_take_signals, .blocked = thread->signals.blocked};
    thread->control->signals = &thread->signals.published;
}

void flotilla_signals_end_thread(void) {
    struct flotilla_thread *self = flotilla_current();
    siginfo_t info;
    set_blocked(~UNBLOCKABLE);
    flotilla_lock(&lock);
    __atomic_store_n(&self->leaving, true, __ATOMIC_RELEASE);
    while (take_from(&self->signals.pending, self, ~UINT64_C(0), &info) != 0) {}
    flotilla_unlock(&lock);
    redirect(~UINT64_C(0));
}

/* target: NULL for the rank. Answers 0 or an errno. Under the lock. */
static int enqueue(struct flotilla_thread *target, const siginfo_t *info) {
    int signal = info->si_signo;
    uint64_t *waiting = target == NULL ? &pending : &target->signals.pending;
    if (signal >= FIRST_REAL_TIME || (*waiting & BIT(signal)) == 0) {
        if (queued < MOST_QUEUED) {
            queue[queued].target = target;
            queue[queued++].info = *info;
        } else if (signal >= FIRST_REAL_TIME) {
            return EAGAIN;
        }
    }
    __atomic_or_fetch(waiting, BIT(signal), __ATOMIC_RELEASE);
    return 0;
}

static int send(struct flotilla_thread *target, const siginfo_t *info) {
    int signal = info->si_signo, error = 0;
    if (signal == 0) return 0;
    if (!is_signal(signal)) return EINVAL;
    if (signal == SIGKILL) die(signal);
    if (signal == SIGSTOP) return 0;
    flotilla_lock(&lock);
    bool running = target == NULL || flotilla_is_running(target);
    bool held = target == NULL ? flotilla_is_blocked(signal) : (held_by(target) & BIT(signal)) != 0;
    bool sent = running && (held || !is_ignored(signal));
    if (sent) error = enqueue(target, info);
    flotilla_unlock(&lock);
    if (!sent || error != 0) return error;
    struct flotilla_thread *to = target != NULL ? target : taker(signal);
    if (to == flotilla_current()) {
        if ((own()->awaited & BIT(signal)) == 0) deliver_pending();
    } else if (to != NULL) {
        flotilla_interrupt_thread(to);
    }
    return 0;
}

int flotilla_send_signal(const siginfo_t *info) {
    return send(NULL, info);
}

static siginfo_t plain(int signal, int code, union sigval value) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    info.si_signo = signal;
    info.si_code = code;
    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_value = value;
    return info;
}

static int send_plain(int signal, int code, union sigval value) {
    siginfo_t info = plain(signal, code, value);
    return send(NULL, &info);
}

int flotilla_signal_thread(struct flotilla_thread *thread, int signal, int code, union sigval value) {
    siginfo_t info = plain(signal, code, value);
    return send(thread, &info);
}

int flotilla_raise_signal(int signal) {
    return flotilla_signal_thread(flotilla_current(), signal, SI_TKILL, (union sigval){.sival_ptr = NULL});
}

void flotilla_call_abort_handler(void) {
    if (!has_handler(&actions[SIGABRT])) return;
    siginfo_t info;
    ucontext_t context;
    memset(&info, 0, sizeof info);
    info.si_signo = SIGABRT;
    info.si_code = SI_TKILL;
    memset(&context, 0, sizeof context);
    struct sigaction action = actions[SIGABRT];
    actions[SIGABRT].sa_handler = SIG_DFL; /* a second abort inside the handler is final */
    if ((action.sa_flags & SA_SIGINFO) != 0) {
        action.sa_sigaction(SIGABRT, &info, &context);
    } else {
        action.sa_handler(SIGABRT);
    }
}

void flotilla_take_signals(void) {
    struct timespec time;
    flotilla_here()->signals_arrived = 0;
    if (flotilla_control->in_forked_child) return;
    int error = errno;
    clock_gettime(CLOCK_MONOTONIC, &time);
    flotilla_timers_expire(time.tv_sec * INT64_C(1000000000) + time.tv_nsec);
    flotilla_timers_arm();
    deliver_pending();
    errno = error;
}

/*
 * The host has interrupted the rank (flotilla_signal_entry): a timer is due, or the rank has a handler for its fault. What is
 * restored at the end is the frame's; the signal stack and the base of FS are those of the thread that the rank runs on now.
 */
void flotilla_signal_interrupted(struct flotilla_signal_frame *frame) {
    struct flotilla_control *control = flotilla_here();
    uintptr_t bottom = (uintptr_t)control + FLOTILLA_CB_GATE_RETURNS - FLOTILLA_CB_GATE_RETURN_SIZE;
    uintptr_t top = control->gate_top;
    uint64_t returns[FLOTILLA_CB_GATE_RETURNS_SIZE / 8];
    size_t size = top - bottom;
    int error = control->error;
    /* Gates of host functions on the stack; a trap in the handler forgets them. */
    memcpy(returns, (void *)(bottom + FLOTILLA_CB_GATE_RETURN_SIZE), size);
    if (frame->signal == 0) {
        flotilla_take_signals();
        if (flotilla_current()->cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS) flotilla_testcancel();
    } else {
        struct flotilla_thread_signals *self = own();
        const struct flotilla_signal_frame *before = self->fault;
        self->fault = frame;
        run_handler(&frame->info, &frame->context, true);
        self->fault = before;
    }
    memcpy((void *)(bottom + FLOTILLA_CB_GATE_RETURN_SIZE), returns, size);
    control->gate_top = top;
    fill(&frame->context.uc_sigmask, frame->thread_mask);
    flotilla_host_sigaltstack(NULL, &frame->context.uc_stack);
    control->error = error;
    if (!frame->runs_on_host) return;
    if (control->fsgsbase) {
        __asm__ volatile("wrfsbase %0" : : "r"(control->host_fs) : "memory");
    } else {
        register long number __asm__("rax") = 158 /* arch_prctl */;
        __asm__ volatile("syscall"
                         : "+r"(number)
                         : "D"(0x1002L /* ARCH_SET_FS */), "S"(control->host_fs)
                         : "rcx", "r11", "memory");
    }
}

/* A jump out of handlers, and over whatever host functions were on the stack. */
void flotilla_signals_leave(void) {
    own()->fault = NULL;
    struct flotilla_control *control = flotilla_here();
    control->gate_top = (uintptr_t)control + FLOTILLA_CB_GATE_RETURNS - FLOTILLA_CB_GATE_RETURN_SIZE;
}

/* ---- Handlers ---- */

int flotilla_sigaction(int signal, const struct sigaction *action, struct sigaction *old) {
    if (flotilla_control->in_forked_child) return flotilla_host_sigaction(signal, action, old);
    if (!is_signal(signal)) return fail(EINVAL);
    if (action != NULL && (signal == SIGKILL || signal == SIGSTOP)) return fail(EINVAL);
    flotilla_lock(&lock);
    struct sigaction before = actions[signal];
    if (action != NULL) {
        actions[signal] = *action;
        if (is_ignored(signal)) discard(signal);
        if (has_handler(action)) {
            flotilla_publish_signals();
            shared.caught |= BIT(signal);
        } else {
            shared.caught &= ~BIT(signal);
        }
        if (action->sa_flags & SA_ONSTACK) {
            shared.on_stack |= BIT(signal);
        } else {
            shared.on_stack &= ~BIT(signal);
        }
    }
    flotilla_unlock(&lock);
    if (action != NULL && signal == SIGCHLD && has_handler(action)) flotilla_timers_arm();
    if (old != NULL) *old = before;
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

static uint64_t interrupting; /* by siginterrupt */

__sighandler_t flotilla_signal(int signal, __sighandler_t handler) {
    return install(signal, handler, is_signal(signal) && (interrupting & BIT(signal)) != 0 ? 0 : SA_RESTART);
}

__sighandler_t flotilla_sysv_signal(int signal, __sighandler_t handler) {
    return install(signal, handler, SA_RESETHAND | SA_NODEFER);
}

int flotilla_siginterrupt(int signal, int interrupt) {
    struct sigaction action;
    if (flotilla_sigaction(signal, NULL, &action) != 0) return -1;
    if (interrupt) {
        interrupting |= BIT(signal);
        action.sa_flags &= ~SA_RESTART;
    } else {
        interrupting &= ~BIT(signal);
        action.sa_flags |= SA_RESTART;
    }
    return flotilla_sigaction(signal, &action, NULL);
}

int flotilla_sigaltstack(const stack_t *stack, stack_t *old) {
    if (flotilla_control->in_forked_child) return flotilla_host_sigaltstack(stack, old);
    if (stack != NULL && (stack->ss_flags & SS_DISABLE) == 0 && stack->ss_size < 2048) return fail(ENOMEM);
    struct flotilla_thread *self = flotilla_current();
    stack_t before = self->signals.alternate;
    bool in_use = is_on_alternate(&before);
    if (stack != NULL) {
        if ((stack->ss_flags & ~(SS_DISABLE | SS_ONSTACK | (int)(1u << 31 /* SS_AUTODISARM */))) != 0) return fail(EINVAL);
        if (in_use) return fail(EPERM);
        stack_t alternate = *stack;
        if ((alternate.ss_flags & SS_DISABLE) != 0) alternate = (stack_t){.ss_flags = SS_DISABLE};
        alternate.ss_flags &= SS_DISABLE;
        self->signals.alternate = alternate;
        struct flotilla_signals *published = self == &flotilla_main_thread ? &shared : &self->signals.published;
        published->alternate_start = (uintptr_t)alternate.ss_sp;
        published->alternate_size = alternate.ss_size;
    }
    if (old != NULL) {
        *old = before;
        if (in_use) old->ss_flags |= SS_ONSTACK;
    }
    return 0;
}

/* ---- Masks ---- */

int flotilla_change_mask(int how, const sigset_t *set, sigset_t *old) {
    if (flotilla_control->in_forked_child) return flotilla_host_sigprocmask(how, set, old) == 0 ? 0 : errno;
    uint64_t before = own()->blocked, blocked = before;
    if (set != NULL) {
        switch (how) {
        case SIG_BLOCK: blocked |= word(set); break;
        case SIG_UNBLOCK: blocked &= ~word(set); break;
        case SIG_SETMASK: blocked = word(set); break;
        default: return EINVAL;
        }
        blocked &= ~(UNBLOCKABLE | RESERVED);
        set_blocked(blocked);
        if ((blocked & ~before) != 0) redirect(blocked & ~before);
    }
    if (old != NULL) fill(old, before);
    deliver_pending();
    return 0;
}

void flotilla_enter_mask(const sigset_t *mask, sigset_t *before) {
    if (mask != NULL) flotilla_change_mask(SIG_SETMASK, mask, before);
}

void flotilla_leave_mask(const sigset_t *mask, const sigset_t *before) {
    if (mask != NULL) flotilla_change_mask(SIG_SETMASK, before, NULL);
}

int flotilla_sigprocmask(int how, const sigset_t *set, sigset_t *old) {
    int error = flotilla_change_mask(how, set, old);
    return error == 0 ? 0 : fail(error);
}

int flotilla_sigpending(sigset_t *set) {
    fill(set, pending | own()->pending);
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
    flotilla_timers_forget();
    flotilla_here()->signals_arrived = 0;
    stack_t alternate = own()->alternate;
    /* Handlers of the JVM must not run in the child. */
    flotilla_host_sigaltstack((alternate.ss_flags & SS_DISABLE) != 0 ? &(stack_t){.ss_flags = SS_DISABLE} : &alternate, NULL);
    for (int signal = 1; signal < _NSIG; signal++) {
        if (!is_signal(signal) || signal == SIGKILL || signal == SIGSTOP) continue;
        struct sigaction action = actions[signal];
        action.sa_flags &=
            SA_RESTART | SA_SIGINFO | SA_NODEFER | SA_RESETHAND | SA_NOCLDSTOP | SA_NOCLDWAIT | SA_ONSTACK;
        flotilla_host_sigaction(signal, &action, NULL);
    }
    sigset_t mask;
    fill(&mask, own()->blocked);
    flotilla_host_sigprocmask(SIG_SETMASK, &mask, NULL);
}

/* ---- Sending ---- */

int flotilla_raise(int signal) {
    if (flotilla_control->in_forked_child) return flotilla_host_raise(signal);
    int error = flotilla_raise_signal(signal);
    return error == 0 ? 0 : fail(error);
}

/* The rank's process group holds the host and all other ranks: a signal to it reaches the rank only. */
int flotilla_kill(pid_t process, int signal) {
    if (!flotilla_control->in_forked_child && (process == getpid() || process == 0 || process == -getpgrp() || process == -flotilla_host_getpgid(0))) {
        int error = send_plain(signal, SI_USER, (union sigval){.sival_ptr = NULL});
        return error == 0 ? 0 : fail(error);
    }
    return flotilla_host_kill(process, signal);
}

int flotilla_killpg(pid_t group, int signal) {
    if (!flotilla_control->in_forked_child && (group == 0 || group == getpgrp() || group == flotilla_host_getpgid(0))) return flotilla_raise(signal);
    return flotilla_host_killpg(group, signal);
}

int flotilla_tgkill(pid_t process, pid_t thread, int signal) {
    if (flotilla_control->in_forked_child || process != getpid()) return (int)syscall(SYS_tgkill, process, thread, signal);
    struct flotilla_thread *to = &flotilla_main_thread;
    for (uint64_t i = 0; to != NULL && (flotilla_thread_id(to) != thread || !flotilla_is_running(to)); i++) to = flotilla_thread_number(i);
    if (to == NULL) return fail(ESRCH);
    int error = flotilla_signal_thread(to, signal, SI_TKILL, (union sigval){.sival_ptr = NULL});
    return error == 0 ? 0 : fail(error);
}

int flotilla_sigqueue(pid_t process, int signal, const union sigval value) {
    if (flotilla_control->in_forked_child || process != getpid()) return flotilla_host_sigqueue(process, signal, value);
    int error = send_plain(signal, SI_QUEUE, value);
    return error == 0 ? 0 : fail(error);
}

/* ---- Waiting for signals ---- */

int flotilla_sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout) {
    if (flotilla_control->in_forked_child) return flotilla_host_sigtimedwait(set, info, timeout);
    if (timeout != NULL && (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec >= 1000000000)) {
        return fail(EINVAL);
    }
    siginfo_t unused;
    if (info == NULL) info = &unused;
    uint64_t wanted = word(set) & ~UNBLOCKABLE;
    struct flotilla_thread_signals *self = own();
    uint64_t before = self->awaited;
    flotilla_testcancel();
    int64_t left = timeout == NULL ? INT64_MAX : flotilla_nanoseconds(timeout);
    flotilla_publish_signals();
    __atomic_store_n(&self->awaited, wanted, __ATOMIC_SEQ_CST);
    flotilla_timers_arm(); /* a child's end may be awaited now */
    int signal;
    bool interrupted = false;
    while ((signal = take_pending(wanted, info)) == 0 && left > 0 && !interrupted) {
        unsigned long runs = self->handlers_run;
        flotilla_nap(&left);
        interrupted = self->handlers_run != runs || flotilla_is_cancelled();
    }
    __atomic_store_n(&self->awaited, before, __ATOMIC_SEQ_CST);
    if (signal == 0) flotilla_testcancel();
    return signal != 0 ? signal : fail(interrupted ? EINTR : EAGAIN);
}

int flotilla_sigwaitinfo(const sigset_t *set, siginfo_t *info) {
    return flotilla_sigtimedwait(set, info, NULL);
}

int flotilla_sigwait(const sigset_t *set, int *signal) {
    int got;
    do got = flotilla_sigtimedwait(set, NULL, NULL);
    while (got < 0 && errno == EINTR);
    if (got < 0) return errno;
    *signal = got;
    return 0;
}

int flotilla_sigsuspend(const sigset_t *set) {
    if (flotilla_control->in_forked_child) return flotilla_host_sigsuspend(set);
    flotilla_testcancel();
    unsigned long runs = flotilla_handlers_run();
    sigset_t before;
    flotilla_publish_signals();
    flotilla_change_mask(SIG_SETMASK, set, &before);
    flotilla_timers_arm();
    while (flotilla_handlers_run() == runs && !flotilla_is_cancelled()) flotilla_sleep_for(INT64_MAX);
    flotilla_change_mask(SIG_SETMASK, &before, NULL);
    flotilla_testcancel();
    return fail(EINTR);
}

int flotilla_pause(void) {
    if (flotilla_control->in_forked_child) return flotilla_host_pause();
    unsigned long runs = flotilla_handlers_run();
    flotilla_publish_signals();
    for (; flotilla_handlers_run() == runs; flotilla_sleep_for(INT64_MAX)) flotilla_testcancel();
    return fail(EINTR);
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
