/*
 * Gates: the only way from guest code to a host function (see DESIGN.md, "Gates"). The tables are filled for every
 * process by the loader; the stubs are shared text.
 */
#include "frame.h"

        .section .bss.large, "aw", @nobits
        .p2align 12
/* A number is that of a plain gate or of a call gate, so one table serves both, and a rank uses little of it. */
        .globl  flotilla_plain_gate_table
        .type   flotilla_plain_gate_table, @object
        .size   flotilla_plain_gate_table, 8 * FLOTILLA_CB_GATES
        .globl  flotilla_call_gate_table
        .type   flotilla_call_gate_table, @object
        .size   flotilla_call_gate_table, 8 * FLOTILLA_CB_GATES
flotilla_plain_gate_table:
flotilla_call_gate_table:
.Lplain_gate_table:
.Lcall_gate_table:
        .zero   8 * FLOTILLA_CB_GATES

        .text

/* A tail jump: the host function sees its caller's stack, so setjmp, varargs and stack arguments need no care. */
        .globl  flotilla_plain_gates
        .type   flotilla_plain_gates, @function
        .p2align 6
flotilla_plain_gates:
        .set    .Lnumber, 0
        .rept   FLOTILLA_CB_GATES
        .p2align 3
        jmpq    *.Lplain_gate_table + 8 * .Lnumber(%rip)
        .set    .Lnumber, .Lnumber + 1
        .endr
        .size   flotilla_plain_gates, . - flotilla_plain_gates

/* For functions that use thread-local state of the host's libc, errno above all. */
        .globl  flotilla_call_gates
        .type   flotilla_call_gates, @function
        .p2align 6
flotilla_call_gates:
        .set    .Lnumber, 0
        .rept   FLOTILLA_CB_GATES
        .p2align 4
        movl    $.Lnumber, %r11d
        jmp     call_gate
        .set    .Lnumber, .Lnumber + 1
        .endr
        .size   flotilla_call_gates, . - flotilla_call_gates

/* Lets debuggers unwind from a host function: the gate's own return address, and rbx of its caller, are where GATE_TOP says. */
        .if     FLOTILLA_CB_GATE_TOP >= 0x80
        .error  "GATE_TOP needs another LEB128"
        .endif
        .macro  caller_put_aside
        .cfi_escape 0x10, 16, 4         /* DW_CFA_expression, rip, bytes of the expression: */
        .cfi_escape 0x73, FLOTILLA_CB_GATE_TOP | 0x80, 0, 0x06 /* DW_OP_breg3 (rbx), DW_OP_deref */
        .cfi_escape 0x10, 3, 6          /* DW_CFA_expression, rbx */
        .cfi_escape 0x73, FLOTILLA_CB_GATE_TOP | 0x80, 0, 0x06, 0x23, 8 /* DW_OP_plus_uconst */
        .endm

/*
 * r11: number of the gate. Only r10 and r11 are free here: al counts the vector registers of a varargs call, the others
 * carry arguments. The return address is put aside and replaced by one in here, so that arguments on the stack stay
 * where the host function looks for them; rbx is put aside with it and keeps the control block, which cannot be found
 * through the host's FS base.
 */
        .type   call_gate, @function
        .p2align 6
call_gate:
        .cfi_startproc
        leaq    .Lcall_gate_table(%rip), %r10
        movq    (%r10, %r11, 8), %r11
        load_control r10
        movq    %r11, FLOTILLA_CB_GATE_TARGET(%r10)
        movq    FLOTILLA_CB_GATE_TOP(%r10), %r11
        addq    $FLOTILLA_CB_GATE_RETURN_SIZE, %r11
        movq    %r11, FLOTILLA_CB_GATE_TOP(%r10)
        movq    %rbx, 8(%r11)
        popq    (%r11)
        .cfi_adjust_cfa_offset -8
        movq    %r10, %rbx
        cmpq    $0, FLOTILLA_CB_GUEST_FS(%rbx)
        jne     .Lenter_host_fs
.Lcall_host:
        /* The host function finds the rank's errno (%m prints it), and the rank what the function leaves. */
        movl    FLOTILLA_CB_ERRNO(%rbx), %r11d
        movq    FLOTILLA_CB_HOST_ERRNO(%rbx), %r10
        movl    %r11d, (%r10)
        .cfi_remember_state
        caller_put_aside
        callq   *FLOTILLA_CB_GATE_TARGET(%rbx)
        .cfi_restore_state
        /* rax, rdx and the vector and x87 registers may carry the result. */
        movq    FLOTILLA_CB_HOST_ERRNO(%rbx), %r11
        movl    (%r11), %r11d
        movl    %r11d, FLOTILLA_CB_ERRNO(%rbx)
        cmpq    $0, FLOTILLA_CB_GUEST_FS(%rbx)
        jne     .Lleave_host_fs
2:      movq    FLOTILLA_CB_GATE_TOP(%rbx), %r11
        subq    $FLOTILLA_CB_GATE_RETURN_SIZE, FLOTILLA_CB_GATE_TOP(%rbx)
        movq    8(%r11), %rbx
        jmpq    *(%r11)

.Lenter_host_fs:
        cmpq    $0, FLOTILLA_CB_FSGSBASE(%rbx)
        je      .Lenter_host_fs_by_syscall
        movq    FLOTILLA_CB_HOST_FS(%rbx), %r10
        wrfsbase %r10
        jmp     .Lcall_host
.Lenter_host_fs_by_syscall:
        pushq   %rax
        pushq   %rcx
        pushq   %rdi
        pushq   %rsi
        movq    FLOTILLA_CB_HOST_FS(%rbx), %rsi
        movl    $0x1002, %edi           /* ARCH_SET_FS */
        movl    $158, %eax              /* arch_prctl */
        syscall
        popq    %rsi
        popq    %rdi
        popq    %rcx
        popq    %rax
        jmp     .Lcall_host

.Lleave_host_fs:
        cmpq    $0, FLOTILLA_CB_FSGSBASE(%rbx)
        je      .Lleave_host_fs_by_syscall
        movq    FLOTILLA_CB_GUEST_FS(%rbx), %r11
        wrfsbase %r11
        jmp     2b
.Lleave_host_fs_by_syscall:
        pushq   %rax
        movq    FLOTILLA_CB_GUEST_FS(%rbx), %rsi
        movl    $0x1002, %edi
        movl    $158, %eax
        syscall
        popq    %rax
        jmp     2b
        .cfi_endproc
        .size   call_gate, . - call_gate

/* Stubs for functions that exist nowhere; the loader knows the name of each. They end the job when called. */
        .globl  flotilla_missing_stubs
        .type   flotilla_missing_stubs, @function
        .p2align 4
flotilla_missing_stubs:
        .set    .Lnumber, 0
        .rept   256
        .p2align 4
        movl    $.Lnumber, %r11d
        jmp     missing
        .set    .Lnumber, .Lnumber + 1
        .endr
        .size   flotilla_missing_stubs, . - flotilla_missing_stubs

        .type   missing, @function
        .p2align 4
missing:
        .cfi_startproc
        load_control rdi
        movq    $0, FLOTILLA_CB_ARGUMENTS(%rdi)
        movq    %r11, FLOTILLA_CB_ARGUMENTS + 8(%rdi)
        movq    $FLOTILLA_OP_MISSING, FLOTILLA_CB_OPERATION(%rdi)
        callq   flotilla_switch
        ud2
        .cfi_endproc
        .size   missing, . - missing

        .section .note.GNU-stack, "", @progbits
