/*
 * The parts of getcontext and its kin that are not registers (guest/arch): the signal mask, and makecontext.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

#include "flotilla.h"
#include "names.h"
#include "signals.h"

_Static_assert(offsetof(ucontext_t, uc_mcontext.gregs) == 40, "context.S");
_Static_assert(offsetof(ucontext_t, uc_mcontext.fpregs) == 224, "context.S");
_Static_assert(offsetof(ucontext_t, __fpregs_mem) == 424, "context.S");
_Static_assert(REG_R8 == 0 && REG_RSP == 15 && REG_RIP == 16, "context.S");

extern const char flotilla_context_returned[];

int flotilla_context_save_mask(ucontext_t *context) {
    return flotilla_change_mask(SIG_BLOCK, NULL, &context->uc_sigmask);
}

int flotilla_context_set_mask(const ucontext_t *context) {
    return flotilla_change_mask(SIG_SETMASK, &context->uc_sigmask, NULL);
}

int flotilla_context_swap_mask(ucontext_t *left, const ucontext_t *entered) {
    return flotilla_change_mask(SIG_SETMASK, &entered->uc_sigmask, &left->uc_sigmask);
}

/* Arguments are ints by POSIX and anything of a register's size in practice. */
void flotilla_makecontext(ucontext_t *context, void (*function)(void), int count, ...) {
    static const int registers[] = {REG_RDI, REG_RSI, REG_RDX, REG_RCX, REG_R8, REG_R9};
    enum { IN_REGISTERS = 6 };
    greg_t *gregs = context->uc_mcontext.gregs;
    size_t on_stack = count > IN_REGISTERS ? (size_t)count - IN_REGISTERS : 0;
    uintptr_t top = (uintptr_t)context->uc_stack.ss_sp + context->uc_stack.ss_size;
    /* psABI: the stack is aligned to 16 where the arguments start, below them the return address. */
    uintptr_t *stack = (uintptr_t *)((top - on_stack * sizeof(uintptr_t)) & -(uintptr_t)16) - 1;
    va_list arguments;
    va_start(arguments, count);
    for (int i = 0; i < count; i++) {
        uintptr_t argument = va_arg(arguments, uintptr_t);
        if (i < IN_REGISTERS) {
            gregs[registers[i]] = (greg_t)argument;
        } else {
            stack[1 + i - IN_REGISTERS] = argument;
        }
    }
    va_end(arguments);
    stack[0] = (uintptr_t)flotilla_context_returned;
    gregs[REG_RIP] = (greg_t)(uintptr_t)function;
    gregs[REG_RSP] = (greg_t)(uintptr_t)stack;
    gregs[REG_RBX] = (greg_t)(uintptr_t)context->uc_link;
    gregs[REG_RBP] = 0;
}

FLOTILLA_NAMES(flotilla_makecontext, makecontext)
