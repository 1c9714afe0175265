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
    while (__atomic_exchange_n(&lock->word, 2, __ATOMIC_ACQUIRE) != 0) flotilla_wait_word(&lock->word, 2, -1);
    memcpy(here->arguments, arguments, sizeof arguments);
}

void flotilla_unlock_slowly(struct flotilla_lock *lock) {
    struct flotilla_control *here = flotilla_here();
    long arguments[FLOTILLA_CB_MAX_ARGUMENTS];
    memcpy(arguments, here->arguments, sizeof arguments);
    flotilla_wake_word(&lock->word, 1);
    memcpy(here->arguments, arguments, sizeof arguments);
}
