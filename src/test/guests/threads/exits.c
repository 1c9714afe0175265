/*
 * The end of a rank that has threads: exit is called by one of them while the main thread computes, waits for a message, for a
 * thread or for a lock; the main thread returns while others compute; main ends MPI while others still run.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 * test: flags -pthread
 */
#define _GNU_SOURCE
#include <mpi.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int rank, size;
static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
static volatile int computing = 1;

static void at_exit(void) {
    /* Once, by whoever has called exit. */
    static int times;
    if (__atomic_add_fetch(&times, 1, __ATOMIC_SEQ_CST) != 1) abort();
    if (rank == size - 1) printf("the last rank ends\n");
}

static void *computes(void *argument) {
    while (computing) {}
    return argument;
}

static void *sleeps(void *argument) {
    for (;;) sleep(100);
    return argument;
}

static void *exits(void *argument) {
    usleep(1000);
    int done;
    MPI_Barrier(*(MPI_Comm *)argument);
    MPI_Finalize();
    MPI_Finalized(&done);
    exit(done ? 0 : 1);
}

int main(int argc, char **argv) {
    int provided;
    pthread_t thread, other;
    MPI_Comm mine;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Comm_dup(MPI_COMM_WORLD, &mine);
    atexit(at_exit);
    pthread_create(&other, NULL, rank % 8 == 0 ? computes : sleeps, NULL);
    if (rank % 4 == 0) {
        /* The others go on while MPI ends and main returns. */
        MPI_Barrier(mine);
        MPI_Finalize();
        return 0;
    }
    pthread_mutex_lock(&held);
    pthread_create(&thread, NULL, exits, &mine);
    if (rank % 4 == 1) pthread_join(other, NULL);
    if (rank % 4 == 2) pthread_mutex_lock(&held);
    for (volatile long i = 0;; i++) {}
}
