/* The stack: as large as the limit says, all of it usable, each rank's its own.
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing */
#define _GNU_SOURCE
#include <alloca.h>
#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>

#include "own.h"

#define FRAME 20000

static char *base;
static size_t size;

/* Fills its frames on the way down, lets the others run at the bottom, and looks at them on the way up. */
static int descend(size_t left)
{
    volatile char frame[FRAME];
    for (int i = 0; i < FRAME; i += 16)
        frame[i] = (char)(check_rank + left);
    if ((char *)frame < base)
        return 0;
    int depth = 1;
    if (left > 2 * FRAME)
        depth += descend(left - FRAME);
    else
        MPI_Barrier(MPI_COMM_WORLD);
    for (int i = 0; i < FRAME; i += 16)
        if (frame[i] != (char)(check_rank + left))
            return -100000;
    return depth;
}

static long sum_of_array(int count)
{
    int values[count];
    for (int i = 0; i < count; i++)
        values[i] = i * check_rank;
    MPI_Barrier(MPI_COMM_WORLD);
    long sum = 0;
    for (int i = 0; i < count; i++)
        sum += values[i];
    return sum;
}

static void allocated(size_t bytes)
{
    char *block = alloca(bytes);
    memset(block, check_rank + 1, bytes);
    MPI_Barrier(MPI_COMM_WORLD);
    for (size_t i = 0; i < bytes; i += 512)
        CHECK(block[i] == (char)(check_rank + 1));
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    struct rlimit limit;
    pthread_attr_t attributes;
    void *lowest;
    CHECK_EQUAL(getrlimit(RLIMIT_STACK, &limit), 0);
    CHECK(limit.rlim_cur >= 8 << 20 && limit.rlim_max >= limit.rlim_cur);
    CHECK_EQUAL(pthread_getattr_np(pthread_self(), &attributes), 0);
    CHECK_EQUAL(pthread_attr_getstack(&attributes, &lowest, &size), 0);
    base = lowest;
    CHECK(limit.rlim_cur == RLIM_INFINITY || (size <= limit.rlim_cur && size > limit.rlim_cur - 300000));
    CHECK((char *)&limit > base && (char *)&limit < base + size);
    CHECK_OWN(base);
    CHECK_EQUAL(setrlimit(RLIMIT_STACK, &limit), 0);
    pthread_attr_destroy(&attributes);

    /* Nearly all of what there is at least; sixty-four ranks would use half a gigabyte. */
    size_t usable = check_size > 8 ? 1 << 20 : (8 << 20) - 400000;
    CHECK(descend(usable) >= (int)(usable / FRAME) - 1);
    CHECK_EQUAL(sum_of_array((int)(usable / 8)), (long)(usable / 8) * (long)(usable / 8 - 1) / 2 * check_rank);
    allocated(usable / 4 * 3);
    return finish("stacks");
}
