/*
 * OpenMP's threads, which wait for the next parallel region until the program releases them, while their rank is asked to move:
 * threads.h.
 *
 * test: flags -fopenmp
 */
#include <omp.h>

#include "threads.h"

static void compute(void) {
    long sum = 0;
#pragma omp parallel for num_threads(3) reduction(+ : sum)
    for (int i = 0; i < VALUES; i++) sum += values[i];
    check(sum == (long)rank * VALUES * VALUES + (long)VALUES * (VALUES - 1) / 2, "what OpenMP's threads have computed");
}

int main(int argc, char **argv) {
    prepare(&argc, &argv);
    if (rank == THREADED) compute();
    part(argv, 1);
    if (rank == THREADED) {
        compute();
        check(omp_pause_resource_all(omp_pause_hard) == 0, "omp_pause_resource_all");
    }
    part(argv, 0);
    if (rank == THREADED) compute();
    return end();
}
