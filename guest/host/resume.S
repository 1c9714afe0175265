/* The switch, host side. The guest's half is guest/arch/x86_64/switch.S. Loaded once by the host. */
#include "../arch/x86_64/frame.h"

        .text

/*
 * long flotilla_resume(void *control, void *next): runs the guest until it traps; returns the operation. The fields HOST_ of the
 * control block describe the calling thread. The guest that is likely to be resumed after this one, or NULL, is next: what its
 * switch will read is fetched meanwhile. With many ranks none of it is in the first-level cache.
 */
        .globl  flotilla_resume
        .type   flotilla_resume, @function
        .p2align 6
flotilla_resume:
        .cfi_startproc
        push_registers
        movq    %rsp, FLOTILLA_CB_HOST_SP(%rdi)
        /* For the handler of faults. */
        movq    flotilla_this_pe@gottpoff(%rip), %rax
        movq    %fs:(%rax), %rax
        testq   %rax, %rax
        jz      .Lno_pe
        movq    %rdi, (%rax)
        movq    %rsp, 8(%rax)
.Lno_pe:
        testq   %rsi, %rsi
        jz      .Lno_next
        movq    FLOTILLA_CB_GUEST_SP(%rsi), %rax
        prefetcht0 FLOTILLA_CB_HOST_FS(%rsi)
        prefetcht0 FLOTILLA_CB_ARGUMENTS(%rsi)
        prefetcht0 (%rax)
        prefetcht0 0x40(%rax)
.Lno_next:
        leaq    FLOTILLA_CB_GATE_RETURNS - FLOTILLA_CB_GATE_RETURN_SIZE(%rdi), %rax
        movq    %rax, FLOTILLA_CB_GATE_TOP(%rdi)
        movq    flotilla_thread_state@gottpoff(%rip), %rax
        movq    %fs:(%rax), %rax
        cmpq    %rax, FLOTILLA_CB_STATE(%rdi)
        jne     .Lenter_state
.Lstate_is_entered:
        cmpq    $0, FLOTILLA_CB_GUEST_FS(%rdi)
        jne     .Lset_guest_fs
.Lguest_fs_is_set:
        movq    FLOTILLA_CB_GUEST_SP(%rdi), %rsp
        ldmxcsr (%rsp)
        fldcw   4(%rsp)
        movzwl  6(%rsp), %ecx
        addq    $8, %rsp
        pop_registers
        /* 0 in a frame that returns to who made it, and has an eye on the control block itself. */
        testl   %ecx, %ecx
        jz      .Lreturn
        addq    %rcx, %rsp
        movq    FLOTILLA_CB_COMMAND(%rdi), %rdx
        orq     FLOTILLA_CB_SIGNALS_ARRIVED(%rdi), %rdx
        jnz     .Lmore_than_a_result
        movq    FLOTILLA_CB_RESULT(%rdi), %rax
.Lreturn:
        ret
.Lmore_than_a_result:
        jmpq    *FLOTILLA_CB_CONTINUE(%rdi)
.Lset_guest_fs:
        set_fs_base FLOTILLA_CB_GUEST_FS
        jmp     .Lguest_fs_is_set
.Lenter_state:
        movq    %rdi, %rbx
        callq   flotilla_enter_state
        movq    %rbx, %rdi
        jmp     .Lstate_is_entered
        .cfi_endproc
        .size   flotilla_resume, . - flotilla_resume

/* Entered instead of the faulting instruction, with the stack and the FS base that flotilla_resume had: returns from that. */
        .globl  flotilla_leave_faulted_guest
        .hidden flotilla_leave_faulted_guest
        .type   flotilla_leave_faulted_guest, @function
        .p2align 4
flotilla_leave_faulted_guest:
        fninit
        cld
        pushq   $0x1f80                 /* as threads begin, and as the JVM has it */
        ldmxcsr (%rsp)
        addq    $8, %rsp
        pop_registers
        movl    $FLOTILLA_OP_FAULT, %eax
        ret
        .size   flotilla_leave_faulted_guest, . - flotilla_leave_faulted_guest

/* long flotilla_read_floating_point(void): the calling thread's mxcsr and, from bit 32 on, x87 control word. */
        .globl  flotilla_read_floating_point
        .type   flotilla_read_floating_point, @function
        .p2align 4
flotilla_read_floating_point:
        pushq   $0
        stmxcsr (%rsp)
        andl    $0xffc0, (%rsp)         /* without the flags of what has happened */
        fnstcw  4(%rsp)
        popq    %rax
        ret
        .size   flotilla_read_floating_point, . - flotilla_read_floating_point

/* long flotilla_read_fs(long offset): the word at an offset from the thread pointer (the stack protector's canary is at 0x28). */
        .globl  flotilla_read_fs
        .type   flotilla_read_fs, @function
        .p2align 4
flotilla_read_fs:
        movq    %fs:(%rdi), %rax
        ret
        .size   flotilla_read_fs, . - flotilla_read_fs

/* void flotilla_write_fs(long offset, long value): the word at an offset from the thread pointer. */
        .globl  flotilla_write_fs
        .type   flotilla_write_fs, @function
        .p2align 4
flotilla_write_fs:
        movq    %rsi, %fs:(%rdi)
        ret
        .size   flotilla_write_fs, . - flotilla_write_fs

        .section .note.GNU-stack, "", @progbits
