/*
 * A program with only the old DT_HASH table, lazy binding and no RELRO, linked with a library of the same kind.
 *
 * test: ranks 1 2
 * test: flotilla-ranks 8
 * test: flags -Wl,--hash-style=sysv -Wl,-z,lazy -Wl,-z,norelro
 * test: library old ../privatization/library/inner.c -Wl,--hash-style=sysv
 */
#define WITH_INNER
#include "../support/relocations.h"
