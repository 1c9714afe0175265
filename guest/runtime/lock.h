/*
 * Locks for what the threads of a rank share in the guest library. While the rank has one thread a lock costs a look at
 * flotilla_control->threaded.
 */
#ifndef FLOTILLA_RUNTIME_LOCK_H
#define FLOTILLA_RUNTIME_LOCK_H

#include <stdbool.h>

#include "shared.h"

/* All zero when free. The holder may take it again when it uses the recursive functions. */
struct flotilla_lock {
    int word; /* 0 free, 1 held, 2 held and waited for */
    int holder;
    int depth;
};

/* Defines a lock that fork takes first, so that the child does not find it held by a thread that it does not have. Whoever holds
 * such a lock takes no other lock but the heap's. */
#define FLOTILLA_FORK_LOCK(name) __attribute__((section("flotilla_fork_locks"), used)) static struct flotilla_lock name = {0}
void flotilla_locks_before_fork(void);
void flotilla_locks_after_fork(void);

void flotilla_lock_slowly(struct flotilla_lock *lock);
void flotilla_unlock_slowly(struct flotilla_lock *lock);

static inline void flotilla_lock(struct flotilla_lock *lock) {
    if (!__builtin_expect(flotilla_control->threaded, 0)) return;
    int free = 0;
    if (!__atomic_compare_exchange_n(&lock->word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) flotilla_lock_slowly(lock);
}

static inline void flotilla_unlock(struct flotilla_lock *lock) {
    if (!__builtin_expect(flotilla_control->threaded, 0)) return;
    if (__atomic_exchange_n(&lock->word, 0, __ATOMIC_RELEASE) == 2) flotilla_unlock_slowly(lock);
}

static inline void flotilla_lock_recursive(struct flotilla_lock *lock) {
    if (!__builtin_expect(flotilla_control->threaded, 0)) return;
    int self = flotilla_identity();
    if (__atomic_load_n(&lock->holder, __ATOMIC_RELAXED) != self) {
        flotilla_lock(lock);
        __atomic_store_n(&lock->holder, self, __ATOMIC_RELAXED);
    }
    lock->depth++;
}

/* False when another thread holds it. */
static inline bool flotilla_try_lock_recursive(struct flotilla_lock *lock) {
    if (!__builtin_expect(flotilla_control->threaded, 0)) return true;
    int self = flotilla_identity(), free = 0;
    if (__atomic_load_n(&lock->holder, __ATOMIC_RELAXED) != self) {
        if (!__atomic_compare_exchange_n(&lock->word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return false;
        __atomic_store_n(&lock->holder, self, __ATOMIC_RELAXED);
    }
    lock->depth++;
    return true;
}

static inline void flotilla_unlock_recursive(struct flotilla_lock *lock) {
    /* One that was taken while the rank had a single thread is not held. */
    if (!__builtin_expect(flotilla_control->threaded, 0) || lock->depth == 0 || --lock->depth > 0) return;
    __atomic_store_n(&lock->holder, 0, __ATOMIC_RELAXED);
    flotilla_unlock(lock);
}

#endif
