/*
 * The parts of setjmp and longjmp that concern the signal mask (the registers: guest/arch).
 */
#define _GNU_SOURCE
#include <setjmp.h>

#include "flotilla.h"
#include "names.h"
#include "signals.h"

extern _Noreturn void flotilla_jump(const void *registers, int value);

int flotilla_save_mask(struct __jmp_buf_tag *buffer, int wanted) {
    buffer->__mask_was_saved = wanted != 0;
    if (wanted) {
        sigset_t mask;
        flotilla_change_mask(SIG_BLOCK, NULL, &mask);
        *(sigset_t *)&buffer->__saved_mask = mask;
    }
    return 0;
}

_Noreturn void flotilla_longjmp(struct __jmp_buf_tag *buffer, int value) {
    flotilla_signals_leave();
    if (buffer->__mask_was_saved) {
        sigset_t mask = *(const sigset_t *)&buffer->__saved_mask;
        flotilla_change_mask(SIG_SETMASK, &mask, NULL);
    }
    flotilla_jump(buffer, value == 0 ? 1 : value);
}

FLOTILLA_NAMES(flotilla_longjmp, longjmp, _longjmp, siglongjmp, __longjmp_chk, __libc_longjmp, __libc_siglongjmp)
