/*
 * Burns processor time in a function of the program and in one of a library.
 *
 * test: library burn library/burn.c
 */
#include <mpi.h>
#include <stdio.h>

double burn_in_library(long rounds);

__attribute__((noinline)) static double burn_in_program(long rounds) {
    volatile double sum = 0;
    for (long i = 0; i < rounds; i++) {
        sum += (double)i;
    }
    return sum;
}

int main(int argc, char **argv) {
    int rank;
    double sum = 0;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    for (int i = 0; i < 300; i++) {
        sum += burn_in_program(100000) + burn_in_library(100000);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 0) {
        printf("%d\n", sum > 0);
    }
    MPI_Finalize();
    return 0;
}
