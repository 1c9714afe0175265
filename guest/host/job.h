/*
 * The job, as scripts of debuggers (libexec/gdb) and the handlers of signals know it. Filled in by flotilla.trap.Debugger
 * before any rank begins.
 */
#ifndef FLOTILLA_HOST_JOB_H
#define FLOTILLA_HOST_JOB_H

#include <stdint.h>

#include "flotilla.h"

struct flotilla_debug {
    uintptr_t slots; /* start of slot 0 */
    uint64_t slot_size;
    uint64_t slot_count; /* one per rank, and those of what ranks share */
    uint64_t ranks;
    int32_t *states; /* of rank n: states[n * state_stride], as flotilla.schedule.RankThread numbers them; behind it whether it runs */
    uint64_t state_stride;
    struct flotilla_control *const *controls; /* of the main thread of each rank, by rank */
    volatile int32_t stay; /* set while a debugger is there: PEs don't steal ranks, so that it can step one on its thread */
};

extern struct flotilla_debug flotilla_debug __attribute__((visibility("default")));

/* The control block of the main thread of the rank whose slot an address lies in. */
static inline uintptr_t flotilla_control_at(uintptr_t address) {
    return (uintptr_t)flotilla_debug.controls[(address - flotilla_debug.slots) / flotilla_debug.slot_size];
}

#endif
