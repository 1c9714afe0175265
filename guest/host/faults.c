/*
 * Signals that a guest's own instructions raise. A guest's fault makes flotilla_resume return with operation FAULT;
 * everything else goes to the handler that was installed before, the JVM's.
 *
 * The handler tells them apart by the stack pointer: on a PE's thread, what does not run on the thread's own stack is guest
 * code, or host code it called through a gate. That holds for a guest that has lost its stack pointer, too.
 *
 * The handler may run under the guest's FS base, so it uses nothing thread-local (and is built without stack protector). It
 * knows its thread by the signal stack that it runs on.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "flotilla_abi.h"
#include "signals.h"
#include "state.h"
#include "system.h"

#define EXPORT __attribute__((visibility("default")))

void flotilla_leave_faulted_guest(void) __attribute__((visibility("hidden")));
void flotilla_guest_faulted(uintptr_t control);

/* SIGABRT: functions of the host's libc end the process by it when a guest has given them something impossible. */
static const int fault_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};
/* Below, where nothing is ever mapped, the JVM faults on purpose: null pointers. Java checks guests' addresses for that. */
#define LOWEST_ADDRESS 65536
#define FAULT_SIGNALS (sizeof fault_signals / sizeof fault_signals[0])

static struct sigaction previous[FAULT_SIGNALS];
static uintptr_t slots_start, slots_end;

/* Pages that were made accessible for the host, one after the other; protection is what they get back, or UNMAPPED. */
#define UNMAPPED (-1)
struct filled {
    uintptr_t start, end;
    int protection;
};
#define MOST_FILLED 64
/* Bytes: room for the handler and the vector registers that the kernel saves. */
#define SIGNAL_STACK ((size_t)64 * 1024)

/* A thread that runs guests: a PE's, or one for a thread that a rank has made. The first two are written by flotilla_resume (resume.S). */
struct pe {
    uintptr_t control; /* of the rank that was resumed last, or 0 */
    uintptr_t host_sp; /* where flotilla_resume left the thread's own stack then */
    uintptr_t host_fs;
    uintptr_t stack_start, stack_end; /* the thread's own stack */
    uintptr_t signal_stack_start, signal_stack_end;
    struct pe *next;
    int used; /* by a thread */
    unsigned char floating_point[512]; /* at the fault */
    uintptr_t bad_address; /* where the host touched memory that is not there (a bad buffer given to MPI), or 0 */
    unsigned filled_count;
    struct filled filled[MOST_FILLED];
};

_Static_assert(offsetof(struct pe, control) == 0 && offsetof(struct pe, host_sp) == 8, "resume.S knows where they are");

/* Grows only. */
static struct pe *_Atomic pes;

/* NULL in threads that are no PE's. Of use under the host's FS base only. */
__thread struct pe *flotilla_this_pe __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* Threads whose bad_address is set. */
EXPORT volatile int64_t flotilla_bad_addresses;

/* What the thread needs to go on is its own, not the control block's: the guest may have written there. */
static void leave_guest(struct pe *pe, int signal, const siginfo_t *info, ucontext_t *context) {
    uintptr_t control = pe->control;
    FIELD(int32_t, control, FAULT_SIGNAL) = signal;
    FIELD(int32_t, control, FAULT_CODE) = info->si_code;
    FIELD(uint64_t, control, FAULT_ADDRESS) = (uint64_t)info->si_addr;
    for (int i = 0; i < FLOTILLA_CB_FAULT_REGISTER_COUNT; i++) {
        (&FIELD(uint64_t, control, FAULT_REGISTERS))[i] = (uint64_t)context->uc_mcontext.gregs[i];
    }
    FIELD(uint64_t, control, FAULT_FLOATING_POINT) = 0;
    if (context->uc_mcontext.fpregs) {
        memcpy(pe->floating_point, context->uc_mcontext.fpregs, sizeof pe->floating_point);
        FIELD(uint64_t, control, FAULT_FLOATING_POINT) = (uint64_t)pe->floating_point;
    }
    FIELD(uint64_t, control, OPERATION) = FLOTILLA_OP_FAULT;
    flotilla_guest_faulted(control);
    set_fs_base(control, pe->host_fs);
    context->uc_mcontext.gregs[REG_RSP] = (greg_t)pe->host_sp;
    context->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)flotilla_leave_faulted_guest;
    /* The direction, trap and alignment flags of the guest must not reach the host. */
    context->uc_mcontext.gregs[REG_EFL] &= ~0x40500L;
}

static struct pe *pe_of_signal_stack(uintptr_t address) {
    for (struct pe *pe = pes; pe; pe = pe->next) {
        if (address >= pe->signal_stack_start && address < pe->signal_stack_end) {
            return pe;
        }
    }
    return NULL;
}

static int is_in_slots(uintptr_t address) {
    return address >= slots_start && address < slots_end;
}

static void remember_filled(struct pe *pe, uintptr_t page, int protection) {
    struct filled *last = pe->filled + pe->filled_count - 1;
    if (pe->filled_count > 0 && last->protection == protection && last->end == page) {
        last->end += 4096;
    } else if (pe->filled_count > 0 && last->protection == protection && last->start == page + 4096) {
        last->start = page;
    } else if (pe->filled_count < MOST_FILLED) {
        pe->filled[pe->filled_count++] = (struct filled){page, page + 4096, protection};
    } /* else they stay as they are: the call fails anyway */
}

/*
 * Lets the host go on after it touched, for a guest, memory that is not there or is protected; the call fails afterwards,
 * and flotilla_take_bad_address undoes this. Where nothing is mapped it finds a page of zeros. Mapped pages outside slots
 * are the JVM's business: it faults on some on purpose.
 */
static int fill_hole(struct pe *pe, uintptr_t address, int code) {
    uintptr_t page = address & ~(uintptr_t)4095;
    int is_in_slot = is_in_slots(address), protection = UNMAPPED;
    if (!pe && !is_in_slot) {
        return 0;
    }
    if (code == SEGV_MAPERR) {
        uintptr_t result = (uintptr_t)raw_syscall6(SYS_mmap, (long)page, 4096, PROT_READ | PROT_WRITE,
                                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        if (result != page && result != (uintptr_t)-EEXIST) { /* another PE may have been faster */
            return 0;
        }
    } else if (is_in_slot) {
        protection = is_readable(page) ? PROT_READ | PROT_EXEC : PROT_NONE;
        if (raw_syscall6(SYS_mprotect, (long)page, 4096, PROT_READ | PROT_WRITE, 0, 0, 0) != 0) {
            return 0;
        }
    } else {
        return 0;
    }
    if (pe) {
        if (pe->bad_address == 0) {
            pe->bad_address = address;
            __atomic_fetch_add(&flotilla_bad_addresses, 1, __ATOMIC_SEQ_CST);
        }
        remember_filled(pe, page, protection);
    }
    return 1;
}

/*
 * For a buffer outside slots, [first, end): an address in it that cannot be read, or 0. Looks at the two ends. Such memory is
 * not touched to find out, since the page that fill_hole puts there would be seen by all ranks that have the same bad pointer.
 */
EXPORT uintptr_t flotilla_probe_outside(uintptr_t first, uintptr_t end) {
    return !is_readable(first) ? first : end <= first || !is_readable(end - 1) ? end - 1 : 0;
}

/* Where the host has touched bad memory in this thread since this was asked last, or 0. */
EXPORT uintptr_t flotilla_take_bad_address(void) {
    struct pe *pe = flotilla_this_pe;
    if (!pe || pe->bad_address == 0) {
        return 0;
    }
    uintptr_t address = pe->bad_address;
    for (unsigned i = 0; i < pe->filled_count; i++) {
        const struct filled *f = pe->filled + i;
        if (f->protection == UNMAPPED) {
            munmap((void *)f->start, f->end - f->start);
        } else {
            mprotect((void *)f->start, f->end - f->start, f->protection);
        }
    }
    pe->filled_count = 0;
    pe->bad_address = 0;
    __atomic_fetch_sub(&flotilla_bad_addresses, 1, __ATOMIC_SEQ_CST);
    return address;
}

static void on_fault(int signal, siginfo_t *info, void *context) {
    ucontext_t *user = context;
    uintptr_t sp = (uintptr_t)user->uc_mcontext.gregs[REG_RSP];
    uintptr_t address = (uintptr_t)info->si_addr;
    struct pe *pe = pe_of_signal_stack((uintptr_t)__builtin_frame_address(0));
    if (pe && pe->control
        && (sp < pe->stack_start || sp >= pe->stack_end || is_in_slots((uintptr_t)user->uc_mcontext.gregs[REG_RIP]))) {
        if (!flotilla_divert_fault(pe->control, signal, info, user)) {
            leave_guest(pe, signal, info, user);
        }
        return;
    }
    if (signal == SIGSEGV && (info->si_code == SEGV_MAPERR || info->si_code == SEGV_ACCERR) && address >= LOWEST_ADDRESS
        && fill_hole(pe, address, info->si_code)) {
        return;
    }
    for (unsigned i = 0; i < FAULT_SIGNALS; i++) {
        if (fault_signals[i] != signal) {
            continue;
        }
        if (previous[i].sa_flags & SA_SIGINFO) {
            previous[i].sa_sigaction(signal, info, context);
        } else if (previous[i].sa_handler != SIG_DFL && previous[i].sa_handler != SIG_IGN) {
            previous[i].sa_handler(signal);
        } else {
            sigaction(signal, &previous[i], NULL); /* the instruction runs again and ends the process */
        }
    }
}

/* Slots lie in [start, end), each of the given size in bytes. Returns 0, or -1 with errno. */
EXPORT int flotilla_install_fault_handler(uintptr_t start, uintptr_t end) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigemptyset(&action.sa_mask);
    slots_start = start;
    slots_end = end;
    for (unsigned i = 0; i < FAULT_SIGNALS; i++) {
        if (sigaction(fault_signals[i], &action, &previous[i])) {
            return -1;
        }
    }
    return flotilla_install_nudge_handler(start, end);
}

/* A description that no thread uses, with a signal stack, or NULL without memory. */
static struct pe *take_pe(void) {
    for (struct pe *pe = pes; pe; pe = pe->next) {
        int unused = 0;
        if (__atomic_compare_exchange_n(&pe->used, &unused, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
            return pe;
        }
    }
    struct pe *pe = calloc(1, sizeof *pe);
    void *stack = aligned_alloc(64, SIGNAL_STACK);
    if (!pe || !stack) {
        return NULL;
    }
    pe->used = 1;
    pe->signal_stack_start = (uintptr_t)stack;
    pe->signal_stack_end = pe->signal_stack_start + SIGNAL_STACK;
    pe->next = pes;
    while (!__atomic_compare_exchange_n(&pes, &pe->next, pe, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {}
    return pe;
}

/*
 * Makes the calling thread one that runs guests: an alternate stack for the handler above (a guest may have none left), and
 * every asynchronous signal but our own blocked, since their handlers must not meet a guest's FS base. Returns 0 or -1.
 */
EXPORT int flotilla_enter_pe_thread(void) {
    sigset_t blocked;
    pthread_attr_t attributes;
    void *own_stack;
    size_t own_size;
    struct pe *pe = flotilla_this_pe;
    if (!pe) {
        pe = take_pe();
        if (!pe || pthread_getattr_np(pthread_self(), &attributes)) {
            return -1;
        }
        int failed = pthread_attr_getstack(&attributes, &own_stack, &own_size);
        pthread_attr_destroy(&attributes);
        if (failed) {
            return -1;
        }
        pe->stack_start = (uintptr_t)own_stack;
        pe->stack_end = pe->stack_start + own_size;
        __asm__("movq %%fs:0, %0" : "=r"(pe->host_fs));
        flotilla_this_pe = pe;
    }
    flotilla_prepare_state();
    sigfillset(&blocked);
    for (unsigned i = 0; i < FAULT_SIGNALS; i++) {
        sigdelset(&blocked, fault_signals[i]);
    }
    sigdelset(&blocked, FLOTILLA_NUDGE_SIGNAL);
    stack_t stack = {.ss_sp = (void *)pe->signal_stack_start, .ss_size = SIGNAL_STACK};
    return sigaltstack(&stack, NULL) || sigprocmask(SIG_BLOCK, &blocked, NULL) ? -1 : 0;
}

/* The calling thread runs no more guests. */
EXPORT void flotilla_leave_pe_thread(void) {
    stack_t none = {.ss_flags = SS_DISABLE};
    struct pe *pe = flotilla_this_pe;
    if (pe) {
        sigaltstack(&none, NULL);
        flotilla_this_pe = NULL;
        pe->control = 0;
        __atomic_store_n(&pe->used, 0, __ATOMIC_RELEASE);
    }
}
