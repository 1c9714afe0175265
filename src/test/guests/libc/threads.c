/* The POSIX and C11 thread interfaces as a program with one thread uses them. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <threads.h>
#include <time.h>

/* Arguments of one printf are evaluated in any order, so each step is shown by itself. */
#define SHOW(expression) printf("%s %d\n", #expression, (int)(expression))

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void initialize(void) { printf("once\n"); }
static void forget(void *value) { printf("forget %s\n", (char *)value); }
static void cleanup(void *value) { printf("cleanup %s\n", (char *)value); }

static struct timespec soon(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    time.tv_nsec += 20000000;
    if (time.tv_nsec >= 1000000000) {
        time.tv_sec++;
        time.tv_nsec -= 1000000000;
    }
    return time;
}

static void mutexes(void) {
    pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER, recursive, checking;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&recursive, &attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&checking, &attributes);
    SHOW(pthread_mutex_lock(&plain));
    SHOW(pthread_mutex_trylock(&plain) == EBUSY);
    struct timespec end = soon();
    SHOW(pthread_mutex_timedlock(&plain, &end) == ETIMEDOUT);
    SHOW(pthread_mutex_unlock(&plain));
    SHOW(pthread_mutex_destroy(&plain));
    SHOW(pthread_mutex_lock(&recursive));
    SHOW(pthread_mutex_lock(&recursive));
    SHOW(pthread_mutex_unlock(&recursive));
    SHOW(pthread_mutex_unlock(&recursive));
    SHOW(pthread_mutex_unlock(&recursive) == EPERM);
    SHOW(pthread_mutex_lock(&checking));
    SHOW(pthread_mutex_lock(&checking) == EDEADLK);
    SHOW(pthread_mutex_unlock(&checking));
    SHOW(pthread_mutex_unlock(&checking) == EPERM);
    mtx_t c11;
    SHOW(mtx_init(&c11, mtx_plain | mtx_recursive));
    SHOW(mtx_lock(&c11));
    SHOW(mtx_trylock(&c11));
    SHOW(mtx_unlock(&c11));
    SHOW(mtx_unlock(&c11));
}

static void others(void) {
    pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    SHOW(pthread_rwlock_rdlock(&lock));
    SHOW(pthread_rwlock_rdlock(&lock));
    SHOW(pthread_rwlock_trywrlock(&lock) == EBUSY);
    SHOW(pthread_rwlock_unlock(&lock));
    SHOW(pthread_rwlock_unlock(&lock));
    SHOW(pthread_rwlock_wrlock(&lock));
    SHOW(pthread_rwlock_wrlock(&lock) == EDEADLK);
    SHOW(pthread_rwlock_tryrdlock(&lock) == EBUSY);
    SHOW(pthread_rwlock_unlock(&lock));

    pthread_spinlock_t spin;
    SHOW(pthread_spin_init(&spin, 0));
    SHOW(pthread_spin_lock(&spin));
    SHOW(pthread_spin_trylock(&spin) == EBUSY);
    SHOW(pthread_spin_unlock(&spin));

    pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    SHOW(pthread_cond_signal(&condition));
    SHOW(pthread_cond_broadcast(&condition));
    struct timespec end = soon();
    pthread_mutex_lock(&mutex);
    SHOW(pthread_cond_timedwait(&condition, &mutex, &end) == ETIMEDOUT);
    pthread_mutex_unlock(&mutex);

    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, 1);
    SHOW(pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD);

    sem_t semaphore;
    sem_init(&semaphore, 0, 1);
    SHOW(sem_wait(&semaphore));
    end = soon();
    SHOW(sem_timedwait(&semaphore, &end) == -1 && errno == ETIMEDOUT);
    SHOW(sem_post(&semaphore));
    SHOW(sem_wait(&semaphore));
}

int main(void) {
    pthread_t self = pthread_self();
    printf("self %d %d\n", self != 0, pthread_equal(self, pthread_self()) != 0);
    pthread_once(&once, initialize);
    pthread_once(&once, initialize);
    mutexes();
    others();

    pthread_attr_t attributes;
    void *base;
    size_t size;
    pthread_getattr_np(self, &attributes);
    pthread_attr_getstack(&attributes, &base, &size);
    printf("stack %d\n", (char *)&base > (char *)base && (char *)&base < (char *)base + size);
    pthread_attr_destroy(&attributes);

    char name[16];
    printf("name %d", pthread_setname_np(self, "worker"));
    pthread_getname_np(self, name, sizeof name);
    printf(" %s\n", name);

    pthread_key_create(&key, forget);
    printf("specific %d", pthread_getspecific(key) == NULL);
    pthread_setspecific(key, "value");
    printf(" %s\n", (char *)pthread_getspecific(key));
    printf("join self %d\n", pthread_join(self, NULL) == EDEADLK);
    pthread_cleanup_push(cleanup, (void *)"outer");
    pthread_cleanup_push(cleanup, (void *)"inner");
    fflush(stdout);
    pthread_exit(NULL);
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return 1;
}
