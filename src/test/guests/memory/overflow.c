/* overflow BYTES: rank 1 recurses without end, with frames so large. */
#include <mpi.h>
#include <stdlib.h>

static int recurse(size_t bytes)
{
    volatile char frame[bytes];
    frame[0] = 1;
    return recurse(bytes) + frame[0];
}

int main(int argc, char **argv)
{
    int rank;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    if (rank == 1)
        return recurse(strtoul(argv[1], NULL, 10));
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Finalize();
    return 0;
}
