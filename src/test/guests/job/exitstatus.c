/*
 * Ranks end with different statuses, some through exit() in a function, after MPI_Finalize.
 *
 * test: ranks 1
 * test: arguments 3
 * test: exit 3
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    int rank;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    printf("rank %d says goodbye", rank);  /* no newline: must not be lost */
    MPI_Finalize();
    if (rank == 0)
        exit(argc > 1 ? atoi(argv[1]) : 0);
    return 0;
}
