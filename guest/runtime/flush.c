/* What a rank has written but not passed on, when the job ends without it. */
#include <dlfcn.h>
#include <stdio.h>

#include "flotilla.h"

/* Called by the host in a rank that waits and will not run on: its streams are flushed, Fortran's units first. */
FLOTILLA_EXPORT long flotilla_flush_output(void) {
    void (*flush_units)(const int *) = (void (*)(const int *))dlsym(RTLD_DEFAULT, "_gfortran_flush_i4");
    if (flush_units != NULL) {
        flush_units(NULL);
    }
    return fflush(NULL);
}
