/* Prints the resident memory of its process in KiB, without what is shared with files, when all ranks are there and have
 * done nothing. */
#include <mpi.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    int rank;
    long kilobytes;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 0) {
        char line[200];
        FILE *file = fopen("/proc/self/status", "r");
        while (fgets(line, sizeof line, file) != NULL)
            if (sscanf(line, "RssAnon: %ld", &kilobytes) == 1)
                printf("%ld\n", kilobytes);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Finalize();
    return 0;
}
