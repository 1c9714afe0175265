/*
 * What the benchmarks share. Each prints a line per sample, "SERIES PARAMETER VALUE UNIT": SERIES names what is measured,
 * PARAMETER what varies (bytes, or 0), VALUE is in UNIT. Whoever reads them takes the median of a pair's samples.
 */
#ifndef BENCH_H
#define BENCH_H
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int bench_rank, bench_size;

static inline void bench_start(int *argc, char ***argv)
{
    MPI_Init(argc, argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &bench_rank);
    MPI_Comm_size(MPI_COMM_WORLD, &bench_size);
}

/* From any rank; the first prints. */
static inline void bench_sample(const char *series, long parameter, double value, const char *unit)
{
    if (bench_rank == 0) {
        printf("%s %ld %.3f %s\n", series, parameter, value, unit);
        fflush(stdout);
    }
}

static inline void bench_fail(const char *what)
{
    fprintf(stderr, "rank %d: %s\n", bench_rank, what);
    MPI_Abort(MPI_COMM_WORLD, 1);
}

/* The value of the n-th argument, or otherwise when there are fewer. */
static inline long bench_argument(int argc, char **argv, int n, long otherwise)
{
    return n < argc ? atol(argv[n]) : otherwise;
}

#endif
