/*
 * quick_exit runs what at_quick_exit registered in that rank, and nothing else.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/interleave.h"
#include <unistd.h>

static void say(const char *what)
{
    char line[64];
    int length = snprintf(line, sizeof line, "rank %d: %s\n", check_rank, what);
    if (write(1, line, (size_t)length) < 0)
        abort();
}

static void never(void) { say("atexit"); }
static void one(void) { say("first registered"); }
static void two(void) { say("second registered"); }

int main(int argc, char **argv)
{
    start(&argc, &argv);
    atexit(never);
    at_quick_exit(one);
    interleave();
    if (check_rank % 2)
        at_quick_exit(two);
    interleave();
    int status = finish("quick");
    fflush(stdout);
    quick_exit(status);
}
