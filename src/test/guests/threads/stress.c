/*
 * Threads of a rank that all use the C library at once: nothing is lost, shared by mistake or damaged.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 * test: flags -pthread
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <mpi.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../support/check.h"

#define THREADS 4

static int rounds;
static pthread_barrier_t barrier;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static sem_t semaphore;
static FILE *common;
static char folder[64];
static long pair[2];
static int inside, served, signals;
static __thread unsigned char own[300] = {1, 2, 3};
static __thread unsigned seed;

static void heap(int id) {
    enum { BLOCKS = 24 };
    static __thread struct { unsigned char *bytes; size_t size; } blocks[BLOCKS];
    for (int i = 0; i < 20 * rounds; i++) {
        int at = rand_r(&seed) % BLOCKS;
        size_t size = (size_t)rand_r(&seed) % (i % 37 == 0 ? 200000 : 500) + 1;
        if (blocks[at].bytes != NULL) {
            CHECK(blocks[at].bytes[0] == id && blocks[at].bytes[blocks[at].size - 1] == id);
        }
        if (i % 3 == 0) {
            free(blocks[at].bytes);
            blocks[at].bytes = NULL;
            continue;
        }
        unsigned char *bytes = realloc(blocks[at].bytes, size);
        if (blocks[at].bytes != NULL) CHECK(bytes[0] == id);
        memset(bytes, id, size);
        blocks[at].bytes = bytes;
        blocks[at].size = size;
    }
    for (int i = 0; i < BLOCKS; i++) free(blocks[i].bytes);
    memset(blocks, 0, sizeof blocks);
}

static void streams(int id) {
    char name[100], line[100], expected[100];
    snprintf(name, sizeof name, "%s/own.%d", folder, id);
    FILE *file = fopen(name, "w+");
    CHECK(file != NULL);
    if (file == NULL) return;
    for (int i = 0; i < rounds; i++) {
        fprintf(file, "%d of %d\n", i, id);
        fprintf(common, "line %d of %d %s\n", i, id, "0123456789012345678901234567890123456789");
    }
    rewind(file);
    for (int i = 0; i < rounds; i++) {
        snprintf(expected, sizeof expected, "%d of %d\n", i, id);
        CHECK(fgets(line, sizeof line, file) != NULL && strcmp(line, expected) == 0);
    }
    fclose(file);
    unlink(name);
}

static void environment(int id) {
    char name[20], value[20];
    snprintf(name, sizeof name, "STRESS_%d", id);
    for (int i = 0; i < 5 * rounds; i++) {
        snprintf(value, sizeof value, "%d", i);
        CHECK(setenv(name, value, 1) == 0);
        const char *found = getenv(name);
        CHECK(found != NULL && strcmp(found, value) == 0);
        CHECK(getenv("PATH") != NULL);
    }
}

static void descriptors(int id) {
    char name[100], bytes[4];
    snprintf(name, sizeof name, "%s/fd.%d", folder, id);
    for (int i = 0; i < rounds; i++) {
        int fd = open(name, O_RDWR | O_CREAT | O_TRUNC | (i % 2 ? O_CLOEXEC : 0), 0600), ends[2];
        CHECK(fd >= 0 && write(fd, &i, sizeof i) == sizeof i);
        int copy = dup(fd);
        CHECK(copy >= 0 && copy != fd);
        CHECK(fcntl(fd, F_GETFD) == (i % 2 ? FD_CLOEXEC : 0) && fcntl(copy, F_GETFD) == 0);
        CHECK(pipe(ends) == 0 && write(ends[1], &id, sizeof id) == sizeof id);
        CHECK(close(fd) == 0);
        CHECK(pread(copy, bytes, 4, 0) == 4 && memcmp(bytes, &i, 4) == 0);
        CHECK(read(ends[0], bytes, 4) == 4 && memcmp(bytes, &id, 4) == 0);
        CHECK(close(copy) == 0 && close(ends[0]) == 0 && close(ends[1]) == 0);
    }
    unlink(name);
    DIR *directory = opendir(folder);
    CHECK(directory != NULL);
    if (directory == NULL) return;
    while (readdir(directory) != NULL) {}
    closedir(directory);
}

static void times(int id) {
    for (int i = 0; i < 5 * rounds; i++) {
        time_t time = 86400L * (365 * (id + 1) + 30) + 3600 * i;
        struct tm parts;
        char text[40];
        CHECK(localtime_r(&time, &parts) == &parts);
        CHECK(mktime(&parts) == time);
        CHECK(gmtime_r(&time, &parts)->tm_year == 70 + id + 1);
        CHECK(strftime(text, sizeof text, "%Y-%m-%d", &parts) == 10 && atoi(text) == 1971 + id);
        CHECK(random() >= 0);
        if (i % 16 == 0) tzset();
    }
}

static void libraries(int id) {
    (void)id;
    for (int i = 0; i < rounds / 4 + 1; i++) {
        void *library = dlopen("libm.so.6", RTLD_NOW);
        CHECK(library != NULL);
        double (*function)(double) = (double (*)(double))(long)dlsym(library, "floor");
        CHECK(function != NULL && function(2.5) == 2);
        CHECK(dlsym(library, "no_such_function") == NULL && dlerror() != NULL);
        dlclose(library);
    }
}

static void *child_thread(void *argument) {
    CHECK(own[0] == 1 && own[2] == 3 && own[299] == 0);
    memset(own, (int)(long)argument, sizeof own);
    sched_yield();
    for (size_t i = 0; i < sizeof own; i++) CHECK(own[i] == (unsigned char)(long)argument);
    return malloc(100);
}

static void threads(int id) {
    for (int i = 0; i < rounds / 4 + 1; i++) {
        pthread_t thread;
        void *result;
        CHECK(pthread_create(&thread, NULL, child_thread, (void *)(long)(id + 10)) == 0);
        CHECK(pthread_join(thread, &result) == 0);
        free(result);
    }
}

static void synchronization(int id) {
    (void)id;
    for (int i = 0; i < 5 * rounds; i++) {
        if (i % 4 == 0) {
            pthread_rwlock_wrlock(&lock);
            pair[0]++;
            pair[1]++;
        } else {
            pthread_rwlock_rdlock(&lock);
        }
        CHECK(pair[0] == pair[1]);
        pthread_rwlock_unlock(&lock);
        sem_wait(&semaphore);
        CHECK(__atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST) <= 2);
        __atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
        sem_post(&semaphore);
        if (i % 8 == 0) pthread_barrier_wait(&barrier);
    }
    /* In turns, each waking the next: a wake-up that is lost ends it. */
    for (int i = 0; i < rounds; i++) {
        pthread_mutex_lock(&mutex);
        while (served % THREADS != id) pthread_cond_wait(&condition, &mutex);
        served++;
        pthread_cond_broadcast(&condition);
        pthread_mutex_unlock(&mutex);
    }
}

static void on_signal(int signal) {
    (void)signal;
    __atomic_add_fetch(&signals, 1, __ATOMIC_SEQ_CST);
}

static void sending(int id) {
    for (int i = 0; i < rounds; i++) {
        while (sigqueue(getpid(), SIGRTMIN + id % 2, (union sigval){.sival_int = i}) != 0) {
            CHECK(errno == EAGAIN);
            usleep(100);
        }
    }
}

static void children(int id) {
    int count = check_size <= 8 ? 2 : id == check_rank % THREADS;
    for (int i = 0; i < count; i++) {
        pid_t child = fork();
        if (child == 0) {
            void *block = malloc(1000);
            _exit(block != NULL && own[0] == 1 ? 40 + id : 1);
        }
        int status = 0;
        CHECK(child > 0);
        pid_t found;
        do found = waitpid(child, &status, 0);
        while (found < 0 && errno == EINTR);
        CHECK(found == child && WIFEXITED(status) && WEXITSTATUS(status) == 40 + id);
    }
}

static void *work(void *argument) {
    static void (*const parts[])(int) = {heap, streams, environment, descriptors, times, libraries, threads, sending, children};
    enum { PARTS = sizeof parts / sizeof *parts };
    int id = (int)(long)argument;
    seed = (unsigned)(check_rank * THREADS + id);
    pthread_barrier_wait(&barrier);
    synchronization(id);
    /* All the same, then each another. */
    for (int i = 0; i < PARTS; i++) parts[i](id);
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < PARTS; i++) parts[(i + 2 * id) % PARTS](id);
    pthread_barrier_wait(&barrier);
    synchronization(id);
    return NULL;
}

static void read_common(void) {
    char line[200];
    int lines = 0, next[THREADS] = {0};
    rewind(common);
    while (fgets(line, sizeof line, common) != NULL) {
        int i = -1, id = -1, end = 0;
        CHECK(sscanf(line, "line %d of %d 0123456789012345678901234567890123456789%n", &i, &id, &end) == 2 && line[end] == '\n');
        if (id < 0 || id >= THREADS) break;
        CHECK(i == next[id] % rounds);
        next[id]++;
        lines++;
    }
    CHECK(lines == 2 * THREADS * rounds);
}

int main(int argc, char **argv) {
    int provided;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &check_rank);
    MPI_Comm_size(MPI_COMM_WORLD, &check_size);
    rounds = check_size > 8 ? 3 : 40;
    snprintf(folder, sizeof folder, "/tmp/flotilla-stress-XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
    common = tmpfile();
    sem_init(&semaphore, 0, 2);
    pthread_barrier_init(&barrier, NULL, THREADS);
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    for (int i = 0; i < 2; i++) sigaction(SIGRTMIN + i, &action, NULL);
    pthread_t made[THREADS];
    for (long i = 0; i < THREADS; i++) CHECK(pthread_create(&made[i], NULL, work, (void *)i) == 0);
    MPI_Barrier(MPI_COMM_WORLD);
    for (int i = 0; i < THREADS; i++) CHECK(pthread_join(made[i], NULL) == 0);
    CHECK(pair[0] == pair[1] && served == 2 * THREADS * rounds);
    CHECK(signals == 2 * THREADS * rounds);
    read_common();
    fclose(common);
    CHECK(rmdir(folder) == 0);
    return finish("threads and the library");
}
