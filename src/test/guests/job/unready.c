/* Partitioned requests whose partitions never are ready, or that never are started. */
#include <mpi.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    int rank, values[4] = {0};
    MPI_Request request;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    switch (rank) {
    case 0: MPI_Psend_init(values, 4, 1, MPI_INT, 1, 42, MPI_COMM_WORLD, MPI_INFO_NULL, &request); break;
    case 1: MPI_Precv_init(values, 2, 2, MPI_INT, 0, 42, MPI_COMM_WORLD, MPI_INFO_NULL, &request); break;
    default: MPI_Precv_init(values, 2, 2, MPI_INT, 1, 43, MPI_COMM_WORLD, MPI_INFO_NULL, &request); break;
    }
    MPI_Start(&request);
    if (rank == 0) {
        MPI_Pready(0, request);
        MPI_Pready(2, request);
    }
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    MPI_Finalize();
    return 0;
}
