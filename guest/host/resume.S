/*
 * The switch, host side: see guest/arch/x86_64/switch.S for the frame of a suspended guest. Loaded once by the host.
 */
#include "flotilla_abi.h"

        .text

/*
 * long flotilla_resume(void *control): runs the guest until it traps; returns the operation. HOST_FS and HOST_ERRNO of
 * the control block describe the calling thread.
 */
        .globl  flotilla_resume
        .type   flotilla_resume, @function
        .p2align 4
flotilla_resume:
        .cfi_startproc
        pushq   %rbp
        pushq   %rbx
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        subq    $8, %rsp
        stmxcsr (%rsp)
        fnstcw  4(%rsp)
        movq    %rsp, FLOTILLA_CB_HOST_SP(%rdi)
        leaq    FLOTILLA_CB_GATE_RETURNS - 8(%rdi), %rax
        movq    %rax, FLOTILLA_CB_GATE_TOP(%rdi)
        cmpq    $0, FLOTILLA_CB_GUEST_FS(%rdi)
        jne     .Lset_guest_fs
.Lguest_fs_is_set:
        movq    FLOTILLA_CB_GUEST_SP(%rdi), %rsp
        ldmxcsr (%rsp)
        fldcw   4(%rsp)
        addq    $8, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        ret
.Lset_guest_fs:
        cmpq    $0, FLOTILLA_CB_FSGSBASE(%rdi)
        je      .Lset_guest_fs_by_syscall
        movq    FLOTILLA_CB_GUEST_FS(%rdi), %rax
        wrfsbase %rax
        jmp     .Lguest_fs_is_set
.Lset_guest_fs_by_syscall:
        movq    %rdi, %rbx
        movq    FLOTILLA_CB_GUEST_FS(%rdi), %rsi
        movl    $0x1002, %edi           /* ARCH_SET_FS */
        movl    $158, %eax              /* arch_prctl */
        syscall
        movq    %rbx, %rdi
        jmp     .Lguest_fs_is_set
        .cfi_endproc
        .size   flotilla_resume, . - flotilla_resume

/* Entered instead of the faulting instruction, rdi = control, the host's FS base in place: returns from flotilla_resume. */
        .globl  flotilla_leave_faulted_guest
        .hidden flotilla_leave_faulted_guest
        .type   flotilla_leave_faulted_guest, @function
        .p2align 4
flotilla_leave_faulted_guest:
        movq    FLOTILLA_CB_HOST_SP(%rdi), %rsp
        fninit
        cld
        ldmxcsr (%rsp)
        fldcw   4(%rsp)
        addq    $8, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        movl    $FLOTILLA_OP_FAULT, %eax
        ret
        .size   flotilla_leave_faulted_guest, . - flotilla_leave_faulted_guest

/* long flotilla_read_fs(long offset): the word at an offset from the thread pointer (the stack protector's canary is at 0x28). */
        .globl  flotilla_read_fs
        .type   flotilla_read_fs, @function
        .p2align 4
flotilla_read_fs:
        movq    %fs:(%rdi), %rax
        ret
        .size   flotilla_read_fs, . - flotilla_read_fs

        .section .note.GNU-stack, "", @progbits
