/*
 * What instrumentation counts and checks: odd ranks come by `odd`, and with the argument `overflow` every rank has an
 * overflow, each of another value.
 */
#include <limits.h>
#include <mpi.h>
#include <stdio.h>

static int odd(int rank) {
    return rank + 1;
}

int main(int argc, char **argv) {
    int rank;
    volatile int value;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    value = rank;
    if (rank % 2 == 1) {
        value = odd(rank);
    }
    if (argc > 1) {
        value = INT_MAX - rank;
        value += 100;
    }
    MPI_Barrier(MPI_COMM_WORLD);
    printf("rank %d ends\n", rank);
    MPI_Finalize();
    return 0;
}
