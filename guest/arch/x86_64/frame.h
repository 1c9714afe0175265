/*
 * What the two halves of the switch, guest/arch/x86_64/switch.S and guest/host/resume.S, agree on: the frame that a
 * suspended side leaves on its stack (the loader builds the same one for a rank's first resume),
 *
 *   +0x00 mxcsr (4 bytes)   +0x04 x87 control word (2 bytes)
 *   +0x08 r15  +0x10 r14  +0x18 r13  +0x20 r12  +0x28 rbx  +0x30 rbp  +0x38 return address
 *
 * and how the FS base is set. System V psABI, x86-64: only these registers survive a call, so only these are saved.
 */
#include "flotilla_abi.h"

/* The calling thread's control block (flotilla_here of flotilla.h), within the guest library. */
        .macro  load_control register
        cmpb    $0, flotilla_threaded(%rip)
        movq    flotilla_control_address(%rip), %\register
        je      9f
        movq    %fs:FLOTILLA_CB_TCB_CONTROL, %\register
9:
        .endm

/* Leaves a frame on the stack; within .cfi_startproc. */
        .macro  save_frame
        .irp    register, rbp, rbx, r12, r13, r14, r15
        pushq   %\register
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset \register, 0
        .endr
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        stmxcsr (%rsp)
        fnstcw  4(%rsp)
        .endm

/* Takes the frame that rsp points to off the stack; what remains is to return. */
        .macro  restore_frame
        ldmxcsr (%rsp)
        fldcw   4(%rsp)
        addq    $8, %rsp
        .irp    register, r15, r14, r13, r12, rbx, rbp
        popq    %\register
        .endr
        .endm

/* FS base := the word at an offset of the control block, rdi; by wrfsbase where the kernel offers it. Changes rax, and rbx,
 * rcx, rsi and r11 on the slow way: for use after save_frame only. */
        .macro  set_fs_base offset
        cmpq    $0, FLOTILLA_CB_FSGSBASE(%rdi)
        je      1f
        movq    \offset(%rdi), %rax
        wrfsbase %rax
        jmp     2f
1:      movq    %rdi, %rbx
        movq    \offset(%rdi), %rsi
        movl    $0x1002, %edi           /* ARCH_SET_FS */
        movl    $158, %eax              /* arch_prctl */
        syscall
        movq    %rbx, %rdi
2:
        .endm
