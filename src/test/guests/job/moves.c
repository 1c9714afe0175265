/* Odd ranks change their working directory; all say where they are. */
#include <errno.h>
#include <mpi.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int rank;
    char folder[4096];
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank % 2 && chdir("/usr") != 0)
        printf("rank %d: %s\n", rank, strerror(errno));
    MPI_Barrier(MPI_COMM_WORLD);
    printf("rank %d in %s\n", rank, getcwd(folder, sizeof folder));
    MPI_Finalize();
    return 0;
}
