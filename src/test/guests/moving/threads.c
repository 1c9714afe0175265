/*
 * A POSIX thread that waits for its end while its rank is asked to move, twice: threads.h.
 *
 * test: flags -pthread
 */
#include <pthread.h>

#include "threads.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static int over, begun;
static __thread int own = 3;

static void *work(void *argument) {
    own = 4;
    pthread_mutex_lock(&mutex);
    begun++;
    while (!over) pthread_cond_wait(&condition, &mutex);
    pthread_mutex_unlock(&mutex);
    *(int *)argument = own;
    return argument;
}

int main(int argc, char **argv) {
    prepare(&argc, &argv);
    for (int again = 1; again <= 2; again++) {
        pthread_t thread;
        int *result = calloc(1, sizeof *result);
        void *answer;
        over = 0;
        if (rank == THREADED) check(pthread_create(&thread, NULL, work, result) == 0, "pthread_create");
        part(argv, 1);
        if (rank == THREADED) {
            pthread_mutex_lock(&mutex);
            over = 1;
            pthread_cond_broadcast(&condition);
            pthread_mutex_unlock(&mutex);
            check(pthread_join(thread, &answer) == 0 && answer == result && *result == 4, "pthread_join");
            check(begun == again && own == 3, "variables");
        }
        if (strcmp(argv[1], "asks") == 0 || again == 2) part(argv, 0);
        free(result);
    }
    return end();
}
