/*
 * Threads of a rank: they have the rank's globals, TLS and errno of their own, and mutexes, conditions, barriers,
 * semaphores, read-write locks, keys and joins work between them while the rank communicates.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 * test: flags -pthread
 */
#define _GNU_SOURCE
#include <errno.h>
#include <mpi.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../support/check.h"

#define THREADS 3
#define ROUNDS 200

static int rank, size;
static long counter;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static sem_t semaphore;
static pthread_key_t key;
static int destroyed, turn;
static __thread int own = 5;
static __thread char large[5000];

static void destroy(void *value) {
    __atomic_add_fetch(&destroyed, (int)(long)value, __ATOMIC_SEQ_CST);
}

static void *work(void *argument) {
    int id = (int)(long)argument;
    CHECK(own == 5 && large[4999] == 0);
    own = id;
    large[4999] = (char)id;
    pthread_setspecific(key, (void *)(long)(id + 1));
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&mutex);
        counter++;
        pthread_mutex_unlock(&mutex);
        char *text = malloc(64 + (size_t)i);
        snprintf(text, 64, "%d %d", rank, id);
        errno = id + 100;
        pthread_rwlock_rdlock(&lock);
        pthread_rwlock_unlock(&lock);
        CHECK(errno == id + 100);
        if (i % 50 == 0) pthread_barrier_wait(&barrier);
        int r, t;
        CHECK(sscanf(text, "%d %d", &r, &t) == 2 && r == rank && t == id);
        free(text);
    }
    /* One after the other. */
    pthread_mutex_lock(&mutex);
    while (turn != id) pthread_cond_wait(&condition, &mutex);
    turn++;
    pthread_cond_broadcast(&condition);
    pthread_mutex_unlock(&mutex);
    CHECK(own == id && large[4999] == id);
    CHECK(pthread_getspecific(key) == (void *)(long)(id + 1));
    sem_post(&semaphore);
    if (id == 1) pthread_exit((void *)(long)(id * 10));
    return (void *)(long)(id * 10);
}

static void *never_ends(void *argument) {
    pthread_mutex_lock(&mutex);
    pthread_cleanup_push((void (*)(void *))pthread_mutex_unlock, &mutex);
    sem_post(&semaphore);
    for (;;) pthread_cond_wait(&condition, &mutex);
    pthread_cleanup_pop(0);
    return argument;
}

static void *detached(void *argument) {
    sem_post(argument);
    return NULL;
}

int main(int argc, char **argv) {
    int provided;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    CHECK(provided >= MPI_THREAD_FUNNELED);
    pthread_barrier_init(&barrier, NULL, THREADS);
    sem_init(&semaphore, 0, 0);
    pthread_key_create(&key, destroy);
    own = -1;

    for (int again = 0; again < 3; again++) {
        pthread_t threads[THREADS];
        counter = 0;
        destroyed = 0;
        turn = 0;
        for (long i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)i) == 0);
        /* The main thread communicates meanwhile. */
        int sum = 0, mine = rank + 1, from;
        for (int i = 0; i < 20; i++) {
            MPI_Allreduce(&mine, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
            CHECK(sum == size * (size + 1) / 2);
            MPI_Sendrecv(&rank, 1, MPI_INT, (rank + 1) % size, 3, &from, 1, MPI_INT, (rank + size - 1) % size, 3,
                         MPI_COMM_WORLD, MPI_STATUS_IGNORE);
            CHECK(from == (rank + size - 1) % size);
        }
        for (int i = 0; i < THREADS; i++) {
            void *result;
            sem_wait(&semaphore);
            CHECK(pthread_join(threads[i], &result) == 0);
            CHECK((long)result == i * 10);
        }
        CHECK(counter == THREADS * ROUNDS);
        CHECK(destroyed == 1 + 2 + 3);
        CHECK(own == -1);
    }

    pthread_t thread;
    void *result;
    CHECK(pthread_create(&thread, NULL, never_ends, NULL) == 0);
    sem_wait(&semaphore);
    CHECK(pthread_cancel(thread) == 0);
    CHECK(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
    CHECK(pthread_mutex_trylock(&mutex) == 0);

    struct timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 2000000;
    if (soon.tv_nsec >= 1000000000) soon.tv_sec++, soon.tv_nsec -= 1000000000;
    CHECK(pthread_cond_timedwait(&condition, &mutex, &soon) == ETIMEDOUT);
    CHECK(sem_trywait(&semaphore) == -1 && errno == EAGAIN);
    CHECK(sem_timedwait(&semaphore, &soon) == -1 && errno == ETIMEDOUT);
    pthread_mutex_unlock(&mutex);

    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 256 * 1024);
    for (int i = 0; i < 20; i++) {
        CHECK(pthread_create(&thread, &attributes, detached, &semaphore) == 0);
        sem_wait(&semaphore);
    }
    char *stack = malloc(128 * 1024);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_JOINABLE);
    pthread_attr_setstack(&attributes, stack, 128 * 1024);
    CHECK(pthread_create(&thread, &attributes, detached, &semaphore) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    free(stack);

    MPI_Barrier(MPI_COMM_WORLD);
    printf("rank %d: %d\n", rank, counter == THREADS * ROUNDS);
    MPI_Finalize();
    return check_failures != 0;
}
