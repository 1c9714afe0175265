/*
 * Partitions that several threads fill and mark as ready at the same time, while another thread waits for the whole; and that several
 * threads wait for, each for its own.
 *
 * test: ranks 1 2
 * test: flotilla-ranks 16
 * test: stealing
 * test: flags -pthread
 */
#include <pthread.h>
#include <sched.h>

#include "../support/check.h"

enum { THREADS = 4, PER_THREAD = 3, PARTITIONS = THREADS * PER_THREAD, COUNT = 700, ROUNDS = 20 };

static double out[PARTITIONS * COUNT], in[PARTITIONS * COUNT];
static MPI_Request sending, receiving;
static int left;
static pthread_barrier_t barrier;

static void *fill(void *argument)
{
    int id = (int)(long)argument;
    for (int round = 0; round < ROUNDS; round++) {
        pthread_barrier_wait(&barrier);
        for (int i = id * PER_THREAD; i < (id + 1) * PER_THREAD; i++) {
            for (int j = 0; j < COUNT; j++) out[i * COUNT + j] = check_rank * 1e6 + round * 1e4 + i + j * 0.5;
            MPI_Pready(i, sending);
        }
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

static void *use(void *argument)
{
    int id = (int)(long)argument, partitions = PARTITIONS / 2, own = partitions / THREADS + (id < partitions % THREADS);
    for (int round = 0; round < ROUNDS; round++) {
        pthread_barrier_wait(&barrier);
        for (int k = 0; k < own; k++) {
            int partition = id + k * THREADS, here = 0;
            while (!here) {
                MPI_Parrived(receiving, partition, &here);
                if (!here) sched_yield();
            }
            for (int i = 2 * partition; i < 2 * partition + 2; i++)
                for (int j = 0; j < COUNT; j++)
                    if (in[i * COUNT + j] != left * 1e6 + round * 1e4 + i + j * 0.5) {
                        check_failed(__FILE__, __LINE__, "round %d, partition %d: item %d is %g", round, i, j, in[i * COUNT + j]);
                        break;
                    }
        }
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t fillers[THREADS], users[THREADS];
    int level;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &level);
    CHECK_EQUAL(level, MPI_THREAD_MULTIPLE);
    MPI_Comm_rank(MPI_COMM_WORLD, &check_rank);
    MPI_Comm_size(MPI_COMM_WORLD, &check_size);
    left = (check_rank + check_size - 1) % check_size;
    MPI_Psend_init(out, PARTITIONS, COUNT, MPI_DOUBLE, (check_rank + 1) % check_size, 1, MPI_COMM_WORLD, MPI_INFO_NULL, &sending);
    MPI_Precv_init(in, PARTITIONS / 2, 2 * COUNT, MPI_DOUBLE, left, 1, MPI_COMM_WORLD, MPI_INFO_NULL, &receiving);
    pthread_barrier_init(&barrier, NULL, 2 * THREADS + 1);
    for (long i = 0; i < THREADS; i++) {
        pthread_create(&fillers[i], NULL, fill, (void *)i);
        pthread_create(&users[i], NULL, use, (void *)i);
    }
    for (int round = 0; round < ROUNDS; round++) {
        MPI_Start(&receiving);
        MPI_Start(&sending);
        pthread_barrier_wait(&barrier);
        MPI_Wait(&sending, MPI_STATUS_IGNORE);
        pthread_barrier_wait(&barrier);
        MPI_Wait(&receiving, MPI_STATUS_IGNORE);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(fillers[i], NULL);
        pthread_join(users[i], NULL);
    }
    MPI_Request_free(&sending);
    MPI_Request_free(&receiving);
    return finish("partitions and threads");
}
