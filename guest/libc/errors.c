/*
 * The rank's errno. (h_errno stays the host's: only its resolver sets it, right before it is read.)
 */
#include "flotilla.h"
#include "names.h"

int *flotilla_errno_location(void) {
    return &flotilla_here()->error;
}

FLOTILLA_NAMES(flotilla_errno_location, __errno_location)
