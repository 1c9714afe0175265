/*
 * The program of Figure 2 of the paper that Flotilla follows: the rank is kept in a global variable that is written
 * before a barrier and printed after it. Without privatization every rank would print the number of the last writer.
 *
 * test: ranks 1 2 4
 * test: flotilla-ranks 64
 */
#include <mpi.h>
#include <stdio.h>

int rank_global;

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_global);
    MPI_Barrier(MPI_COMM_WORLD);
    printf("rank: %d\n", rank_global);
    MPI_Finalize();
    return 0;
}
