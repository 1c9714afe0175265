/*
 * Thread-local variables of the executable (local-exec), initialized and not, aligned, and of a shared library that the
 * program links (initial-exec or general dynamic), read through its functions and directly.
 *
 * test: ranks 1 2 4
 * test: flotilla-ranks 20
 * test: library threadlocal library/threadlocal.c
 */
#include "../support/check.h"
#include <errno.h>
#include <stdint.h>

_Thread_local int counter = 17;
static __thread double zero_at_start;
static __thread char name[100] = "thread-local text";
static __thread __attribute__((aligned(64))) int aligned[16] = {1, 2, 3};
extern __thread int library_counter;
int library_next(void);
int *library_address(void);

int main(int argc, char **argv)
{
    start(&argc, &argv);
    CHECK_EQUAL(counter, 17);
    CHECK(zero_at_start == 0);
    CHECK(strcmp(name, "thread-local text") == 0);
    CHECK_EQUAL((uintptr_t)aligned % 64, 0);
    CHECK_EQUAL(aligned[2], 3);
    CHECK_EQUAL(library_counter, 500);

    counter += check_rank;
    zero_at_start = check_rank + 0.5;
    snprintf(name, sizeof name, "rank %d", check_rank);
    aligned[15] = check_rank;
    for (int i = 0; i < check_rank; i++)
        library_next();
    errno = 77;
    MPI_Barrier(MPI_COMM_WORLD);
    CHECK_EQUAL(errno, 77);
    CHECK_EQUAL(counter, 17 + check_rank);
    CHECK(zero_at_start == check_rank + 0.5);
    CHECK_EQUAL(atoi(name + 5), check_rank);
    CHECK_EQUAL(aligned[15], check_rank);
    CHECK_EQUAL(library_counter, 500 + check_rank);
    CHECK(library_address() == &library_counter);
    printf("rank %d: %d\n", check_rank, library_next());
    return finish("thread-local");
}
