/* Says where it is. */
#include <mpi.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int rank;
    char folder[4096];
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    printf("rank %d in %s\n", rank, getcwd(folder, sizeof folder));
    MPI_Finalize();
    return 0;
}
