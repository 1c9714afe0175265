/*
 * Bound at start with full RELRO, separate code and the GNU hash table alone.
 *
 * test: ranks 1 2
 * test: flotilla-ranks 8
 * test: flags -Wl,--hash-style=gnu -Wl,-z,now -Wl,-z,relro -Wl,-z,separate-code
 */
#include "../support/relocations.h"
