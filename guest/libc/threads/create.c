/*
 * Making threads, and waiting for their ends. The host runs each on a thread of its own; the guest gives it a stack, TLS
 * and a control block:
 *
 *   guard | stack | static TLS blocks | thread control block | struct flotilla_thread | TLS block table | control block
 *
 * What is mapped for a thread is kept for the next one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <threads.h>
#include <time.h>

#include "exit.h"
#include "flotilla.h"
#include "heap.h"
#include "keys.h"
#include "../state.h"
#include "lock.h"
#include "names.h"
#include "signals.h"
#include "thread.h"
#include "tls.h"
#include "wait.h"

#define PAGE ((size_t)4096)
#define MOST_THREADS 1024
#define TCB_SIZE ((size_t)1024)
#define CONTROL_SIZE ((size_t)FLOTILLA_CB_END)
#define TLS_TABLE_SIZE (FLOTILLA_CB_MAX_IMAGES * sizeof(void *))

extern void flotilla_thread_begin(void) __attribute__((visibility("hidden")));
extern char __libc_single_threaded;

/* Thread n stands at n - 1; one that has ended, until its place is used again. */
static struct flotilla_thread *threads[MOST_THREADS] FLOTILLA_LARGE;
static uint64_t thread_count;
static struct flotilla_lock table_lock;
/* Threads that have not ended, the main one not counted. */
static int alive;

static size_t round_up(size_t size, size_t alignment) {
    return (size + alignment - 1) & -alignment;
}

/* ---- The first thread: from now on every thread of the rank is known by its FS base ---- */

static void *tcb_word(uintptr_t pointer, size_t offset) {
    return (void *)(pointer + offset);
}

static void put_word(uintptr_t pointer, size_t offset, uintptr_t value) {
    memcpy(tcb_word(pointer, offset), &value, sizeof value);
}

/* The words of a thread control block (psABI variant II; glibc's tcbhead_t) that compiled code and we look at. */
static void fill_tcb(uintptr_t pointer, struct flotilla_control *control, struct flotilla_thread *thread) {
    uintptr_t canary, guard;
    __asm__("movq %%fs:0x28, %0" : "=r"(canary));
    __asm__("movq %%fs:0x30, %0" : "=r"(guard));
    put_word(pointer, 0x00, pointer);
    put_word(pointer, 0x10, pointer);
    put_word(pointer, 0x28, canary);
    put_word(pointer, 0x30, guard);
    put_word(pointer, FLOTILLA_CB_TCB_CONTROL, (uintptr_t)control);
    put_word(pointer, FLOTILLA_CB_TCB_TLS_BLOCKS, (uintptr_t)thread->tls_blocks);
    put_word(pointer, FLOTILLA_CB_TCB_THREAD, (uintptr_t)thread);
}

static bool become_threaded(void) {
    if (flotilla_control->threaded) return true;
    uintptr_t pointer = flotilla_control->tls_pointer;
    if (pointer == 0) {
        pointer = (uintptr_t)flotilla_memalign(64, TCB_SIZE);
        if (pointer == 0) return false;
        memset((void *)pointer, 0, TCB_SIZE);
    }
    fill_tcb(pointer, flotilla_control, &flotilla_main_thread);
    flotilla_control->guest_fs = pointer;
    flotilla_trap(FLOTILLA_OP_YIELD); /* the FS base is set on the way back */
    flotilla_control->threaded = 1;
    __libc_single_threaded = 0;
    return true;
}

/* ---- Memory of a thread ---- */

struct sizes {
    size_t tls, alignment, behind;
};

/* Static TLS lies below the thread pointer; the rest behind it. */
static struct sizes sizes_of_thread(void) {
    struct sizes sizes = {.alignment = 64};
    const struct flotilla_tls_module *modules = flotilla_control->tls_table;
    for (uint64_t i = 0; i < flotilla_control->tls_count; i++) {
        if (modules[i].offset > sizes.tls) sizes.tls = modules[i].offset;
        if (modules[i].offset != 0 && modules[i].alignment > sizes.alignment) sizes.alignment = modules[i].alignment;
    }
    sizes.tls = round_up(sizes.tls, sizes.alignment);
    sizes.behind = round_up(TCB_SIZE + sizeof(struct flotilla_thread) + TLS_TABLE_SIZE + CONTROL_SIZE, PAGE);
    return sizes;
}

static void fill_static_tls(uintptr_t pointer) {
    const struct flotilla_tls_module *modules = flotilla_control->tls_table;
    for (uint64_t i = 0; i < flotilla_control->tls_count; i++) {
        if (modules[i].offset == 0) continue;
        char *block = (char *)pointer - modules[i].offset;
        memcpy(block, modules[i].init, modules[i].file_size);
        memset(block + modules[i].file_size, 0, modules[i].memory_size - modules[i].file_size);
    }
}

/* Lays out what stands around the thread pointer. */
static struct flotilla_thread *furnish(uintptr_t pointer) {
    struct flotilla_thread *thread = (struct flotilla_thread *)(pointer + TCB_SIZE);
    memset((void *)pointer, 0, TCB_SIZE + sizeof *thread + TLS_TABLE_SIZE);
    thread->tls_blocks = (void **)(thread + 1);
    thread->control = (struct flotilla_control *)((char *)thread->tls_blocks + TLS_TABLE_SIZE);
    memcpy(thread->control, flotilla_control, CONTROL_SIZE);
    thread->control->guest_fs = pointer;
    thread->control->signals_arrived = 0;
    fill_static_tls(pointer);
    fill_tcb(pointer, thread->control, thread);
    return thread;
}

/* A thread that has ended and that nobody will ask for, with a stack of at least this size or none of its own. Under the
 * lock. */
static struct flotilla_thread *reusable(bool own_stack, size_t stack_size, size_t tls_size) {
    for (uint64_t i = 0; i < thread_count; i++) {
        struct flotilla_thread *thread = threads[i];
        if (!(thread->detached || thread->joined) || (thread->area != NULL) != own_stack ||
            !__atomic_load_n(&thread->control->thread_ended, __ATOMIC_ACQUIRE)) {
            continue;
        }
        if (!own_stack) return thread;
        size_t below = (size_t)((char *)thread->control->guest_fs - thread->stack) - thread->stack_size;
        if (thread->stack_size >= stack_size && thread->stack_size / 2 <= stack_size && below >= tls_size) return thread;
    }
    return NULL;
}

static struct flotilla_thread *make_area(size_t stack_size, size_t guard_size, struct sizes sizes) {
    size_t size = guard_size + stack_size + sizes.tls + sizes.alignment + sizes.behind;
    size = round_up(size, PAGE);
    char *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (area == MAP_FAILED) return NULL;
    if (guard_size != 0 && mprotect(area, guard_size, PROT_NONE) != 0) {
        munmap(area, size);
        return NULL;
    }
    uintptr_t pointer = ((uintptr_t)area + size - sizes.behind) & -sizes.alignment;
    struct flotilla_thread *thread = furnish(pointer);
    thread->area = area;
    thread->area_size = size;
    thread->guard_size = guard_size;
    thread->stack = area + guard_size;
    thread->stack_size = (pointer - sizes.tls - (uintptr_t)thread->stack) & -(size_t)64;
    return thread;
}

static struct flotilla_thread *make_beside(void *stack, size_t stack_size, struct sizes sizes) {
    size_t alignment = sizes.alignment > PAGE ? sizes.alignment : PAGE;
    char *below = flotilla_memalign(alignment, round_up(sizes.tls, alignment) + sizes.behind);
    if (below == NULL) return NULL;
    struct flotilla_thread *thread = furnish((uintptr_t)below + round_up(sizes.tls, alignment));
    thread->stack = stack;
    thread->stack_size = stack_size;
    return thread;
}

/* Under the lock. NULL without memory, or at the limit. */
static struct flotilla_thread *make_thread(void *stack, size_t stack_size, size_t guard_size) {
    struct sizes sizes = sizes_of_thread();
    struct flotilla_thread *thread = NULL;
    if ((thread = reusable(stack == NULL, stack_size, sizes.tls)) != NULL) {
        struct flotilla_thread old = *thread;
        thread = furnish(old.control->guest_fs);
        thread->area = old.area;
        thread->area_size = old.area_size;
        thread->guard_size = old.guard_size;
        thread->stack = stack == NULL ? old.stack : stack;
        thread->stack_size = stack == NULL ? old.stack_size : stack_size;
        thread->number = old.number;
        return thread;
    }
    if (thread_count == MOST_THREADS) return NULL;
    thread = stack == NULL ? make_area(stack_size, guard_size, sizes) : make_beside(stack, stack_size, sizes);
    if (thread == NULL) return NULL;
    threads[thread_count] = thread;
    thread->number = (int)thread_count + 1;
    __atomic_store_n(&thread_count, thread_count + 1, __ATOMIC_RELEASE);
    return thread;
}

/* What guest/host/resume.S takes off the stack: the creator's floating-point modes, registers, and where to begin. */
static void put_first_frame(struct flotilla_thread *thread) {
    uintptr_t *frame = (uintptr_t *)(((uintptr_t)thread->stack + thread->stack_size) & -(uintptr_t)16) - 8;
    unsigned modes;
    unsigned short x87;
    __asm__("stmxcsr %0" : "=m"(modes));
    __asm__("fnstcw %0" : "=m"(x87));
    memset(frame, 0, 8 * sizeof *frame);
    memcpy((char *)frame, &modes, sizeof modes);
    memcpy((char *)frame + 4, &x87, sizeof x87);
    frame[7] = (uintptr_t)flotilla_thread_begin;
    thread->control->guest_sp = (uintptr_t)frame;
}

/* A C11 thread's function answers an int; both come in the same register. */
void flotilla_thread_main(void) {
    struct flotilla_thread *self = flotilla_current();
    flotilla_locale_begin_thread();
    self->result = self->function(self->argument);
    flotilla_thread_leave();
}

static int create(struct flotilla_thread **made, const pthread_attr_t *attributes, void *(*function)(void *), void *argument) {
    size_t stack_size = flotilla_control->stack_size, guard_size = PAGE;
    void *stack = NULL;
    int detached = PTHREAD_CREATE_JOINABLE;
    if (attributes != NULL) {
        size_t size;
        pthread_attr_getdetachstate(attributes, &detached);
        pthread_attr_getguardsize(attributes, &guard_size);
        pthread_attr_getstacksize(attributes, &stack_size);
        /* A stack that was not set ends at address 0. */
        if (pthread_attr_getstack(attributes, &stack, &size) != 0 || (uintptr_t)stack + size == 0) stack = NULL;
        if (stack != NULL && !flotilla_in_slot(stack)) return EINVAL;
        if (stack_size < (size_t)PTHREAD_STACK_MIN) return EINVAL;
        guard_size = round_up(guard_size, PAGE);
        if (stack == NULL) stack_size = round_up(stack_size, PAGE);
    }
    if (flotilla_control->in_forked_child || !become_threaded()) return EAGAIN;
    flotilla_lock(&table_lock);
    struct flotilla_thread *thread = make_thread(stack, stack_size, guard_size);
    if (thread == NULL) {
        flotilla_unlock(&table_lock);
        return EAGAIN;
    }
    thread->function = function;
    thread->argument = argument;
    thread->detached = detached == PTHREAD_CREATE_DETACHED;
    thread->control->error = 0;
    thread->control->thread_ended = 0;
    thread->control->command = FLOTILLA_CB_COMMAND_RETURN;
    flotilla_signals_begin_thread(thread);
    put_first_frame(thread);
    flotilla_unlock(&table_lock);
    __atomic_fetch_add(&alive, 1, __ATOMIC_ACQ_REL);
    *made = thread;
    if (flotilla_trap1(FLOTILLA_OP_THREAD_START, (long)thread->control) != 0) {
        thread->joined = true;
        thread->control->thread_ended = 1;
        __atomic_fetch_sub(&alive, 1, __ATOMIC_ACQ_REL);
        return EAGAIN;
    }
    return 0;
}

int flotilla_thread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*function)(void *),
                           void *argument) {
    return create((struct flotilla_thread **)thread, attributes, function, argument);
}

int flotilla_thrd_create(thrd_t *thread, thrd_start_t function, void *argument) {
    int result = create((struct flotilla_thread **)thread, NULL, (void *(*)(void *))(void (*)(void))function, argument);
    return result == 0 ? thrd_success : result == ENOMEM ? thrd_nomem : thrd_error;
}

/* ---- Ends ---- */

_Noreturn void flotilla_thread_leave(void) {
    struct flotilla_thread *self = flotilla_current();
    self->cancel_state = PTHREAD_CANCEL_DISABLE;
    flotilla_run_thread_destructors();
    flotilla_destroy_specific();
    flotilla_signals_end_thread();
    flotilla_free(self->values);
    self->values = NULL;
    flotilla_free(self->loader_message);
    self->loader_message = NULL;
    flotilla_tls_free(self->tls_blocks);
    if (__atomic_sub_fetch(&alive, 1, __ATOMIC_ACQ_REL) == 0) flotilla_wake_word(&alive, INT_MAX);
    for (;;) flotilla_trap(FLOTILLA_OP_THREAD_END);
}

void flotilla_wait_for_threads(void) {
    int left;
    while ((left = __atomic_load_n(&alive, __ATOMIC_ACQUIRE)) != 0) flotilla_wait_word(&alive, left, -1);
}

struct flotilla_thread *flotilla_thread_of(pthread_t name) {
    if (name == (pthread_t)&flotilla_main_thread) return &flotilla_main_thread;
    uint64_t count = __atomic_load_n(&thread_count, __ATOMIC_ACQUIRE);
    for (uint64_t i = 0; i < count; i++) {
        if (name == (pthread_t)threads[i]) return threads[i]->joined ? NULL : threads[i];
    }
    return NULL;
}

struct flotilla_control *flotilla_thread_control(uint64_t number) {
    if (number == 0) return flotilla_control;
    return number > __atomic_load_n(&thread_count, __ATOMIC_ACQUIRE) ? NULL : threads[number - 1]->control;
}

struct flotilla_thread *flotilla_thread_number(uint64_t number) {
    if (number == 0) return &flotilla_main_thread;
    return number > __atomic_load_n(&thread_count, __ATOMIC_ACQUIRE) ? NULL : threads[number - 1];
}

bool flotilla_is_running(const struct flotilla_thread *thread) {
    return !__atomic_load_n(&thread->leaving, __ATOMIC_ACQUIRE) &&
           (thread->control == NULL || !__atomic_load_n(&thread->control->thread_ended, __ATOMIC_ACQUIRE));
}

void flotilla_interrupt_thread(const struct flotilla_thread *thread) {
    flotilla_publish_signals();
    flotilla_trap1(FLOTILLA_OP_INTERRUPT, (long)(thread->control == NULL ? flotilla_control : thread->control));
}

/* Whether the host is through with a thread. The main thread never ends before its rank. */
static int *ended(struct flotilla_thread *thread) {
    static int never;
    return thread->control == NULL ? &never : &thread->control->thread_ended;
}

static int join(pthread_t name, void **result, bool wait, clockid_t clock, const struct timespec *end) {
    struct flotilla_thread *thread = flotilla_thread_of(name);
    if (thread == NULL) return ESRCH;
    if (thread == flotilla_current()) return EDEADLK;
    if (thread->detached) return EINVAL;
    if (wait) flotilla_testcancel();
    while (!__atomic_load_n(ended(thread), __ATOMIC_ACQUIRE)) {
        if (!wait) return EBUSY;
        int error = flotilla_wait_word_until(ended(thread), 0, clock, end);
        if (error != 0) return error;
        flotilla_testcancel();
    }
    if (result != NULL) *result = thread->result;
    thread->joined = true;
    return 0;
}

int flotilla_thread_join(pthread_t thread, void **result) {
    return join(thread, result, true, CLOCK_REALTIME, NULL);
}

int flotilla_thread_tryjoin(pthread_t thread, void **result) {
    return join(thread, result, false, CLOCK_REALTIME, NULL);
}

int flotilla_thread_timedjoin(pthread_t thread, void **result, const struct timespec *end) {
    return join(thread, result, true, CLOCK_REALTIME, end);
}

int flotilla_thread_clockjoin(pthread_t thread, void **result, clockid_t clock, const struct timespec *end) {
    return join(thread, result, true, clock, end);
}

int flotilla_thrd_join(thrd_t thread, int *result) {
    void *value;
    if (flotilla_thread_join(thread, &value) != 0) return thrd_error;
    if (result != NULL) *result = (int)(intptr_t)value;
    return thrd_success;
}

int flotilla_thread_detach(pthread_t name) {
    struct flotilla_thread *thread = flotilla_thread_of(name);
    if (thread == NULL) return ESRCH;
    if (thread->detached) return EINVAL;
    thread->detached = true;
    return 0;
}

FLOTILLA_NAMES(flotilla_thread_create, pthread_create)
FLOTILLA_NAMES(flotilla_thrd_create, thrd_create)
FLOTILLA_NAMES(flotilla_thread_join, pthread_join)
FLOTILLA_NAMES(flotilla_thread_tryjoin, pthread_tryjoin_np)
FLOTILLA_NAMES(flotilla_thread_timedjoin, pthread_timedjoin_np)
FLOTILLA_NAMES(flotilla_thread_clockjoin, pthread_clockjoin_np)
FLOTILLA_NAMES(flotilla_thrd_join, thrd_join)
FLOTILLA_NAMES(flotilla_thread_detach, pthread_detach, thrd_detach)
