/*
 * The trap: how a guest makes its system calls. The host may answer with a call instead of a result (an MPI error
 * handler, a reduction's user function); that function runs here, on the rank's stack, and may trap itself, so nothing
 * of the outer trap is kept in the control block while it runs.
 */
#define _GNU_SOURCE
#include "flotilla.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "signals.h"

extern void flotilla_host__exit(int) __attribute__((noreturn));
extern void flotilla_host_abort(void) __attribute__((noreturn));
extern int flotilla_host_nanosleep(const struct timespec *, struct timespec *);
extern ssize_t flotilla_host_write(int, const void *, size_t);
extern ssize_t flotilla_host_read(int, void *, size_t);
extern int flotilla_host_sched_yield(void);

static void complain(const char *text) {
    flotilla_host_write(STDERR_FILENO, text, strlen(text));
    flotilla_host_write(STDERR_FILENO, "\n", 1);
}

/* A child made by fork has the rank's memory but no host that listens: what a process can do alone is done here. */
static long trap_in_child(long operation) {
    const long *arguments = flotilla_here()->arguments;
    switch (operation) {
    case FLOTILLA_OP_EXIT:
        flotilla_host__exit((int)arguments[0]);
    case FLOTILLA_OP_ABORT:
        if (arguments[0] != 0) complain((const char *)arguments[0]);
        flotilla_host_abort();
    case FLOTILLA_OP_SLEEP: {
        struct timespec duration = {arguments[0] / 1000000000, arguments[0] % 1000000000};
        flotilla_host_nanosleep(&duration, NULL);
        return 0;
    }
    case FLOTILLA_OP_ALARM:
        return 0;
    case FLOTILLA_OP_YIELD:
        flotilla_host_sched_yield();
        return 0;
    case FLOTILLA_OP_OUTPUT: {
        ssize_t written = flotilla_host_write((int)arguments[0], (const void *)arguments[1], (size_t)arguments[2]);
        return written < 0 ? -errno : written;
    }
    case FLOTILLA_OP_INPUT: {
        ssize_t got = flotilla_host_read(STDIN_FILENO, (void *)arguments[0], (size_t)arguments[1]);
        return got < 0 ? -errno : got;
    }
    case FLOTILLA_OP_DLOPEN:
    case FLOTILLA_OP_DLSYM:
    case FLOTILLA_OP_DLADDR:
        flotilla_here()->arguments[0] = 0;
        return 0;
    default:
        complain("flotilla: a child made by fork called MPI or the dynamic loader; only the rank itself can");
        flotilla_host__exit(127);
    }
}

/* Handlers run where a process's would: in MPI and in waits, not in the middle of stdio or the loader. */
static bool may_interrupt(long operation, bool uninterrupted) {
    if (uninterrupted) return false;
    return operation >= FLOTILLA_OP_MPI_FIRST || operation == FLOTILLA_OP_SLEEP || operation == FLOTILLA_OP_YIELD ||
           operation == FLOTILLA_OP_WAIT;
}

/* Runs what the host asks for instead of giving a result, and takes the result. */
static long take_result(struct flotilla_control *control, long operation, bool uninterrupted) {
    while (__builtin_expect(control->command == FLOTILLA_CB_COMMAND_CALL, 0)) {
        const long *a = control->call_arguments;
        long value = control->call_function(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
        control->arguments[0] = value;
        control->operation = FLOTILLA_OP_CALL_RETURNED;
        flotilla_switch();
    }
    long result = control->result;
    if (__builtin_expect(control->signals_arrived != 0, 0) && may_interrupt(operation, uninterrupted)) flotilla_take_signals();
    return result;
}

long flotilla_trap(long operation) {
    struct flotilla_control *control = flotilla_here();
    if (__builtin_expect(flotilla_control->in_forked_child, 0)) return trap_in_child(operation);
    control->operation = (uint64_t)operation;
    bool uninterrupted = operation == FLOTILLA_OP_WAIT && control->arguments[3] == 0;
    flotilla_switch();
    return take_result(control, operation, uninterrupted);
}

/* Returns in the place of a function that has trapped by flotilla_trap_for. */
FLOTILLA_EXPORT long flotilla_continue(void) {
    struct flotilla_control *control = flotilla_here();
    return take_result(control, (long)control->operation, false);
}
