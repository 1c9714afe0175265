/*
 * MPI_THREAD_MULTIPLE: threads of a rank communicate at the same time, each with the same thread of the neighbours, while
 * others compute; some wait in MPI for what others of the same rank send; one collective per communicator and thread.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 * test: flags -pthread
 */
#include <mpi.h>
#include <pthread.h>
#include <stdio.h>

#include "../support/check.h"

#define THREADS 3
#define ROUNDS 30

static int rank, size;
static MPI_Comm comms[THREADS];

static void *communicate(void *argument) {
    int id = (int)(long)argument, right = (rank + 1) % size, left = (rank + size - 1) % size;
    static char large[THREADS][2][50000];
    int is_main = 1;
    MPI_Is_thread_main(&is_main);
    CHECK(!is_main);
    for (int i = 0; i < ROUNDS; i++) {
        int out = rank * 1000 + id * 100 + i, in = -1, sum = 0, one = 1;
        MPI_Status status;
        MPI_Request request;
        MPI_Irecv(&in, 1, MPI_INT, left, id, MPI_COMM_WORLD, &request);
        MPI_Send(&out, 1, MPI_INT, right, id, MPI_COMM_WORLD);
        MPI_Wait(&request, &status);
        CHECK(in == left * 1000 + id * 100 + i && status.MPI_TAG == id && status.MPI_SOURCE == left);
        MPI_Allreduce(&one, &sum, 1, MPI_INT, MPI_SUM, comms[id]);
        CHECK(sum == size);
        if (i % 10 == 0) {
            large[id][0][49999] = (char)(i + id);
            MPI_Sendrecv(large[id][0], 50000, MPI_CHAR, right, 100 + id, large[id][1], 50000, MPI_CHAR, left, 100 + id,
                         MPI_COMM_WORLD, &status);
            CHECK(large[id][1][49999] == (char)(i + id));
        }
        /* To another thread of the same rank. */
        int to_self = id + i;
        int from_self = -1;
        /* All threads send first, so none may wait for its receiver. */
        MPI_Sendrecv(&to_self, 1, MPI_INT, rank, 200 + (id + 1) % THREADS, &from_self, 1, MPI_INT, rank, 200 + id,
                     MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        CHECK(from_self == (id + THREADS - 1) % THREADS + i);
    }
    return NULL;
}

int main(int argc, char **argv) {
    int provided, is_main = 0;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    CHECK(provided == MPI_THREAD_MULTIPLE);
    MPI_Is_thread_main(&is_main);
    CHECK(is_main);
    for (int i = 0; i < THREADS; i++) MPI_Comm_dup(MPI_COMM_WORLD, &comms[i]);
    pthread_t threads[THREADS];
    for (long i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, communicate, (void *)i) == 0);
    for (int i = 0; i < ROUNDS; i++) MPI_Barrier(MPI_COMM_WORLD);
    for (int i = 0; i < THREADS; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    for (int i = 0; i < THREADS; i++) MPI_Comm_free(&comms[i]);
    printf("rank %d\n", rank);
    MPI_Finalize();
    return check_failures != 0;
}
