/* Says hello from every rank. The rank is kept in a global variable, which each rank has for itself. */
#include <mpi.h>
#include <stdio.h>

static int rank;

int main(int argc, char **argv)
{
    int size, length;
    char name[MPI_MAX_PROCESSOR_NAME];

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Get_processor_name(name, &length);
    MPI_Barrier(MPI_COMM_WORLD);
    printf("Hello from rank %d of %d on %s\n", rank, size, name);
    MPI_Finalize();
    return 0;
}
