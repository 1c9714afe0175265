/*
 * Jacobi's iteration on a cube, slabs along one direction, in which all that the inner loop uses is global: sizes, grids, counters, the
 * sum. TAG makes the variables thread-local, or nothing. usage: globals [POINTS [ITERATIONS [SAMPLES]]]    points along an edge
 */
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef TAG
#define TAG
#endif

TAG int rank, size, points, planes;
TAG double *now, *next, change;
TAG long row, plane;
static TAG int x, y, z;

static void exchange(void)
{
    int below = rank > 0 ? rank - 1 : MPI_PROC_NULL, above = rank < size - 1 ? rank + 1 : MPI_PROC_NULL;
    MPI_Sendrecv(now + plane * planes, (int)plane, MPI_DOUBLE, above, 1, now, (int)plane, MPI_DOUBLE, below, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    MPI_Sendrecv(now + plane, (int)plane, MPI_DOUBLE, below, 2, now + plane * (planes + 1), (int)plane, MPI_DOUBLE, above, 2, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
}

static void sweep(void)
{
    change = 0;
    for (z = 1; z <= planes; z++)
        for (y = 1; y <= points; y++)
            for (x = 1; x <= points; x++) {
                double *at = now + z * plane + y * row + x;
                double mean = (at[-1] + at[1] + at[-row] + at[row] + at[-plane] + at[plane]) / 6;
                change += fabs(mean - *at);
                next[z * plane + y * row + x] = mean;
            }
    double *other = now;
    now = next;
    next = other;
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    points = argc > 1 ? atoi(argv[1]) : 96;
    int iterations = argc > 2 ? atoi(argv[2]) : 20, samples = argc > 3 ? atoi(argv[3]) : 3;
    planes = points / size;
    row = points + 2;
    plane = row * row;
    long bytes = plane * (planes + 2) * (long)sizeof(double);
    now = malloc(bytes);
    next = malloc(bytes);
    memset(now, 0, bytes);
    memset(next, 0, bytes);
    if (rank == 0)
        for (long i = 0; i < plane; i++)
            now[i] = next[i] = 1;
    for (int sample = 0; sample <= samples; sample++) {
        double total = 0, mine = 0;
        MPI_Barrier(MPI_COMM_WORLD);
        double begin = MPI_Wtime();
        for (int i = 0; i < iterations; i++) {
            exchange();
            sweep();
            mine = change;
            MPI_Allreduce(&mine, &total, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
        }
        double time = MPI_Wtime() - begin;
        if (rank == 0 && !(total > 0)) {
            fprintf(stderr, "nothing has changed: the variables are not private\n");
            MPI_Abort(MPI_COMM_WORLD, 1);
        }
        if (rank == 0 && sample > 0)
            printf("globals %d %.4f ms\n", size, time / iterations * 1e3);
    }
    MPI_Finalize();
    return 0;
}
