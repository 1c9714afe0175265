/* Entering and leaving a rank that was interrupted, and calls on another stack. */

/* DWARF's numbers of the general registers, and where gregs of a ucontext_t keep them (<sys/ucontext.h>). */
#define UC_GREGS 40

/* DW_CFA_expression / DW_CFA_def_cfa_expression of rsp + offset; offsets as SLEB128 of two bytes. */
        .macro  register_at number, index
        .cfi_escape 0x10, \number, 3, 0x77, ((UC_GREGS + 8 * \index) & 0x7f) | 0x80, (UC_GREGS + 8 * \index) >> 7
        .endm

        .text

/*
 * Where an interrupted rank goes on: rsp points to its struct flotilla_signal_frame (a multiple of 16). An unwinder that
 * comes here finds the interrupted code behind.
 */
        .globl  flotilla_signal_entry
        .hidden flotilla_signal_entry
        .type   flotilla_signal_entry, @function
        .p2align 4
        .cfi_startproc
        .cfi_signal_frame
        .cfi_escape 0x0f, 4, 0x77, ((UC_GREGS + 8 * 15) & 0x7f) | 0x80, (UC_GREGS + 8 * 15) >> 7, 0x06
        register_at 0, 13
        register_at 1, 12
        register_at 2, 14
        register_at 3, 11
        register_at 4, 9
        register_at 5, 8
        register_at 6, 10
        register_at 7, 15
        register_at 8, 0
        register_at 9, 1
        register_at 10, 2
        register_at 11, 3
        register_at 12, 4
        register_at 13, 5
        register_at 14, 6
        register_at 15, 7
        register_at 16, 16
        nop
flotilla_signal_entry:
        movq    %rsp, %rdi
        callq   flotilla_signal_interrupted
        movl    $15, %eax               /* rt_sigreturn */
        syscall
        .cfi_endproc
        .size   flotilla_signal_entry, . - flotilla_signal_entry

/* void flotilla_call_on_stack(void (*function)(long, long, long), long a, long b, long c, void *top). */
        .globl  flotilla_call_on_stack
        .hidden flotilla_call_on_stack
        .type   flotilla_call_on_stack, @function
        .p2align 4
flotilla_call_on_stack:
        .cfi_startproc
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register rbp
        movq    %r8, %rsp
        andq    $-16, %rsp
        movq    %rdi, %rax
        movq    %rsi, %rdi
        movq    %rdx, %rsi
        movq    %rcx, %rdx
        callq   *%rax
        movq    %rbp, %rsp
        popq    %rbp
        .cfi_def_cfa rsp, 8
        ret
        .cfi_endproc
        .size   flotilla_call_on_stack, . - flotilla_call_on_stack

        .section .note.GNU-stack, "", @progbits
