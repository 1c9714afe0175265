/* Whether an address lies in the rank's own memory. Under MPICH all memory is; under Flotilla stack and heap are close to
 * each other, because both are in the rank's slot, and the host's memory is far away. */
#ifndef OWN_H
#define OWN_H

#include <stdint.h>

#include "../support/check.h"

#define OWN_REACH (1l << 36)

static int is_near(const void *a, const void *b)
{
    intptr_t distance = (intptr_t)a - (intptr_t)b;
    return distance > -OWN_REACH && distance < OWN_REACH;
}

__attribute__((unused)) static int is_own(const void *address)
{
    static const void *volatile reference;
    if (reference == NULL)
        reference = malloc(1);
    return !is_near(&address, reference) || is_near(address, reference);
}

/* It is there, and the rank's own. */
#define CHECK_OWN(address) \
    do { \
        const void *check_address = (address); \
        if (check_address == NULL || !is_own(check_address)) \
            check_failed(__FILE__, __LINE__, "%s is %p", #address, check_address); \
    } while (0)

/* The same for what the program is to free, which it does. */
#define CHECK_FREE(address) \
    do { \
        void *check_block = (address); \
        CHECK_OWN(check_block); \
        if (malloc_usable_size(check_block) == 0) \
            check_failed(__FILE__, __LINE__, "%s is no block", #address); \
        free(check_block); \
    } while (0)

#endif
