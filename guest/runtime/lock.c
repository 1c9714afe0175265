#include "lock.h"

#include <string.h>

#include "shared.h"
#include "thread.h"
#include "wait.h"

int flotilla_identity(void) {
    return (flotilla_control->world_rank + 1) | flotilla_current()->number << FLOTILLA_IDENTITY_RANK_BITS;
}

/* The trap's arguments may be those of a call that is being prepared. */
void flotilla_lock_slowly(struct flotilla_lock *lock) {
    struct flotilla_control *here = flotilla_here();
    long arguments[FLOTILLA_CB_MAX_ARGUMENTS];
    memcpy(arguments, here->arguments, sizeof arguments);
    while (__atomic_exchange_n(&lock->word, 2, __ATOMIC_ACQUIRE) != 0) flotilla_wait_word_uninterrupted(&lock->word, 2);
    memcpy(here->arguments, arguments, sizeof arguments);
}

void flotilla_unlock_slowly(struct flotilla_lock *lock) {
    struct flotilla_control *here = flotilla_here();
    long arguments[FLOTILLA_CB_MAX_ARGUMENTS];
    memcpy(arguments, here->arguments, sizeof arguments);
    flotilla_wake_word(&lock->word, 1);
    memcpy(here->arguments, arguments, sizeof arguments);
}

static struct flotilla_lock unused_lock __attribute__((section("flotilla_fork_locks"), used));
extern struct flotilla_lock __start_flotilla_fork_locks[] __attribute__((visibility("hidden")));
extern struct flotilla_lock __stop_flotilla_fork_locks[] __attribute__((visibility("hidden")));

void flotilla_locks_before_fork(void) {
    for (struct flotilla_lock *lock = __start_flotilla_fork_locks; lock < __stop_flotilla_fork_locks; lock++) flotilla_lock(lock);
}

void flotilla_locks_after_fork(void) {
    for (struct flotilla_lock *lock = __start_flotilla_fork_locks; lock < __stop_flotilla_fork_locks; lock++) flotilla_unlock(lock);
}
