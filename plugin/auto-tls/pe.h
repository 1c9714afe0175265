/*
 * Variables of which each PE has one.
 */
#ifndef AUTO_TLS_PE_H
#define AUTO_TLS_PE_H

#include "gcc.h"

/* Makes each access ask the guest library for the copy of the PE that the rank is on at that moment. */
void ask_for_copy_of_pe(tree variable);

#endif
