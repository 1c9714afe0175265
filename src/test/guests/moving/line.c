/* Ranks go to the other node and come back in the middle of the lines that they write. In a job of two nodes. */
#include <flotilla.h>
#include <mpi.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    int rank, node, pes;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    AMPI_Num_pes(&pes);
    for (int i = 0; i < 20; i++) {
        printf("rank %d begins line %d", rank, i);
        fflush(stdout);
        fprintf(stderr, "rank %d begins error %d", rank, i);
        AMPI_My_node(&node);
        AMPI_Migrate_to_pe((1 - node) * (pes / 2));
        printf(" and ends it\n");
        fflush(stdout);
        fprintf(stderr, " and ends it\n");
    }
    MPI_Finalize();
    return 0;
}
