/*
 * Calls through the GOT without a PLT, and symbols bound inside the program.
 *
 * test: ranks 1 2
 * test: flotilla-ranks 8
 * test: flags -fno-plt -Wl,-Bsymbolic -rdynamic
 */
#include "../support/relocations.h"
