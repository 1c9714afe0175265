/*
 * The attribute flotilla_scope: the author's word on how many of a variable there shall be.
 */
#ifndef AUTO_TLS_SCOPE_H
#define AUTO_TLS_SCOPE_H

#include "gcc.h"

enum class scope { none, rank, pe, node };

/* Called when the compiler collects its attributes. */
void register_scope_attribute(void *, void *);

/* What the variable's attribute says; none without one. */
scope scope_of(tree variable);

#endif
