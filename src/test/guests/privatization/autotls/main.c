/*
 * A program of two files whose header declares what the other file defines; variables of other scopes, by the attribute and by
 * an exclusion file (shared.list); the variables of libc that a program declares for itself. Compiled by AutoTlsTest.
 */
#include "part.h"
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern char **environ;
extern char *optarg;
extern int optind, errno_is_not_this;
int errno_is_not_this = 1;

int main(int argc, char **argv)
{
    int rank, size;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    flotilla_scope(node) static int visits;
    for (int i = 0; i <= rank; i++)
        step();
    __atomic_add_fetch(&visits, 1, __ATOMIC_RELAXED);
    hidden(1);
    MPI_Barrier(MPI_COMM_WORLD);
    if (address_of_count() != &count || environ == NULL || optarg != NULL || optind != 1)
        return 1;
    printf("rank %d: count %d, steps %d %d, visits %d %d, limit %d, %s\n", rank, count, all_steps, left_shared, visits, hidden(0),
           limit, names[errno_is_not_this]);
    MPI_Finalize();
    return 0;
}
