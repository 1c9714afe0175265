/*
 * What a program compiled with -pg calls. glibc keeps gprof's counts for the process, where ranks that run at once would
 * spoil them, and its clock is a signal that the PEs' threads do not take: there is no profile, and the host has said so.
 */
#include "names.h"

void flotilla_gprof_start(void *low, void *high) {
    (void)low;
    (void)high;
}

void flotilla_gprof_control(int on) {
    (void)on;
}

/* Called at the start of each function, where all registers must stay as they are: nothing but a return. */
void flotilla_gprof_count(void) {}

FLOTILLA_NAMES(flotilla_gprof_start, __monstartup, monstartup)
FLOTILLA_NAMES(flotilla_gprof_control, moncontrol, __moncontrol)
FLOTILLA_NAMES(flotilla_gprof_count, mcount, _mcount, __fentry__, _mcleanup)
