/*
 * The last rank prints a line and a part of one, into a pipe, and ends without flushing: by a bad address, abort() or _exit().
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int rank, size;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (rank == size - 1) {
        printf("a line\na part");
        if (!strcmp(argv[1], "fault"))
            *(volatile int *)8 = 1;
        if (!strcmp(argv[1], "abort"))
            abort();
        if (!strcmp(argv[1], "closed")) {
            /* Not the job's standard output any more: nobody sees it. */
            freopen("/dev/null", "w", stdout);
            printf("unseen");
        }
        if (!strcmp(argv[1], "closed"))
            *(volatile int *)8 = 1;
    }
    MPI_Finalize();
    _exit(0);
}
