/*
 * The job, as scripts of debuggers (libexec/gdb) and the handlers of signals know it. Filled in by flotilla.trap.Debugger
 * before any rank begins.
 */
#ifndef FLOTILLA_HOST_JOB_H
#define FLOTILLA_HOST_JOB_H

#include <stdint.h>

#include "flotilla.h"

struct flotilla_debug {
    struct flotilla_control *slots; /* start of slot 0; its content begins there, and the others' a little further in: */
    uint64_t slot_size;
    uint64_t slot_count; /* one per rank, and those of what ranks share */
    uint64_t ranks;
    int32_t *states; /* of rank n: states[n * state_stride], as flotilla.schedule.RankThread numbers them; behind it whether it runs */
    uint64_t state_stride;
    uint64_t stagger, most_stagger; /* the content of slot n begins n * stagger % most_stagger bytes after its start */
    volatile int32_t stay; /* set while a debugger is there: PEs don't steal ranks, so that it can step one on its thread */
};

extern struct flotilla_debug flotilla_debug __attribute__((visibility("default")));

/* The control block of the main thread of the rank whose slot an address lies in. */
static inline uintptr_t flotilla_control_at(uintptr_t address) {
    uint64_t slot = (address - (uintptr_t)flotilla_debug.slots) / flotilla_debug.slot_size;
    return (uintptr_t)flotilla_debug.slots + slot * flotilla_debug.slot_size + slot * flotilla_debug.stagger % flotilla_debug.most_stagger;
}

#endif
