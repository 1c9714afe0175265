/*
 * What the two halves of the switch, guest/arch/x86_64/switch.S and guest/host/resume.S, agree on. A suspended guest leaves
 * this frame on its stack (the loader builds the same one for a rank's first resume):
 *
 *   +0x00 mxcsr (4 bytes)   +0x04 x87 control word (2 bytes)   +0x06 bytes of stack that a mere result skips (2 bytes)
 *   +0x08 r15  +0x10 r14  +0x18 r13  +0x20 r12  +0x28 rbx  +0x30 rbp  +0x38 return address
 *
 * A suspended host leaves the registers and the return address only: its floating-point control is in the control block.
 * System V psABI, x86-64: only these registers survive a call, so only these are saved.
 *
 * A return that crosses the border is one that the processor predicts wrongly, and so is each that follows until a call; a
 * trap therefore crosses with as few frames on either side as can be (flotilla_trap_for).
 */
#include "flotilla_abi.h"

/* The calling thread's control block (flotilla_here of flotilla.h), within the guest library. */
        .macro  load_control register
        leaq    flotilla_control_block(%rip), %\register
        cmpb    $0, FLOTILLA_CB_THREADED(%\register)
        je      9f
        movq    %fs:FLOTILLA_CB_TCB_CONTROL, %\register
9:
        .endm

/* Registers that survive a call, onto the stack and off it; within .cfi_startproc. */
        .macro  push_registers
        .irp    register, rbp, rbx, r12, r13, r14, r15
        pushq   %\register
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset \register, 0
        .endr
        .endm

        .macro  pop_registers
        .irp    register, r15, r14, r13, r12, rbx, rbp
        popq    %\register
        .endr
        .endm

/* From the guest, whose registers have been pushed, to the host: rdi, the control block, stays; what remains is to return. */
        .macro  enter_host skip
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        stmxcsr (%rsp)
        fnstcw  4(%rsp)
        movw    $\skip, 6(%rsp)
        movq    %rsp, FLOTILLA_CB_GUEST_SP(%rdi)
        cmpq    $0, FLOTILLA_CB_GUEST_FS(%rdi)
        je      1f
        set_fs_base FLOTILLA_CB_HOST_FS
1:      movq    FLOTILLA_CB_HOST_SP(%rdi), %rsp
        ldmxcsr FLOTILLA_CB_HOST_FLOATING_POINT(%rdi)
        fldcw   FLOTILLA_CB_HOST_FLOATING_POINT + 4(%rdi)
        pop_registers
        .endm

/* FS base := the word at an offset of the control block, rdi; by wrfsbase where the kernel offers it. Changes rax, and rbx,
 * rcx, rsi and r11 on the slow way: for use after push_registers only. */
        .macro  set_fs_base offset
        cmpq    $0, FLOTILLA_CB_FSGSBASE(%rdi)
        je      8f
        movq    \offset(%rdi), %rax
        wrfsbase %rax
        jmp     9f
8:      movq    %rdi, %rbx
        movq    \offset(%rdi), %rsi
        movl    $0x1002, %edi           /* ARCH_SET_FS */
        movl    $158, %eax              /* arch_prctl */
        syscall
        movq    %rbx, %rdi
9:
        .endm
