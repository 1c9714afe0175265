/*
 * A rank's own fault, as the argument says: null, overflow (of the stack), divide, abort, assert, or a bad buffer given
 * to MPI.
 */
#include <assert.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile int sink;

__attribute__((noinline)) static int recurse(int depth)
{
    volatile char frame[4096];
    frame[depth % 4096] = (char)depth;
    if (sink < 0)
        return 0;
    return recurse(depth + 1) + frame[0];
}

__attribute__((noinline)) static void write_through_null(int *nowhere)
{
    *nowhere = 1;
}

int main(int argc, char **argv)
{
    int rank;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    const char *how = argc > 1 ? argv[1] : "null";
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 2) {
        if (strcmp(how, "null") == 0)
            write_through_null((int *)(long)(argc - 2));
        else if (strcmp(how, "overflow") == 0)
            sink = recurse(0);
        else if (strcmp(how, "divide") == 0)
            sink = 7 / sink;
        else if (strcmp(how, "abort") == 0)
            abort();
        else if (strcmp(how, "assert") == 0)
            assert(rank == 0);
        else if (strcmp(how, "buffer") == 0)
            MPI_Send((void *)0x10, 100, MPI_INT, 0, 0, MPI_COMM_WORLD);
    }
    if (rank == 0 && strcmp(how, "buffer") == 0) {
        int got[100];
        MPI_Recv(got, 100, MPI_INT, 2, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Finalize();
    return 0;
}
