/*
 * Threads: who they are, their stacks, their names, their ends.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>
#include <unwind.h>

#include "exit.h"
#include "flotilla.h"
#include "keys.h"
#include "names.h"
#include "signals.h"
#include "thread.h"
#include "tls.h"
#include "wait.h"

extern pid_t flotilla_host_gettid(void);
extern int flotilla_host_sched_setaffinity(pid_t, size_t, const cpu_set_t *);
extern _Noreturn void flotilla_jump(const void *registers, int value);

struct flotilla_thread flotilla_main_thread = {.tls_blocks = flotilla_tls_blocks, .signals = {.alternate = {.ss_flags = SS_DISABLE}}};

/* The address of its description is a thread's name; the same in every process, since the slot is. */
pthread_t flotilla_self(void) {
    return (pthread_t)flotilla_current();
}

/* For what is answered alike for every thread. */
static int unknown(pthread_t thread) {
    return flotilla_thread_of(thread) != NULL ? 0 : ESRCH;
}

int flotilla_thread_equal(pthread_t a, pthread_t b) {
    return a == b;
}

int flotilla_getattr(pthread_t thread, pthread_attr_t *attributes) {
    const struct flotilla_thread *found = flotilla_thread_of(thread);
    if (found == NULL) return ESRCH;
    int result = pthread_attr_init(attributes);
    if (result != 0) return result;
    if (found->detached) pthread_attr_setdetachstate(attributes, PTHREAD_CREATE_DETACHED);
    if (found == &flotilla_main_thread) {
        return pthread_attr_setstack(attributes, (void *)flotilla_control->stack_base, flotilla_control->stack_size);
    }
    pthread_attr_setguardsize(attributes, found->guard_size);
    return pthread_attr_setstack(attributes, found->stack, found->stack_size);
}

int flotilla_setname(pthread_t thread, const char *text) {
    struct flotilla_thread *found = flotilla_thread_of(thread);
    if (found == NULL) return ESRCH;
    if (strlen(text) >= sizeof found->name) return ERANGE;
    strcpy(found->name, text);
    return 0;
}

int flotilla_getname(pthread_t thread, char *buffer, size_t size) {
    extern char *__progname;
    const struct flotilla_thread *found = flotilla_thread_of(thread);
    if (found == NULL) return ESRCH;
    if (size < sizeof found->name) return ERANGE;
    memset(buffer, 0, size);
    const char *source = found->name[0] != '\0' ? found->name : __progname;
    memcpy(buffer, source, strnlen(source, sizeof found->name - 1));
    return 0;
}

/* ---- Scheduling: PEs decide where and when a rank runs, so requests are granted without effect ---- */

int flotilla_setaffinity(pid_t process, size_t size, const cpu_set_t *set) {
    /* A child is a process by itself. */
    return flotilla_control->in_forked_child ? flotilla_host_sched_setaffinity(process, size, set) : 0;
}

int flotilla_thread_setaffinity(pthread_t thread, size_t size, const cpu_set_t *set) {
    (void)size;
    (void)set;
    return unknown(thread);
}

int flotilla_thread_getaffinity(pthread_t thread, size_t size, cpu_set_t *set) {
    if (unknown(thread)) return ESRCH;
    memset(set, 0, size);
    return sched_getaffinity(0, size, set) == 0 ? 0 : errno;
}

int flotilla_getschedparam(pthread_t thread, int *policy, struct sched_param *parameters) {
    if (unknown(thread)) return ESRCH;
    *policy = SCHED_OTHER;
    *parameters = (struct sched_param){0};
    return 0;
}

int flotilla_setschedparam(pthread_t thread, int policy, const struct sched_param *parameters) {
    (void)parameters;
    if (unknown(thread)) return ESRCH;
    return policy == SCHED_OTHER ? 0 : EPERM;
}

int flotilla_setschedprio(pthread_t thread, int priority) {
    if (unknown(thread)) return ESRCH;
    return priority == 0 ? 0 : EINVAL;
}

/* The kernel's name for the CPU time of a thread (posix-timers.h): the complement of its number, CPUCLOCK_PERTHREAD_MASK and
 * CPUCLOCK_SCHED. */
int flotilla_getcpuclockid(pthread_t thread, clockid_t *clock) {
    const struct flotilla_thread *found = flotilla_thread_of(thread);
    if (found == NULL || !flotilla_is_running(found)) return ESRCH;
    pid_t number = (found->control == NULL ? flotilla_control : found->control)->host_thread;
    *clock = found == flotilla_current() ? CLOCK_THREAD_CPUTIME_ID : (clockid_t)(~(unsigned)number << 3 | 4 | 2);
    return 0;
}

int flotilla_getconcurrency(void) {
    return 0;
}

int flotilla_setconcurrency(int level) {
    return level < 0 ? EINVAL : 0;
}

int flotilla_thread_kill(pthread_t thread, int signal) {
    struct flotilla_thread *found = flotilla_thread_of(thread);
    return found == NULL ? ESRCH : flotilla_signal_thread(found, signal, SI_TKILL, (union sigval){.sival_ptr = NULL});
}

int flotilla_thread_sigqueue(pthread_t thread, int signal, const union sigval value) {
    struct flotilla_thread *found = flotilla_thread_of(thread);
    return found == NULL ? ESRCH : flotilla_signal_thread(found, signal, SI_QUEUE, value);
}

/* The main thread's is the process's, as in every process; a PE runs it whose own number changes. Another keeps the number of
 * the thread that the host runs it on. */
pid_t flotilla_thread_id(const struct flotilla_thread *thread) {
    return thread->control == NULL ? getpid() : thread->control->host_thread;
}

pid_t flotilla_gettid(void) {
    return flotilla_control->in_forked_child ? flotilla_host_gettid() : flotilla_thread_id(flotilla_current());
}

/* ---- Cancellation and the end of the thread ---- */


static __pthread_unwind_buf_t **older(__pthread_unwind_buf_t *cleanup) {
    return (__pthread_unwind_buf_t **)&cleanup->__pad[0];
}

void flotilla_register_cancel(__pthread_unwind_buf_t *cleanup) {
    struct flotilla_thread *self = flotilla_current();
    *older(cleanup) = self->newest_cleanup;
    self->newest_cleanup = cleanup;
}

void flotilla_unregister_cancel(__pthread_unwind_buf_t *cleanup) {
    flotilla_current()->newest_cleanup = *older(cleanup);
}

/* Old programs: _pthread_cleanup_push with a buffer that names the routine. */
void flotilla_cleanup_push(struct _pthread_cleanup_buffer *cleanup, void (*routine)(void *), void *argument) {
    cleanup->__routine = routine;
    cleanup->__arg = argument;
    struct flotilla_thread *self = flotilla_current();
    cleanup->__prev = self->newest_routine;
    self->newest_routine = cleanup;
}

void flotilla_cleanup_pop(struct _pthread_cleanup_buffer *cleanup, int execute) {
    flotilla_current()->newest_routine = cleanup->__prev;
    if (execute) cleanup->__routine(cleanup->__arg);
}

/* All frames are left. The last thread of a rank ends the process: status 0 (POSIX pthread_exit). */
static _Noreturn void finish_thread(void) {
    struct flotilla_thread *self = flotilla_current();
    while (self->newest_routine != NULL) flotilla_cleanup_pop(self->newest_routine, 1);
    if (self != &flotilla_main_thread) flotilla_thread_leave();
    flotilla_run_thread_destructors();
    flotilla_destroy_specific();
    flotilla_signals_end_thread();
    flotilla_wait_for_threads();
    flotilla_exit(0);
}

/* The frames of jmp_buf's rsp (guest/arch setjmp.S). */
static uintptr_t stack_pointer_of(const __pthread_unwind_buf_t *cleanup) {
    return (uintptr_t)cleanup->__cancel_jmp_buf[0].__cancel_jmp_buf[6];
}

/* Called for each frame before it is left: cleanups that were pushed in it or deeper run first. */
static _Unwind_Reason_Code leave_frame(int version, _Unwind_Action actions, _Unwind_Exception_Class class,
                                       struct _Unwind_Exception *exception, struct _Unwind_Context *context, void *get_cfa) {
    (void)version;
    (void)class;
    (void)exception;
    struct flotilla_thread *self = flotilla_current();
    bool end = (actions & _UA_END_OF_STACK) != 0;
    uintptr_t frame = end ? UINTPTR_MAX : ((_Unwind_Word(*)(struct _Unwind_Context *))get_cfa)(context);
    while (self->newest_routine != NULL && (uintptr_t)self->newest_routine < frame) {
        flotilla_cleanup_pop(self->newest_routine, 1);
    }
    if (self->newest_cleanup != NULL && frame >= stack_pointer_of(self->newest_cleanup)) {
        flotilla_jump(self->newest_cleanup->__cancel_jmp_buf, 1);
    }
    if (end) finish_thread();
    return _URC_NO_REASON;
}

/*
 * The stack is unwound, so that destructors of C++ objects run; by the unwinder of the rank's own libgcc_s, loaded now if the
 * program has none (as glibc does).
 */
static _Noreturn void end_thread(void) {
    struct flotilla_thread *self = flotilla_current();
    self->cancel_state = PTHREAD_CANCEL_DISABLE;
    void *library = dlopen("libgcc_s.so.1", RTLD_NOW);
    if (library != NULL) {
        _Unwind_Reason_Code (*unwind)(struct _Unwind_Exception *, _Unwind_Stop_Fn, void *) =
            (_Unwind_Reason_Code(*)(struct _Unwind_Exception *, _Unwind_Stop_Fn, void *))dlsym(library, "_Unwind_ForcedUnwind");
        void *get_cfa = dlsym(library, "_Unwind_GetCFA");
        _Static_assert(sizeof self->unwinding >= sizeof(struct _Unwind_Exception), "thread.h");
        memset(self->unwinding, 0, sizeof self->unwinding);
        /* Not on the stack, which destructors use again. */
        if (unwind != NULL && get_cfa != NULL) unwind((struct _Unwind_Exception *)self->unwinding, leave_frame, get_cfa);
    }
    /* No unwinder, or a frame that it cannot pass. */
    if (self->newest_cleanup != NULL) flotilla_jump(self->newest_cleanup->__cancel_jmp_buf, 1);
    finish_thread();
}

/* What a cleanup entered by the jump above calls at its end. */
_Noreturn void flotilla_unwind_next(__pthread_unwind_buf_t *cleanup) {
    flotilla_current()->newest_cleanup = *older(cleanup);
    end_thread();
}

_Noreturn void flotilla_thread_exit(void *result) {
    flotilla_current()->result = result;
    end_thread();
}

_Noreturn void flotilla_thrd_exit(int result) {
    flotilla_thread_exit((void *)(intptr_t)result);
}

bool flotilla_is_cancelled(void) {
    const struct flotilla_thread *self = flotilla_current();
    return __atomic_load_n(&self->cancel_pending, __ATOMIC_SEQ_CST) && self->cancel_state == PTHREAD_CANCEL_ENABLE &&
           self->cancel_held == 0;
}

void flotilla_testcancel(void) {
    if (flotilla_is_cancelled()) flotilla_thread_exit(PTHREAD_CANCELED);
}

int flotilla_cancel(pthread_t thread) {
    struct flotilla_thread *found = flotilla_thread_of(thread);
    if (found == NULL) return ESRCH;
    __atomic_store_n(&found->cancel_pending, true, __ATOMIC_SEQ_CST);
    if (found == flotilla_current()) {
        if (found->cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS) flotilla_testcancel();
    } else if (flotilla_is_running(found)) {
        flotilla_interrupt_thread(found);
    }
    return 0;
}

int flotilla_setcancelstate(int state, int *old) {
    if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE) return EINVAL;
    struct flotilla_thread *self = flotilla_current();
    if (old != NULL) *old = self->cancel_state;
    self->cancel_state = state;
    if (self->cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS) flotilla_testcancel();
    return 0;
}

int flotilla_setcanceltype(int type, int *old) {
    if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS) return EINVAL;
    struct flotilla_thread *self = flotilla_current();
    if (old != NULL) *old = self->cancel_type;
    self->cancel_type = type;
    if (type == PTHREAD_CANCEL_ASYNCHRONOUS) flotilla_testcancel();
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
FLOTILLA_NAMES(flotilla_gettid, gettid)
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
