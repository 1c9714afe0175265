/*
 * Interrupting a rank. A rank's signals are its own business (guest/libc/signals.c) but for two cases: its code faults and
 * the rank has a handler for that; or a timer of it is due while it computes, without a trap at which it would notice. In both
 * the process's handler copies the frame that the kernel made to the rank's stack and lets the rank go on in the guest
 * library, which runs the program's handler and then returns through the frame by rt_sigreturn.
 *
 * Handlers may run under the guest's FS base: nothing thread-local in here, and no call into libc.
 */
#define _GNU_SOURCE
#include "signals.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flotilla_abi.h"
#include "flotilla_signals.h"
#include "job.h"
#include "system.h"

#define EXPORT __attribute__((visibility("default")))

/* Bytes below the stack pointer that a function may use (psABI 3.2.2). */
#define RED_ZONE 128
#define PAGE 4096
/* The kernel's struct ucontext ends with a sigset_t of one word. */
#define KERNEL_CONTEXT_SIZE (offsetof(ucontext_t, uc_sigmask) + sizeof(uint64_t))
/* struct _fpx_sw_bytes (asm/sigcontext.h) in the legacy area tells the size of all. */
#define FXSAVE_SIZE 512
#define SOFTWARE_BYTES 464
#define EXTENDED_MAGIC 0x46505853u
#define DIRECTION_AND_TRAP_FLAGS 0x500L

static uintptr_t slots_start, slots_end;

/* Code of ranks that does not lie in slots. Grows only. */
static struct outside {
    uintptr_t start, end;
    struct outside *next;
} *_Atomic outsides;

static uintptr_t fs_base(uintptr_t control) {
    uintptr_t base = 0;
    if (FIELD(uint64_t, control, FSGSBASE)) {
        __asm__ volatile("rdfsbase %0" : "=r"(base));
    } else {
        raw_syscall6(SYS_arch_prctl, 0x1003 /* ARCH_GET_FS */, (long)&base, 0, 0, 0, 0);
    }
    return base;
}

/* Whether a stack reaches down to here: a fault in this handler would end the process. */
static int has_room(uintptr_t control, uintptr_t low, uintptr_t high) {
    uintptr_t stack = FIELD(uintptr_t, control, STACK_BASE), size = FIELD(uintptr_t, control, STACK_SIZE);
    if (low >= stack && high <= stack + size) {
        return 1;
    }
    if (low >= stack - PAGE && low < stack) {
        return 0;
    }
    for (uintptr_t page = low; page < high; page = (page | (PAGE - 1)) + 1) {
        if (!is_readable(page)) {
            return 0;
        }
    }
    return 1;
}

static size_t vector_state_size(const void *state) {
    const uint32_t *software = (const uint32_t *)((const char *)state + SOFTWARE_BYTES);
    return software[0] == EXTENDED_MAGIC ? software[1] : FXSAVE_SIZE;
}

static int is_in_slots(uintptr_t address) {
    return address >= slots_start && address < slots_end;
}

static int is_rank_code(uintptr_t address) {
    if (is_in_slots(address)) {
        return 1;
    }
    for (const struct outside *outside = outsides; outside; outside = outside->next) {
        if (address >= outside->start && address < outside->end) {
            return 1;
        }
    }
    return 0;
}

/* Has is_rank_code know of [start, end). Any thread. Returns 0 without memory. */
EXPORT int64_t flotilla_admit_code(uintptr_t start, uintptr_t end) {
    struct outside *outside = malloc(sizeof *outside);
    if (!outside) {
        return 0;
    }
    outside->start = start;
    outside->end = end;
    outside->next = outsides;
    while (!__atomic_compare_exchange_n(&outsides, &outside->next, outside, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    }
    return 1;
}

/* The rank's, or NULL: a thread that it made has a control block and a mask of its own. What faults may have overwritten all
 * of it. */
static const struct flotilla_signals *signals_of(uintptr_t control) {
    uintptr_t slot = flotilla_control_at(control);
    uintptr_t signals = FIELD(uintptr_t, slot, SIGNALS);
    return is_in_slots(signals) && is_readable(signals) ? (const struct flotilla_signals *)signals : NULL;
}

/* signal: that of a fault, or 0. */
static int divert(uintptr_t control, int signal, const siginfo_t *info, ucontext_t *context) {
    const struct flotilla_signals *signals = signals_of(control), *own = FIELD(struct flotilla_signals *, control, SIGNALS);
    greg_t *registers = context->uc_mcontext.gregs;
    uintptr_t top = (uintptr_t)registers[REG_RSP] - RED_ZONE, reserve = PAGE;
    if (signal != 0 && (signals->on_stack & FLOTILLA_SIGNAL_BIT(signal)) && own->alternate_size != 0 &&
        (uintptr_t)registers[REG_RSP] - own->alternate_start > own->alternate_size) {
        top = own->alternate_start + own->alternate_size;
        reserve = 0;
    }
    const void *vectors = context->uc_mcontext.fpregs;
    size_t size = vectors == NULL ? 0 : vector_state_size(vectors);
    uintptr_t copy = (top - size) & ~(uintptr_t)63;
    uintptr_t place = (copy - sizeof(struct flotilla_signal_frame)) & ~(uintptr_t)15;
    if (!has_room(control, place - reserve, top)) {
        return 0;
    }
    struct flotilla_signal_frame *frame = (struct flotilla_signal_frame *)place;
    memcpy(&frame->context, context, KERNEL_CONTEXT_SIZE);
    memcpy(&frame->thread_mask, &context->uc_sigmask, sizeof frame->thread_mask);
    if (size != 0) {
        memcpy((void *)copy, vectors, size);
        frame->context.uc_mcontext.fpregs = (fpregset_t)copy;
    }
    frame->info = *info;
    frame->signal = signal;
    frame->runs_on_host = 0;
    uintptr_t guest_fs = FIELD(uintptr_t, control, GUEST_FS);
    if (guest_fs != 0 && fs_base(control) != guest_fs) {
        frame->runs_on_host = 1;
        set_fs_base(control, guest_fs);
    }
    registers[REG_RSP] = (greg_t)place;
    registers[REG_RIP] = (greg_t)(uintptr_t)signals->entry;
    registers[REG_EFL] &= ~DIRECTION_AND_TRAP_FLAGS;
    return 1;
}

int flotilla_divert_fault(uintptr_t control, int signal, const siginfo_t *info, ucontext_t *context) {
    const struct flotilla_signals *signals = signals_of(control);
    uint64_t bit = FLOTILLA_SIGNAL_BIT(signal);
    if (signals == NULL || !(signals->caught & bit) || (FIELD(struct flotilla_signals *, control, SIGNALS)->blocked & bit)) {
        return 0;
    }
    return divert(control, signal, info, context);
}

/* The control block of the thread whose code was interrupted; 0 when that is the host's. What other threads than the main one
 * run is told by the base of FS, which the main one may not have. */
static uintptr_t interrupted_control(uintptr_t sp) {
    uintptr_t control = flotilla_control_at(sp);
    uintptr_t base = fs_base(control), of_main = FIELD(uintptr_t, control, GUEST_FS);
    if (is_in_slots(base)) {
        uintptr_t own = *(uintptr_t *)(base + FLOTILLA_CB_TCB_CONTROL);
        return own == 0 ? control : is_in_slots(own) ? own : 0;
    }
    return of_main == 0 || *(uintptr_t *)(of_main + FLOTILLA_CB_TCB_CONTROL) == 0 ? control : 0;
}

/* Interrupts the program's own code and that of its libraries only: the guest library and the host notice by themselves that
 * something has arrived, or are left soon; whoever nudges tries again. */
static void on_nudge(int signal, siginfo_t *info, void *user) {
    ucontext_t *context = user;
    uintptr_t sp = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
    uintptr_t pc = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
    (void)signal;
    if (!is_in_slots(sp) || !is_rank_code(pc)) {
        return;
    }
    uintptr_t control = interrupted_control(sp);
    const struct flotilla_signals *signals = control == 0 ? NULL : signals_of(control);
    if (control == 0 || !FIELD(uint64_t, control, SIGNALS_ARRIVED) || signals == NULL ||
        (pc >= signals->text_start && pc < signals->text_end) ||
        FIELD(uintptr_t, control, GATE_TOP) != control + FLOTILLA_CB_GATE_RETURNS - FLOTILLA_CB_GATE_RETURN_SIZE) {
        return;
    }
    divert(control, 0, info, context);
}

int flotilla_install_nudge_handler(uintptr_t start, uintptr_t end) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_nudge;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigfillset(&action.sa_mask);
    slots_start = start;
    slots_end = end;
    return sigaction(FLOTILLA_NUDGE_SIGNAL, &action, NULL);
}

/* Interrupts the rank with this control block if it runs its own code. Any thread. */
EXPORT void flotilla_nudge(uintptr_t control) {
    int32_t thread = FIELD(int32_t, control, HOST_THREAD);
    if (thread != 0) {
        raw_syscall6(SYS_tgkill, raw_syscall6(SYS_getpid, 0, 0, 0, 0, 0, 0), thread, FLOTILLA_NUDGE_SIGNAL, 0, 0, 0);
    }
}
