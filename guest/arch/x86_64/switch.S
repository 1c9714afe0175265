/*
 * The switch, guest side. The host's half is guest/host/resume.S; the two agree on the frame that a suspended guest
 * leaves at GUEST_SP (the loader builds the same frame for a rank's first resume):
 *
 *   +0x00 mxcsr (4 bytes)   +0x04 x87 control word (2 bytes)
 *   +0x08 r15  +0x10 r14  +0x18 r13  +0x20 r12  +0x28 rbx  +0x30 rbp  +0x38 return address
 *
 * System V psABI, x86-64: only these survive a call, so only these are saved.
 */
#include "flotilla_abi.h"

        .text

/* void flotilla_switch(void): suspends the guest; returns when the host resumes it. */
        .globl  flotilla_switch
        .hidden flotilla_switch
        .type   flotilla_switch, @function
        .p2align 4
flotilla_switch:
        .cfi_startproc
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset rbp, 0
        pushq   %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset rbx, 0
        pushq   %r12
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset r12, 0
        pushq   %r13
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset r13, 0
        pushq   %r14
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset r14, 0
        pushq   %r15
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset r15, 0
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        stmxcsr (%rsp)
        fnstcw  4(%rsp)
        movq    flotilla_control_address(%rip), %rdi
        movq    %rsp, FLOTILLA_CB_GUEST_SP(%rdi)

        cmpq    $0, FLOTILLA_CB_GUEST_FS(%rdi)
        jne     .Lrestore_host_fs
.Lhost_fs_is_set:
        movq    FLOTILLA_CB_HOST_SP(%rdi), %rsp
        ldmxcsr (%rsp)
        fldcw   4(%rsp)
        addq    $8, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        movq    FLOTILLA_CB_OPERATION(%rdi), %rax
        ret
.Lrestore_host_fs:
        cmpq    $0, FLOTILLA_CB_FSGSBASE(%rdi)
        je      .Lrestore_host_fs_by_syscall
        movq    FLOTILLA_CB_HOST_FS(%rdi), %rax
        wrfsbase %rax
        jmp     .Lhost_fs_is_set
.Lrestore_host_fs_by_syscall:
        movq    %rdi, %rbx
        movq    FLOTILLA_CB_HOST_FS(%rdi), %rsi
        movl    $0x1002, %edi           /* ARCH_SET_FS */
        movl    $158, %eax              /* arch_prctl */
        syscall
        movq    %rbx, %rdi
        jmp     .Lhost_fs_is_set
        .cfi_endproc
        .size   flotilla_switch, . - flotilla_switch

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

        .section .note.GNU-stack, "", @progbits
