/* The switch, guest side. The host's half is guest/host/resume.S. */
#include "frame.h"

        .section .text.hot, "ax", @progbits

/* void flotilla_switch(void): suspends the guest; returns when the host resumes it. */
        .globl  flotilla_switch
        .hidden flotilla_switch
        .type   flotilla_switch, @function
        .p2align 4
flotilla_switch:
        .cfi_startproc
        push_registers
        load_control rdi
        enter_host 0
        movq    FLOTILLA_CB_OPERATION(%rdi), %rax
        ret
        .cfi_endproc
        .size   flotilla_switch, . - flotilla_switch

/*
 * int flotilla_trap_for(long operation, const void *function): jumped to by the function, whose caller is next on the stack.
 * The address that is pushed lies in the function: a suspended rank's backtrace begins there, and nothing ever returns to it.
 */
        .globl  flotilla_trap_for
        .hidden flotilla_trap_for
        .type   flotilla_trap_for, @function
        .p2align 6
flotilla_trap_for:
        .cfi_startproc
        cmpb    $0, flotilla_control_block + FLOTILLA_CB_IN_FORKED_CHILD(%rip)
        jne     flotilla_trap
        movq    %rdi, %rax
        load_control rdi
        movq    %rax, FLOTILLA_CB_OPERATION(%rdi)
        incq    %rsi
        pushq   %rsi
        .cfi_adjust_cfa_offset 8
        push_registers
        enter_host 8
        movq    FLOTILLA_CB_OPERATION(%rdi), %rax
        ret
        .cfi_endproc
        .size   flotilla_trap_for, . - flotilla_trap_for

/* The first resume of a thread that the rank has made returns to here. */
        .globl  flotilla_thread_begin
        .hidden flotilla_thread_begin
        .type   flotilla_thread_begin, @function
        .p2align 4
flotilla_thread_begin:
        .cfi_startproc
        .cfi_undefined rip
        callq   flotilla_thread_main
        ud2
        .cfi_endproc
        .size   flotilla_thread_begin, . - flotilla_thread_begin

/* The first resume of a rank returns to here, with the kernel-style start stack at rsp: enter the program. */
        .globl  flotilla_start
        .type   flotilla_start, @function
        .p2align 4
flotilla_start:
        .cfi_startproc
        .cfi_undefined rip
        xorl    %ebp, %ebp
        xorl    %edx, %edx              /* no function for the program to register with atexit (psABI 3.4.1) */
        jmpq    *flotilla_control_block + FLOTILLA_CB_ENTRY(%rip)
        .cfi_endproc
        .size   flotilla_start, . - flotilla_start

/*
 * The control block: at a fixed distance from the code, so that nothing must be read to find it. Its page is the last of the
 * library, and what the block leaves of it is the loader's.
 */
        .section .bss.last, "aw", @nobits
        .p2align 12
        .globl  flotilla_control
        .type   flotilla_control, @object
        .size   flotilla_control, FLOTILLA_CB_SIZE
        .globl  flotilla_control_block
        .hidden flotilla_control_block
flotilla_control:
flotilla_control_block:
        .zero   FLOTILLA_CB_SIZE

        .section .note.GNU-stack, "", @progbits
