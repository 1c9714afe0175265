/*
 * What a variable's type and linkage say about whether it changes.
 */
#ifndef AUTO_TLS_MUTABILITY_H
#define AUTO_TLS_MUTABILITY_H

#include "gcc.h"

/* Nobody writes to it, not even at the start. */
bool is_constant(tree variable);

/*
 * A constant that other files may refer to: they know its type only, so nothing but that may decide whether it becomes
 * the ranks'.
 */
bool is_seen_elsewhere(tree variable);

/* Whether a constant's type has room for addresses of variables, or for members that change. */
bool can_hold_private_address(tree variable);

#endif
