/*
 * The rank's thread: who it is, its stack, its name, its end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <time.h>

#include "exit.h"
#include "flotilla.h"
#include "keys.h"
#include "names.h"
#include "signals.h"

extern _Noreturn void flotilla_jump(const void *registers, int value);

/* Its address is the thread's name; the same in every process, since the slot is. */
static char self;

pthread_t flotilla_self(void) {
    return (pthread_t)&self;
}

static int not_self(pthread_t thread) {
    return thread == flotilla_self() ? 0 : ESRCH;
}

int flotilla_thread_equal(pthread_t a, pthread_t b) {
    return a == b;
}

int flotilla_getattr(pthread_t thread, pthread_attr_t *attributes) {
    if (not_self(thread)) return ESRCH;
    int result = pthread_attr_init(attributes);
    if (result != 0) return result;
    return pthread_attr_setstack(attributes, (void *)flotilla_control->stack_base, flotilla_control->stack_size);
}

static char name[16];

int flotilla_setname(pthread_t thread, const char *text) {
    if (not_self(thread)) return ESRCH;
    if (strlen(text) >= sizeof name) return ERANGE;
    strcpy(name, text);
    return 0;
}

int flotilla_getname(pthread_t thread, char *buffer, size_t size) {
    extern char *__progname;
    if (not_self(thread)) return ESRCH;
    if (size < sizeof name) return ERANGE;
    memset(buffer, 0, size);
    const char *source = name[0] != '\0' ? name : __progname;
    memcpy(buffer, source, strnlen(source, sizeof name - 1));
    return 0;
}

/* ---- Scheduling: PEs decide where and when a rank runs, so requests are granted without effect ---- */

int flotilla_setaffinity(pid_t process, size_t size, const cpu_set_t *set) {
    (void)process;
    (void)size;
    (void)set;
    return 0;
}

int flotilla_thread_setaffinity(pthread_t thread, size_t size, const cpu_set_t *set) {
    (void)size;
    (void)set;
    return not_self(thread);
}

int flotilla_thread_getaffinity(pthread_t thread, size_t size, cpu_set_t *set) {
    if (not_self(thread)) return ESRCH;
    memset(set, 0, size);
    return sched_getaffinity(0, size, set) == 0 ? 0 : errno;
}

int flotilla_getschedparam(pthread_t thread, int *policy, struct sched_param *parameters) {
    if (not_self(thread)) return ESRCH;
    *policy = SCHED_OTHER;
    *parameters = (struct sched_param){0};
    return 0;
}

int flotilla_setschedparam(pthread_t thread, int policy, const struct sched_param *parameters) {
    (void)parameters;
    if (not_self(thread)) return ESRCH;
    return policy == SCHED_OTHER ? 0 : EPERM;
}

int flotilla_setschedprio(pthread_t thread, int priority) {
    if (not_self(thread)) return ESRCH;
    return priority == 0 ? 0 : EINVAL;
}

int flotilla_getcpuclockid(pthread_t thread, clockid_t *clock) {
    if (not_self(thread)) return ESRCH;
    *clock = CLOCK_THREAD_CPUTIME_ID;
    return 0;
}

int flotilla_getconcurrency(void) {
    return 0;
}

int flotilla_setconcurrency(int level) {
    return level < 0 ? EINVAL : 0;
}

int flotilla_thread_kill(pthread_t thread, int signal) {
    return not_self(thread) ? ESRCH : flotilla_raise_signal(signal);
}

int flotilla_thread_sigqueue(pthread_t thread, int signal, const union sigval value) {
    (void)value;
    return flotilla_thread_kill(thread, signal);
}

/* ---- Cancellation and the end of the thread ---- */

static int cancel_state = PTHREAD_CANCEL_ENABLE, cancel_type = PTHREAD_CANCEL_DEFERRED;
static bool cancel_pending;
static __pthread_unwind_buf_t *newest_cleanup;

static __pthread_unwind_buf_t **older(__pthread_unwind_buf_t *cleanup) {
    return (__pthread_unwind_buf_t **)&cleanup->__pad[0];
}

void flotilla_register_cancel(__pthread_unwind_buf_t *cleanup) {
    *older(cleanup) = newest_cleanup;
    newest_cleanup = cleanup;
}

void flotilla_unregister_cancel(__pthread_unwind_buf_t *cleanup) {
    newest_cleanup = *older(cleanup);
}

/* Old programs: _pthread_cleanup_push with a buffer that names the routine. */
static struct _pthread_cleanup_buffer *newest_routine;

void flotilla_cleanup_push(struct _pthread_cleanup_buffer *cleanup, void (*routine)(void *), void *argument) {
    cleanup->__routine = routine;
    cleanup->__arg = argument;
    cleanup->__prev = newest_routine;
    newest_routine = cleanup;
}

void flotilla_cleanup_pop(struct _pthread_cleanup_buffer *cleanup, int execute) {
    newest_routine = cleanup->__prev;
    if (execute) cleanup->__routine(cleanup->__arg);
}

/* The rank's only thread ends, and with it the process: status 0 (POSIX pthread_exit). */
static _Noreturn void end_thread(void) {
    while (newest_routine != NULL) flotilla_cleanup_pop(newest_routine, 1);
    if (newest_cleanup != NULL) flotilla_jump(newest_cleanup->__cancel_jmp_buf, 1);
    flotilla_run_thread_destructors();
    flotilla_destroy_specific();
    flotilla_exit(0);
}

/* What a cleanup entered by the jump above calls at its end. */
_Noreturn void flotilla_unwind_next(__pthread_unwind_buf_t *cleanup) {
    newest_cleanup = *older(cleanup);
    end_thread();
}

_Noreturn void flotilla_thread_exit(void *result) {
    (void)result;
    end_thread();
}

_Noreturn void flotilla_thrd_exit(int result) {
    (void)result;
    end_thread();
}

static void act_on_cancel(void) {
    if (cancel_pending && cancel_state == PTHREAD_CANCEL_ENABLE) end_thread();
}

int flotilla_cancel(pthread_t thread) {
    if (not_self(thread)) return ESRCH;
    cancel_pending = true;
    if (cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS) act_on_cancel();
    return 0;
}

void flotilla_testcancel(void) {
    act_on_cancel();
}

int flotilla_setcancelstate(int state, int *old) {
    if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE) return EINVAL;
    if (old != NULL) *old = cancel_state;
    cancel_state = state;
    if (cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS) act_on_cancel();
    return 0;
}

int flotilla_setcanceltype(int type, int *old) {
    if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS) return EINVAL;
    if (old != NULL) *old = cancel_type;
    cancel_type = type;
    if (type == PTHREAD_CANCEL_ASYNCHRONOUS) act_on_cancel();
    return 0;
}

FLOTILLA_NAMES(flotilla_self, pthread_self, thrd_current)
FLOTILLA_NAMES(flotilla_thread_equal, pthread_equal, thrd_equal)
FLOTILLA_NAMES(flotilla_getattr, pthread_getattr_np)
FLOTILLA_NAMES(flotilla_setname, pthread_setname_np)
FLOTILLA_NAMES(flotilla_getname, pthread_getname_np)
FLOTILLA_NAMES(flotilla_setaffinity, sched_setaffinity)
FLOTILLA_NAMES(flotilla_thread_setaffinity, pthread_setaffinity_np)
FLOTILLA_NAMES(flotilla_thread_getaffinity, pthread_getaffinity_np)
FLOTILLA_NAMES(flotilla_getschedparam, pthread_getschedparam)
FLOTILLA_NAMES(flotilla_setschedparam, pthread_setschedparam)
FLOTILLA_NAMES(flotilla_setschedprio, pthread_setschedprio)
FLOTILLA_NAMES(flotilla_getcpuclockid, pthread_getcpuclockid)
FLOTILLA_NAMES(flotilla_getconcurrency, pthread_getconcurrency)
FLOTILLA_NAMES(flotilla_setconcurrency, pthread_setconcurrency)
FLOTILLA_NAMES(flotilla_thread_kill, pthread_kill)
FLOTILLA_NAMES(flotilla_thread_sigqueue, pthread_sigqueue)
FLOTILLA_NAMES(flotilla_register_cancel, __pthread_register_cancel, __pthread_register_cancel_defer)
FLOTILLA_NAMES(flotilla_unregister_cancel, __pthread_unregister_cancel, __pthread_unregister_cancel_restore)
FLOTILLA_NAMES(flotilla_cleanup_push, _pthread_cleanup_push, _pthread_cleanup_push_defer)
FLOTILLA_NAMES(flotilla_cleanup_pop, _pthread_cleanup_pop, _pthread_cleanup_pop_restore)
FLOTILLA_NAMES(flotilla_unwind_next, __pthread_unwind_next)
FLOTILLA_NAMES(flotilla_thread_exit, pthread_exit)
FLOTILLA_NAMES(flotilla_thrd_exit, thrd_exit)
FLOTILLA_NAMES(flotilla_cancel, pthread_cancel)
FLOTILLA_NAMES(flotilla_testcancel, pthread_testcancel)
FLOTILLA_NAMES(flotilla_setcancelstate, pthread_setcancelstate)
FLOTILLA_NAMES(flotilla_setcanceltype, pthread_setcanceltype)
