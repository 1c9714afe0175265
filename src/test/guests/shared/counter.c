/*
 * What ranks share when nothing is privatized, and what they still have for themselves: each rank adds one to a global
 * variable, and prints it with its thread-local one. Run by hand with --privatize=none and pie.
 */
#include <mpi.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static atomic_int counter;
static _Thread_local int mine = 100;

static void at_end(void)
{
    puts("at exit");
}

int main(int argc, char **argv)
{
    int rank;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    atexit(at_end);
    atomic_fetch_add(&counter, 1);
    mine += rank;
    MPI_Barrier(MPI_COMM_WORLD);
    printf("rank %d: counter %d, mine %d\n", rank, counter, mine);
    MPI_Finalize();
    return 0;
}
