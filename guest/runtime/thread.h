/*
 * The threads of a rank: its main thread, which a PE runs, and those it has made (pthread_create), which the host runs on
 * threads of their own. While a rank has made none, nothing here costs more than a look at flotilla_control->threaded.
 */
#ifndef FLOTILLA_RUNTIME_THREAD_H
#define FLOTILLA_RUNTIME_THREAD_H

#define _GNU_SOURCE
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flotilla.h"
#include "flotilla_signals.h"

struct flotilla_exit_block; /* guest/runtime/exit.c */

/* What a thread has of the rank's signals (guest/libc/signals.c); changed by others under the lock of that file. */
struct flotilla_thread_signals {
    uint64_t blocked, pending;
    uint64_t awaited; /* by a sigwait in progress: not discarded when ignored */
    stack_t alternate;
    const struct flotilla_signal_frame *fault; /* whose handler runs, for the report when that one gives up */
    /* How many handlers have run; and how many of those were installed without SA_RESTART. A wait that finds the number
     * changed was interrupted. */
    unsigned long handlers_run, interruptions;
    struct flotilla_signals published; /* for the host */
};

struct flotilla_thread {
    struct flotilla_control *control; /* NULL for the main thread: flotilla_control */
    int number;                       /* 0 for the main thread */
    void *(*function)(void *);
    void *argument, *result;
    bool detached, joined;
    char *stack;
    size_t stack_size, guard_size;
    char *area; /* what was mapped for it, or NULL for a stack that the program gave */
    size_t area_size;
    void **tls_blocks;
    struct flotilla_exit_block *destructors; /* of thread_local objects */
    const void **values;                     /* of keys */
    int cancel_state, cancel_type;
    int cancel_held; /* inside of what must not be left half done */
    bool cancel_pending;
    bool leaving; /* it runs nothing of the program any more */
    __pthread_unwind_buf_t *newest_cleanup;
    struct _pthread_cleanup_buffer *newest_routine;
    struct flotilla_thread_signals signals;
    char name[16];
    char *loader_message; /* for dlerror; NULL for the main thread */
    bool loader_failed;
    _Alignas(16) char unwinding[32]; /* a struct _Unwind_Exception, while its frames are left */
};

extern struct flotilla_thread flotilla_main_thread;

/* The calling thread. */
static inline struct flotilla_thread *flotilla_current(void) {
    struct flotilla_thread *current = &flotilla_main_thread;
    if (__builtin_expect(flotilla_control->threaded, 0)) __asm__("movq %%fs:%c1, %0" : "=r"(current) : "i"(FLOTILLA_CB_TCB_THREAD));
    return current;
}

/* The thread that a pthread_t names, or NULL for one that does not exist. */
struct flotilla_thread *flotilla_thread_of(pthread_t name);

/* The control blocks of all threads of the rank, 0 being the main one, and of some that have ended; NULL after the last. */
struct flotilla_control *flotilla_thread_control(uint64_t number);

/* The calling thread, which is not the main one, ends with its result set. */
_Noreturn void flotilla_thread_leave(void);

/* Whether it shall end at its next cancellation point; that point. */
bool flotilla_is_cancelled(void);
void flotilla_testcancel(void);

/* Between the two the thread cannot be cancelled. */
static inline void flotilla_hold_cancellation(void) {
    if (__builtin_expect(flotilla_control->threaded, 0)) flotilla_current()->cancel_held++;
}

static inline void flotilla_release_cancellation(void) {
    /* One that was held while the rank had a single thread is not counted. */
    if (__builtin_expect(flotilla_control->threaded, 0) && flotilla_current()->cancel_held > 0) flotilla_current()->cancel_held--;
}

/* The thread with this number; NULL when there is none, also for numbers that follow. One that has ended stands there until
 * its place is used again. */
struct flotilla_thread *flotilla_thread_number(uint64_t number);

/* Whether the program's code runs in it. */
bool flotilla_is_running(const struct flotilla_thread *thread);

/* What gettid answers in it. */
pid_t flotilla_thread_id(const struct flotilla_thread *thread);

/* Ends a wait of another thread, or interrupts its code: signals or a cancellation have arrived for it. */
void flotilla_interrupt_thread(const struct flotilla_thread *thread);

static inline unsigned long flotilla_handlers_run(void) {
    return flotilla_current()->signals.handlers_run;
}

static inline unsigned long flotilla_interruptions(void) {
    return flotilla_current()->signals.interruptions;
}

/* The main thread waits until all others have ended. */
void flotilla_wait_for_threads(void);

#endif
