/*
 * Functions registered for the end run once per rank, in reverse order, whatever ends the rank: some ranks return from main,
 * some call exit, one of those out of an exit function, some quick_exit or _exit; before other ranks are through. The job's
 * status is the bits of all ranks' together.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 * test: exit 16
 */
#include <mpi.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int rank;
static jmp_buf back;

static void first(void) { printf("rank %d: first\n", rank); }

static void second(void)
{
    printf("rank %d: second\n", rank);
    if (rank % 4 == 2)
        exit(16);
}

static void third(int status, void *text) { printf("rank %d: third, %d, %s\n", rank, status, (char *)text); }

static void quick(void) { printf("rank %d: quick\n", rank), fflush(stdout); }

__attribute__((destructor)) static void destructor(void) { printf("rank %d: destructor\n", rank); }

static void jump(int depth)
{
    volatile int local = depth;
    if (local == 0)
        longjmp(back, 1);
    jump(local - 1);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    atexit(first);
    atexit(second);
    on_exit(third, "text");
    at_quick_exit(quick);
    if (setjmp(back) == 0)
        jump(50);
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Finalize();
    switch (rank % 4) {
    case 0: return 16;
    case 1: quick_exit(0);
    case 2: exit(0);
    default: printf("rank %d: nothing\n", rank), fflush(stdout), _exit(16);
    }
}
