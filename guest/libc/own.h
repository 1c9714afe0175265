/*
 * Variables of libc's interface, of which there is one for all ranks that share a program, while ranks whose variables are
 * thread-local need their own. Code compiled for auto-tls asks for their addresses: flotilla_rank_NAME (plugin/auto-tls/libc.cc).
 */
#ifndef FLOTILLA_LIBC_OWN_H
#define FLOTILLA_LIBC_OWN_H

#include "flotilla.h"

/* Defines the function that answers where the rank's NAME is; `own` is it where NAME is everybody's. */
#define FLOTILLA_RANK_VARIABLE(name, own)                                              \
    FLOTILLA_EXPORT __typeof__(name) *flotilla_rank_##name(void) {                     \
        return __builtin_expect(flotilla_control->own_libc_variables, 0) ? &own : &name; \
    }

#endif
