/*
 * Variables of libc's interface that the ranks have for themselves although libc is shared: the options' and the environment's.
 */
#ifndef AUTO_TLS_LIBC_H
#define AUTO_TLS_LIBC_H

#include "gcc.h"

/* Whether the guest library can tell where a rank's own is (guest/libc/own.h). */
bool is_rank_variable_of_libc(tree variable);

/* Makes every use of it one of what the guest library tells. */
void ask_guest_library_for(tree variable);

#endif
