/*
 * The threads of a rank: its main thread, which a PE runs, and those it has made (pthread_create), which the host runs on
 * threads of their own. While a rank has made none, nothing here costs more than a look at flotilla_threaded.
 */
#ifndef FLOTILLA_RUNTIME_THREAD_H
#define FLOTILLA_RUNTIME_THREAD_H

#define _GNU_SOURCE
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flotilla.h"

struct flotilla_exit_block; /* guest/runtime/exit.c */

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
    bool cancel_pending;
    __pthread_unwind_buf_t *newest_cleanup;
    struct _pthread_cleanup_buffer *newest_routine;
    int *signals; /* of the condition it waits for, or NULL */
    char name[16];
    _Alignas(16) char unwinding[32]; /* a struct _Unwind_Exception, while its frames are left */
};

extern struct flotilla_thread flotilla_main_thread;

/* The calling thread. */
static inline struct flotilla_thread *flotilla_current(void) {
    struct flotilla_thread *current = &flotilla_main_thread;
    if (__builtin_expect(flotilla_threaded, 0)) __asm__("movq %%fs:%c1, %0" : "=r"(current) : "i"(FLOTILLA_CB_TCB_THREAD));
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

/* Between the two, pthread_cancel counts up and wakes what waits for this word. */
void flotilla_begin_cancellable_wait(int *signals);
void flotilla_end_cancellable_wait(void);

/* The main thread waits until all others have ended. */
void flotilla_wait_for_threads(void);

#endif
