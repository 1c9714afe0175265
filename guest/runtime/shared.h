/*
 * Ranks that share their images (method none) are threads of one process to these: one of them runs the constructors,
 * the last one to end the destructors, and locks are real. Where a rank has its images for itself none of this costs
 * more than a look at the control block.
 */
#ifndef FLOTILLA_RUNTIME_SHARED_H
#define FLOTILLA_RUNTIME_SHARED_H

#include <stdbool.h>
#include <stdint.h>

#include "flotilla.h"

struct flotilla_shared_handler;

/* At the start of the shared slot; zero at first. */
struct flotilla_shared {
    int state;   /* of the images: SHARED_* of shared.c */
    int starter; /* 1 + the rank that runs or ran the constructors */
    int ended;   /* ranks that are at their end */
    int handlers_lock;
    struct flotilla_shared_handler *handlers; /* destructors of shared objects, newest first */
    int images_lock;                          /* 1 + the rank that goes through the images */
    int images_depth;
};

/* True for the rank that must run the constructors, which then calls flotilla_shared_started; for the others when they
 * have run. Always true for a rank with images of its own. */
bool flotilla_shared_start(void);
void flotilla_shared_started(void);

/* The constructors of the images have run; what follows until flotilla_shared_started is what every rank runs for itself, in
 * the first one while the others wait: C++'s standard streams are made then, by whoever comes first. */
void flotilla_shared_first(void);

/* Whether constructors of shared images are running in this rank. */
bool flotilla_shared_is_starting(void);

/* The rank ends: true when it has to run the destructors of its images, once. */
bool flotilla_shared_end(void);

/* Keeps a destructor for the last rank: 0, or -1 without memory. */
int flotilla_shared_at_exit(void (*function)(void *), void *argument);
void flotilla_shared_run_handlers(void);

/* One rank at a time goes through the images: callbacks of dl_iterate_phdr rely on it. May be nested. */
void flotilla_shared_lock_images(void);
void flotilla_shared_unlock_images(void);

static inline bool flotilla_is_sharing(void) {
    return __builtin_expect(flotilla_control->shared != NULL, 0);
}

/* Whether an address belongs to what ranks share. */
static inline bool flotilla_is_shared(const void *address) {
    return flotilla_is_sharing() && (uintptr_t)address - (uintptr_t)flotilla_control->shared < flotilla_control->slot_size;
}

/* A variable of the guest library's that all ranks must see in the same state when they share images: the one of the
 * shared slot's instance, which stands at the same offset. */
#define FLOTILLA_COMMON(variable)                                                                                \
    ((__typeof__(&(variable)))(flotilla_is_sharing() ? (uintptr_t)&(variable) - flotilla_control->slot_base +    \
                                                           (uintptr_t)flotilla_control->shared                   \
                                                     : (uintptr_t)&(variable)))

/* Gives the PE away to whoever may change what is waited for. */
static inline void flotilla_shared_pause(void) {
    flotilla_trap(FLOTILLA_OP_YIELD);
}

/* A lock's word goes from one value to another, or is found to have a third (false). */
static inline bool flotilla_take(int *word, int from, int to) {
    if (flotilla_is_sharing() || flotilla_control->threaded) return __atomic_compare_exchange_n(word, &from, to, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
    if (*word != from) return false;
    *word = to;
    return true;
}

static inline void flotilla_put(int *word, int value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline int flotilla_look(const int *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* Who a lock's holder is; never 0, and another in each thread of each rank. */
int flotilla_identity(void);

/* Bits of it that are the rank's. */
enum { FLOTILLA_IDENTITY_RANK_BITS = 20 };

#endif
