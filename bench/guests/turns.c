/*
 * Two or more ranks that do nothing but yield, as yield.c, but with nothing outside of functions' frames: what a switch costs with any
 * method of privatization, none included. usage: turns [SWITCHES [SAMPLES]]
 */
#include <mpi.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    int rank, size;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    long rounds = (argc > 1 ? atol(argv[1]) : 2000000) / size;
    int samples = argc > 2 ? atoi(argv[2]) : 5;
    for (int sample = 0; sample <= samples; sample++) {
        MPI_Barrier(MPI_COMM_WORLD);
        double begin = MPI_Wtime();
        for (long i = 0; i < rounds; i++)
            sched_yield();
        MPI_Barrier(MPI_COMM_WORLD);
        double time = MPI_Wtime() - begin;
        if (rank == 0 && sample > 0)
            printf("switch %d %.3f ns\n", size, time / ((double)rounds * size) * 1e9);
    }
    MPI_Finalize();
    return 0;
}
