/*
 * Resolvers of TLS descriptors (R_X86_64_TLSDESC; A. Oliva, G. Araujo, "Speeding Up Thread-Local Storage Access in
 * Dynamic Libraries"). Called with rax = address of the descriptor {resolver, argument}; answer in rax the variable's
 * offset from the thread pointer and change no other register.
 *
 * flotilla_tlsdesc_static: the argument is that offset (static TLS).
 * flotilla_tlsdesc_undefined: the argument is the address to have, that of an undefined weak variable.
 * flotilla_tlsdesc_dynamic: the argument is the address of a struct flotilla_tls_index in the slot.
 */
#include "flotilla_abi.h"

        .text
        .globl  flotilla_tlsdesc_static
        .type   flotilla_tlsdesc_static, @function
        .p2align 4
flotilla_tlsdesc_static:
        .cfi_startproc
        movq    8(%rax), %rax
        ret
        .cfi_endproc
        .size   flotilla_tlsdesc_static, . - flotilla_tlsdesc_static

        .globl  flotilla_tlsdesc_undefined
        .type   flotilla_tlsdesc_undefined, @function
        .p2align 4
flotilla_tlsdesc_undefined:
        .cfi_startproc
        movq    8(%rax), %rax
        subq    %fs:0, %rax
        ret
        .cfi_endproc
        .size   flotilla_tlsdesc_undefined, . - flotilla_tlsdesc_undefined

        .globl  flotilla_tlsdesc_dynamic
        .type   flotilla_tlsdesc_dynamic, @function
        .p2align 4
flotilla_tlsdesc_dynamic:
        .cfi_startproc
        pushq   %rdi
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset rdi, 0
        pushq   %rsi
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset rsi, 0
        movq    8(%rax), %rdi
        movq    (%rdi), %rax            /* module, from 1 */
        cmpb    $0, flotilla_control_block + FLOTILLA_CB_THREADED(%rip)
        leaq    flotilla_tls_blocks(%rip), %rsi
        je      1f
        movq    %fs:FLOTILLA_CB_TCB_TLS_BLOCKS, %rsi
1:
        movq    -8(%rsi, %rax, 8), %rax
        testq   %rax, %rax
        jz      .Lmake_block
        addq    8(%rdi), %rax
.Lhave_address:
        subq    %fs:0, %rax
        popq    %rsi
        .cfi_adjust_cfa_offset -8
        .cfi_restore rsi
        popq    %rdi
        .cfi_adjust_cfa_offset -8
        .cfi_restore rdi
        ret

        /* First use: run C code with every caller-saved register kept, the extended state by xsave. */
.Lmake_block:
        .cfi_adjust_cfa_offset 16
        .cfi_rel_offset rdi, 8
        .cfi_rel_offset rsi, 0
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset rbp, 0
        movq    %rsp, %rbp
        .cfi_def_cfa_register rbp
        pushq   %rbx
        pushq   %rcx
        pushq   %rdx
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        movq    %rdi, %r8               /* the tls_index; cpuid leaves r8 alone */
        movl    $0xd, %eax
        xorl    %ecx, %ecx
        cpuid                           /* ebx: bytes of the state enabled in xcr0 */
        subq    %rbx, %rsp
        andq    $-64, %rsp
        xorl    %eax, %eax
        movq    %rax, 512(%rsp)         /* xsave header: 64 bytes that must be zero */
        movq    %rax, 520(%rsp)
        movq    %rax, 528(%rsp)
        movq    %rax, 536(%rsp)
        movq    %rax, 544(%rsp)
        movq    %rax, 552(%rsp)
        movq    %rax, 560(%rsp)
        movq    %rax, 568(%rsp)
        movl    $-1, %eax
        movl    $-1, %edx
        xsave64 (%rsp)
        movq    %r8, %rdi
        callq   flotilla_tls_get_addr
        movq    %rax, %r8
        movl    $-1, %eax
        movl    $-1, %edx
        xrstor64 (%rsp)
        movq    %r8, %rax
        leaq    -56(%rbp), %rsp
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rdx
        popq    %rcx
        popq    %rbx
        popq    %rbp
        .cfi_def_cfa rsp, 24
        .cfi_restore rbp
        jmp     .Lhave_address
        .cfi_endproc
        .size   flotilla_tlsdesc_dynamic, . - flotilla_tlsdesc_dynamic

        .section .note.GNU-stack, "", @progbits
