/*
 * A ring of ranks of which the first have much more to do than the others. What each computes depends on what its neighbours have, so
 * that lost or doubled messages and damaged memory show: at the end each rank's sum is compared with what rank 0 computes for all.
 *
 *     uneven STEPS WORK HEAVY [ampi|async]
 *
 * WORK: thousands of rounds of arithmetic in a step of a light rank; the first HEAVY ranks do eight times as many. With "ampi" all
 * ranks ask for balancing in every tenth step.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <flotilla.h>

static unsigned long rounds(unsigned long x, long count) {
    for (long i = 0; i < count; i++) x = x * 6364136223846793005ul + 1442695040888963407ul;
    return x;
}

static unsigned long state;
static volatile unsigned long sink;

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    int rank, size;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    int steps = atoi(argv[1]), heavy = atoi(argv[3]);
    long work = atol(argv[2]) * 1000 * (rank < heavy ? 8 : 1);
    const char *ask = argc > 4 ? argv[4] : "";
    unsigned long *history = malloc(sizeof *history * (size_t)steps);
    state = (unsigned long)rank + 1;
    int left = (rank + size - 1) % size, right = (rank + 1) % size;
    pid_t process = getpid();
    int moves = 0;
    for (int step = 0; step < steps; step++) {
        unsigned long from_left = 0, from_right = 0;
        sink = rounds(state, work);
        MPI_Request requests[4];
        MPI_Irecv(&from_left, 1, MPI_UNSIGNED_LONG, left, 1, MPI_COMM_WORLD, &requests[0]);
        MPI_Irecv(&from_right, 1, MPI_UNSIGNED_LONG, right, 2, MPI_COMM_WORLD, &requests[1]);
        MPI_Isend(&state, 1, MPI_UNSIGNED_LONG, right, 1, MPI_COMM_WORLD, &requests[2]);
        MPI_Isend(&state, 1, MPI_UNSIGNED_LONG, left, 2, MPI_COMM_WORLD, &requests[3]);
        MPI_Waitall(4, requests, MPI_STATUSES_IGNORE);
        state = rounds(state ^ from_left * 3 ^ from_right * 5, 3);
        history[step] = state;
        if (strcmp(ask, "ampi") == 0 && step % 10 == 9) AMPI_Migrate(AMPI_INFO_LB_SYNC);
        if (strcmp(ask, "async") == 0 && step % 10 == 9) AMPI_Migrate(AMPI_INFO_LB_ASYNC);
        if (getpid() != process) {
            process = getpid();
            moves++;
        }
    }
    unsigned long *all = malloc(sizeof *all * (size_t)size), *next = malloc(sizeof *next * (size_t)size);
    for (int i = 0; i < size; i++) all[i] = (unsigned long)i + 1;
    int wrong = 0;
    for (int step = 0; step < steps; step++) {
        for (int i = 0; i < size; i++) next[i] = rounds(all[i] ^ all[(i + size - 1) % size] * 3 ^ all[(i + 1) % size] * 5, 3);
        memcpy(all, next, sizeof *all * (size_t)size);
        wrong += history[step] != all[rank];
    }
    if (wrong > 0) printf("rank %d: %d of %d steps are wrong\n", rank, wrong, steps);
    int total = 0, all_wrong = 0;
    MPI_Reduce(&moves, &total, 1, MPI_INT, MPI_SUM, 0, MPI_COMM_WORLD);
    MPI_Reduce(&wrong, &all_wrong, 1, MPI_INT, MPI_SUM, 0, MPI_COMM_WORLD);
    if (rank == 0) printf("%d moves, %d wrong\n", total, all_wrong);
    MPI_Finalize();
    return all_wrong > 0;
}
