/* Calls a function that this version doesn't have (one-sided communication), when it gets an argument. */
#include <mpi.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    int value = 0;
    MPI_Init(&argc, &argv);
    printf("before\n");
    fflush(stdout);
    if (argc > 1) {
        MPI_Win window;
        MPI_Win_create(&value, sizeof value, 1, MPI_INFO_NULL, MPI_COMM_WORLD, &window);
    }
    printf("after\n");
    MPI_Finalize();
    return 0;
}
