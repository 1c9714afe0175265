/*
 * The profiling interface: the program defines MPI_Send, MPI_Recv and MPI_Allreduce itself, counts, and calls PMPI; so
 * does a library, MPI_Barrier.
 *
 * test: ranks 1 2 4
 * test: flotilla-ranks 8
 * test: library profile library/profile.c mpi
 */
#include "../support/check.h"

static int sends, receives, reductions;
int profile_barriers(void);

int MPI_Send(const void *buffer, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm)
{
    sends++;
    return PMPI_Send(buffer, count, type, to, tag, comm);
}

int MPI_Recv(void *buffer, int count, MPI_Datatype type, int from, int tag, MPI_Comm comm, MPI_Status *status)
{
    receives++;
    return PMPI_Recv(buffer, count, type, from, tag, comm, status);
}

int MPI_Allreduce(const void *in, void *out, int count, MPI_Datatype type, MPI_Op op, MPI_Comm comm)
{
    reductions++;
    return PMPI_Allreduce(in, out, count, type, op, comm);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    int value = check_rank, sum;
    if (check_rank % 2 == 0 && check_rank + 1 < check_size)
        MPI_Send(&value, 1, MPI_INT, check_rank + 1, 0, MPI_COMM_WORLD);
    else if (check_rank % 2 == 1)
        MPI_Recv(&value, 1, MPI_INT, check_rank - 1, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    MPI_Allreduce(&value, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    for (int i = 0; i < 3; i++)
        MPI_Barrier(MPI_COMM_WORLD);
    CHECK_EQUAL(sends + receives, check_rank % 2 == 1 || check_rank + 1 < check_size);
    CHECK_EQUAL(reductions, 1);
    CHECK_EQUAL(profile_barriers(), 3);
    return finish("profiling interface");
}
