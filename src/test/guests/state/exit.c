/*
 * What is registered for the end of a rank runs in that rank, newest first, with its status.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/interleave.h"

static char line[200];

static void add(const char *text) { strcat(line, text); }

static void first(void)
{
    printf("rank %d:%s\n", check_rank, line);
    fputs("", stdout);
}

static void plain(void) { add(" plain"); }

static void nested(void)
{
    add(" nested");
    atexit(plain);
}

static void with_status(int status, void *argument)
{
    char text[32];
    snprintf(text, sizeof text, " on_exit(%d,%d)", status, *(int *)argument);
    add(text);
}

static void never(void) { add(" quick"); }

__attribute__((destructor)) static void destructor(void)
{
    /* After all of these, before the streams are flushed. */
    printf("rank %d: destructor\n", check_rank);
}

int main(int argc, char **argv)
{
    static int argument;
    start(&argc, &argv);
    argument = check_rank * 3;
    CHECK_EQUAL(atexit(first), 0);
    interleave();
    /* More than any fixed table holds. */
    for (int i = 0; i < 10 + check_rank % 3; i++)
        atexit(plain);
    interleave();
    CHECK_EQUAL(on_exit(with_status, &argument), 0);
    CHECK_EQUAL(at_quick_exit(never), 0);
    atexit(nested);
    interleave();
    int status = finish("exit");
    if (check_rank % 2)
        exit(status);
    return status;
}
