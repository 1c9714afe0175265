/*
 * Many relative relocations, packed (DT_RELR).
 *
 * test: ranks 1 2
 * test: flotilla-ranks 8
 * test: flags -Wl,-z,pack-relative-relocs
 */
#include "../support/relocations.h"
