/* The switch, guest side. The host's half is guest/host/resume.S. */
#include "frame.h"

        .text

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
        cmpb    $0, flotilla_in_forked_child(%rip)
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
        movq    flotilla_control_address(%rip), %rax
        jmpq    *FLOTILLA_CB_ENTRY(%rax)
        .cfi_endproc
        .size   flotilla_start, . - flotilla_start

/* Set by the loader. The hidden name lets the guest library's own code reach it without its global offset table. */
        .section .data.rel.local, "aw"
        .globl  flotilla_control
        .type   flotilla_control, @object
        .size   flotilla_control, 8
        .globl  flotilla_control_address
        .hidden flotilla_control_address
        .p2align 3
flotilla_control:
flotilla_control_address:
        .quad   0
        .globl  flotilla_threaded
        .hidden flotilla_threaded
        .type   flotilla_threaded, @object
        .size   flotilla_threaded, 1
flotilla_threaded:
        .byte   0
        .globl  flotilla_in_forked_child
        .hidden flotilla_in_forked_child
        .type   flotilla_in_forked_child, @object
        .size   flotilla_in_forked_child, 1
flotilla_in_forked_child:
        .byte   0

        .section .note.GNU-stack, "", @progbits
