/* NAME: what it calls itself. Counts its calls in thread-local and static variables; uses functions of libc that the program
 * does not. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static __thread int calls = 0;
static int all;
static char *own;

__attribute__((constructor)) static void begin(void)
{
    own = strdup(NAME);
}

__attribute__((destructor)) static void end(void)
{
    free(own);
    own = NULL;
}

int count(void)
{
    struct timespec now;
    calls++;
    all++;
    return clock_getres(CLOCK_MONOTONIC, &now) == 0 && all == calls ? calls : -1;
}

const char *name(void)
{
    return own;
}
