/* Each rank asks to be on the next node, and says whether it is there afterwards. */
#include <flotilla.h>
#include <mpi.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    int rank, nodes, node, moved, all;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    AMPI_Num_nodes(&nodes);
    AMPI_My_node(&node);
    int next = (node + 1) % nodes;
    AMPI_Migrate_to_pe(next);
    MPI_Barrier(MPI_COMM_WORLD);
    AMPI_My_node(&node);
    moved = node == next;
    MPI_Allreduce(&moved, &all, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (rank == 0) printf("%s\n", all ? "moved" : "stayed");
    MPI_Finalize();
    return 0;
}
