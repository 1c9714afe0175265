/* A wave in noise, of another frequency and length on each rank. */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <mpi.h>
#include <stdio.h>

int strongest(int n, const double *signal);

int main(int argc, char **argv) {
    int rank, ranks, good = 1, all;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, rank + 1);
    for (int i = 0; i < 5; i++) {
        int n = 64 + 16 * rank, frequency = 3 + rank + i;
        double signal[n];
        for (int k = 0; k < n; k++) signal[k] = sin(2 * M_PI * frequency * k / n) + gsl_ran_gaussian(random, 0.1);
        MPI_Barrier(MPI_COMM_WORLD);
        good = good && strongest(n, signal) == frequency;
    }
    MPI_Allreduce(&good, &all, 1, MPI_INT, MPI_LAND, MPI_COMM_WORLD);
    printf("rank %d of %d: %s\n", rank, ranks, good ? "found" : "not found");
    MPI_Finalize();
    return all && ranks == 3 ? 0 : 1;
}
