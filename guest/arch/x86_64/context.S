/*
 * getcontext, setcontext, swapcontext: the registers. A context is left and entered here, in the slot, so no address of
 * the host gets into it. What survives a call is saved (psABI 3.2.1), and the argument registers for makecontext.
 */
#define GREG(n) (40 + 8 * (n))          /* ucontext_t: uc_mcontext.gregs[n] */
#define R8      GREG(0)
#define R9      GREG(1)
#define R12     GREG(4)
#define R13     GREG(5)
#define R14     GREG(6)
#define R15     GREG(7)
#define RDI     GREG(8)
#define RSI     GREG(9)
#define RBP     GREG(10)
#define RBX     GREG(11)
#define RDX     GREG(12)
#define RCX     GREG(14)
#define RSP     GREG(15)
#define RIP     GREG(16)
#define FPREGS  224
#define FPSTATE 424                     /* __fpregs_mem: an x87 environment of 28 bytes with mxcsr at 24 */

        .macro  save_registers
        movq    %rbx, RBX(%rdi)
        movq    %rbp, RBP(%rdi)
        movq    %r12, R12(%rdi)
        movq    %r13, R13(%rdi)
        movq    %r14, R14(%rdi)
        movq    %r15, R15(%rdi)
        movq    (%rsp), %rcx
        movq    %rcx, RIP(%rdi)
        leaq    8(%rsp), %rcx
        movq    %rcx, RSP(%rdi)
        leaq    FPSTATE(%rdi), %rcx
        movq    %rcx, FPREGS(%rdi)
        fnstenv (%rcx)
        fldenv  (%rcx)
        stmxcsr 24(%rcx)
        .endm

        .text
        .globl  getcontext
        .type   getcontext, @function
        .p2align 4
getcontext:
        .cfi_startproc
        save_registers
        jmp     flotilla_context_save_mask      /* answers 0 */
        .cfi_endproc
        .size   getcontext, . - getcontext

        .globl  swapcontext
        .type   swapcontext, @function
        .p2align 4
swapcontext:
        .cfi_startproc
        save_registers
        pushq   %rsi
        .cfi_adjust_cfa_offset 8
        callq   flotilla_context_swap_mask
        popq    %rdi
        .cfi_adjust_cfa_offset -8
        jmp     flotilla_context_enter
        .cfi_endproc
        .size   swapcontext, . - swapcontext

        .globl  setcontext
        .type   setcontext, @function
        .p2align 4
setcontext:
        .cfi_startproc
        pushq   %rdi
        .cfi_adjust_cfa_offset 8
        callq   flotilla_context_set_mask
        popq    %rdi
        .cfi_adjust_cfa_offset -8
        /* Falls through. */
        .cfi_endproc
        .size   setcontext, . - setcontext

        .type   flotilla_context_enter, @function
flotilla_context_enter:
        .cfi_startproc
        movq    FPREGS(%rdi), %rcx
        fldenv  (%rcx)
        ldmxcsr 24(%rcx)
        movq    RBX(%rdi), %rbx
        movq    RBP(%rdi), %rbp
        movq    R12(%rdi), %r12
        movq    R13(%rdi), %r13
        movq    R14(%rdi), %r14
        movq    R15(%rdi), %r15
        movq    RSI(%rdi), %rsi
        movq    RDX(%rdi), %rdx
        movq    RCX(%rdi), %rcx
        movq    R8(%rdi), %r8
        movq    R9(%rdi), %r9
        movq    RSP(%rdi), %rsp
        movq    RIP(%rdi), %r11
        movq    RDI(%rdi), %rdi
        xorl    %eax, %eax              /* getcontext and swapcontext return 0 */
        jmpq    *%r11
        .cfi_endproc
        .size   flotilla_context_enter, . - flotilla_context_enter

/* What the function of a made context returns to; rbx is its uc_link. */
        .globl  flotilla_context_returned
        .hidden flotilla_context_returned
        .type   flotilla_context_returned, @function
        .p2align 4
        nop                             /* an unwinder looks one byte before the return address */
flotilla_context_returned:
        .cfi_startproc
        .cfi_undefined rip
        movq    %rbx, %rdi
        testq   %rdi, %rdi
        jz      1f
        callq   setcontext              /* a call, for the alignment; it does not return */
1:      xorl    %edi, %edi
        callq   flotilla_exit
        .cfi_endproc
        .size   flotilla_context_returned, . - flotilla_context_returned

        .section .note.GNU-stack, "", @progbits
