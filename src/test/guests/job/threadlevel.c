/* Prints the thread level that is given for the one asked for: the argument, 0 for MPI_THREAD_SINGLE to 3 for MPI_THREAD_MULTIPLE. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    static const int levels[] = {MPI_THREAD_SINGLE, MPI_THREAD_FUNNELED, MPI_THREAD_SERIALIZED, MPI_THREAD_MULTIPLE};
    int provided, later;
    MPI_Init_thread(&argc, &argv, levels[atoi(argv[1])], &provided);
    MPI_Query_thread(&later);
    for (int i = 0; i < 4; i++)
        if (levels[i] == provided && later == provided)
            printf("%d\n", i);
    MPI_Finalize();
    return 0;
}
