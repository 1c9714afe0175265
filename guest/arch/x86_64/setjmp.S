/*
 * setjmp and longjmp. The rank's own, because its signal mask is its own, and because the host's version looks at the
 * thread control block of the thread it thinks it runs on.
 *
 * jmp_buf (glibc's struct __jmp_buf_tag): eight words of registers, here rbx rbp r12 r13 r14 r15 rsp rip; then int
 * mask_was_saved and the mask.
 */
        .text

        .globl  setjmp
        .type   setjmp, @function
        .p2align 4
setjmp:
        movl    $1, %esi
        jmp     .Lsave
        .size   setjmp, . - setjmp

        .globl  _setjmp
        .type   _setjmp, @function
        .p2align 4
_setjmp:
        xorl    %esi, %esi
        .size   _setjmp, . - _setjmp

        .globl  __sigsetjmp
        .type   __sigsetjmp, @function
__sigsetjmp:
        .cfi_startproc
.Lsave: movq    %rbx, 0(%rdi)
        movq    %rbp, 8(%rdi)
        movq    %r12, 16(%rdi)
        movq    %r13, 24(%rdi)
        movq    %r14, 32(%rdi)
        movq    %r15, 40(%rdi)
        leaq    8(%rsp), %rax           /* the stack pointer after our return */
        movq    %rax, 48(%rdi)
        movq    (%rsp), %rax
        movq    %rax, 56(%rdi)
        jmp     flotilla_save_mask      /* answers 0 */
        .cfi_endproc
        .size   __sigsetjmp, . - __sigsetjmp

/* void flotilla_jump(jmp_buf, int value): returns value from the setjmp that filled the buffer. */
        .globl  flotilla_jump
        .hidden flotilla_jump
        .type   flotilla_jump, @function
        .p2align 4
flotilla_jump:
        .cfi_startproc
        movl    %esi, %eax
        movq    0(%rdi), %rbx
        movq    8(%rdi), %rbp
        movq    16(%rdi), %r12
        movq    24(%rdi), %r13
        movq    32(%rdi), %r14
        movq    40(%rdi), %r15
        movq    48(%rdi), %rsp
        jmpq    *56(%rdi)
        .cfi_endproc
        .size   flotilla_jump, . - flotilla_jump

        .section .note.GNU-stack, "", @progbits
