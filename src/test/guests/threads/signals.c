/*
 * Signals in the threads of a rank: each has a mask, which it inherits, an alternate stack, and what is sent to it; what is
 * sent to the rank goes to a thread that lets it through. Handlers interrupt threads that compute, and waits. A thread that
 * waits at a cancellation point can be cancelled.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 * test: flags -pthread
 */
#define _GNU_SOURCE
#include <errno.h>
#include <mpi.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../support/check.h"

static __thread volatile sig_atomic_t caught;
static __thread pthread_t self;
static volatile int handled, on_alternate, fault_handled;
static pthread_t handler_thread;
static __thread char *alternate;
static sem_t ready;
static int pipe_ends[2];
static volatile int stop;

static void on_signal(int signal, siginfo_t *info, void *context) {
    char here;
    (void)context;
    caught = signal;
    handler_thread = self;
    if (alternate != NULL && &here >= alternate && &here < alternate + 65536) on_alternate = 1;
    if (signal == SIGRTMIN + 1) CHECK(info->si_value.sival_int == 77 && info->si_code == SI_QUEUE);
    __atomic_add_fetch(&handled, 1, __ATOMIC_SEQ_CST);
}

static void install(int signal, int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO | flags;
    sigaction(signal, &action, NULL);
}

static int is_blocked(int signal) {
    sigset_t set;
    pthread_sigmask(SIG_BLOCK, NULL, &set);
    return sigismember(&set, signal);
}

static void change(int how, int signal) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    pthread_sigmask(how, &set, NULL);
}

/* ---- Masks and what is sent to one thread ---- */

static void *inherits(void *argument) {
    (void)argument;
    CHECK(is_blocked(SIGUSR1));
    CHECK(!is_blocked(SIGUSR2));
    change(SIG_UNBLOCK, SIGUSR1);
    change(SIG_BLOCK, SIGUSR2);
    return NULL;
}

static void *computes(void *argument) {
    (void)argument;
    self = pthread_self();
    sem_post(&ready);
    while (caught == 0) {}
    return (void *)(long)caught;
}

static void *sleeps(void *argument) {
    (void)argument;
    self = pthread_self();
    sem_post(&ready);
    struct timespec time = {20, 0};
    CHECK(nanosleep(&time, NULL) == -1 && errno == EINTR);
    return (void *)(long)caught;
}

static void *waits_for_mutex(void *argument) {
    self = pthread_self();
    sem_post(&ready);
    pthread_mutex_lock(argument);
    pthread_mutex_unlock(argument);
    return (void *)(long)caught;
}

static void *uses_alternate(void *argument) {
    (void)argument;
    self = pthread_self();
    alternate = malloc(65536);
    stack_t stack = {.ss_sp = alternate, .ss_size = 65536}, old;
    CHECK(sigaltstack(&stack, NULL) == 0);
    raise(SIGUSR2);
    CHECK(caught == SIGUSR2);
    CHECK(on_alternate && handler_thread == pthread_self());
    CHECK(sigaltstack(NULL, &old) == 0 && old.ss_sp == alternate);
    stack.ss_flags = SS_DISABLE;
    sigaltstack(&stack, NULL);
    free(alternate);
    return NULL;
}

static void *join(pthread_t thread) {
    void *result;
    CHECK(pthread_join(thread, &result) == 0);
    return result;
}

static void directed(void) {
    pthread_t thread;
    install(SIGUSR1, 0);
    install(SIGUSR2, SA_ONSTACK);
    install(SIGRTMIN + 1, 0);
    change(SIG_BLOCK, SIGUSR1);
    pthread_create(&thread, NULL, inherits, NULL);
    join(thread);
    CHECK(is_blocked(SIGUSR1) && !is_blocked(SIGUSR2));
    change(SIG_UNBLOCK, SIGUSR1);

    caught = 0;
    pthread_create(&thread, NULL, computes, NULL);
    sem_wait(&ready);
    CHECK(pthread_kill(thread, 0) == 0);
    CHECK(pthread_kill(thread, SIGUSR1) == 0);
    CHECK((long)join(thread) == SIGUSR1 && caught == 0 && handler_thread == thread);

    pthread_create(&thread, NULL, sleeps, NULL);
    sem_wait(&ready);
    usleep(1000);
    CHECK(pthread_sigqueue(thread, SIGRTMIN + 1, (union sigval){.sival_int = 77}) == 0);
    /* It may not have begun to sleep: again until it ends. */
    while (pthread_tryjoin_np(thread, NULL) == EBUSY) {
        usleep(2000);
        pthread_kill(thread, SIGUSR1);
    }

    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    pthread_create(&thread, NULL, waits_for_mutex, &mutex);
    sem_wait(&ready);
    usleep(1000);
    int before = handled;
    pthread_kill(thread, SIGUSR1);
    while (handled == before) usleep(100);
    CHECK(handler_thread == thread);
    pthread_mutex_unlock(&mutex);
    CHECK((long)join(thread) == SIGUSR1);

    pthread_create(&thread, NULL, uses_alternate, NULL);
    join(thread);
    CHECK(caught == 0);
}

/* ---- What is sent to the rank ---- */

static void *awaits(void *argument) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGRTMIN + 2);
    long sum = 0;
    for (int i = 0; i < 20; i++) {
        int signal = 0;
        siginfo_t info;
        if (i % 2 == 0) {
            CHECK(sigwait(&set, &signal) == 0);
        } else {
            signal = sigwaitinfo(&set, &info);
            CHECK(signal == SIGRTMIN + 2 && info.si_value.sival_int == i);
        }
        sum += signal;
        sem_post(argument);
    }
    return (void *)sum;
}

static void shared(void) {
    pthread_t thread;
    sem_t next;
    sem_init(&next, 0, 0);
    change(SIG_BLOCK, SIGTERM);
    change(SIG_BLOCK, SIGRTMIN + 2);
    pthread_create(&thread, NULL, awaits, &next);
    for (int i = 0; i < 20; i++) {
        if (i % 2 == 0) {
            kill(getpid(), SIGTERM);
        } else {
            sigqueue(getpid(), SIGRTMIN + 2, (union sigval){.sival_int = i});
        }
        while (sem_wait(&next) != 0) {}
    }
    CHECK((long)join(thread) == 10 * SIGTERM + 10 * (SIGRTMIN + 2));

    /* The main thread does not let it through: the other takes it. */
    pthread_create(&thread, NULL, computes, NULL);
    sem_wait(&ready);
    change(SIG_BLOCK, SIGUSR1);
    kill(getpid(), SIGUSR1);
    CHECK((long)join(thread) == SIGUSR1);
    CHECK(caught == 0);
    /* Nobody lets it through: it waits for the rank. */
    kill(getpid(), SIGUSR1);
    sigset_t waiting;
    sigpending(&waiting);
    CHECK(sigismember(&waiting, SIGUSR1) && caught == 0);
    change(SIG_UNBLOCK, SIGUSR1);
    CHECK(caught == SIGUSR1);
    caught = 0;
}

/* A timer's signal reaches the rank's only thread that wants it. */
static void timers(void) {
    pthread_t thread;
    install(SIGALRM, 0);
    pthread_create(&thread, NULL, computes, NULL);
    sem_wait(&ready);
    change(SIG_BLOCK, SIGALRM);
    ualarm(2000, 0);
    CHECK((long)join(thread) == SIGALRM && caught == 0);
    change(SIG_UNBLOCK, SIGALRM);
}

/* ---- Faults ---- */

static __thread char *bad;

static void on_fault(int signal, siginfo_t *info, void *context) {
    (void)signal;
    (void)context;
    CHECK((char *)info->si_addr == bad);
    mprotect(bad, 4096, PROT_READ | PROT_WRITE);
    __atomic_add_fetch(&fault_handled, 1, __ATOMIC_SEQ_CST);
}

static void *faults(void *argument) {
    bad = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *(volatile char *)bad = (char)(long)argument;
    CHECK(*bad == (char)(long)argument);
    munmap(bad, 4096);
    return NULL;
}

static void faulting(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSEGV, &action, NULL);
    pthread_t threads[3];
    for (long i = 0; i < 3; i++) pthread_create(&threads[i], NULL, faults, (void *)(i + 1));
    for (int i = 0; i < 3; i++) join(threads[i]);
    CHECK(fault_handled == 3);
    signal(SIGSEGV, SIG_DFL);
}

/* ---- Cancellation ---- */

static int cleaned;

static void clean(void *argument) {
    (void)argument;
    __atomic_add_fetch(&cleaned, 1, __ATOMIC_SEQ_CST);
}

static void *wait_in(void *argument) {
    char byte;
    sigset_t set;
    pthread_cleanup_push(clean, NULL);
    sem_post(&ready);
    switch ((long)argument) {
    case 0: sleep(100); break;
    case 1: CHECK(read(pipe_ends[0], &byte, 1) == -2); break;
    case 2: {
        struct pollfd asked = {pipe_ends[0], POLLIN, 0};
        poll(&asked, 1, -1);
        break;
    }
    case 3: {
        sem_t never;
        sem_init(&never, 0, 0);
        sem_wait(&never);
        break;
    }
    case 4: pthread_join(*(pthread_t *)&handler_thread, NULL); break;
    case 5: {
        int signal;
        sigemptyset(&set);
        sigaddset(&set, SIGTERM);
        sigwait(&set, &signal);
        break;
    }
    case 6: pause(); break;
    case 7:
        pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
        for (;;) {}
    case 8:
        for (;;) pthread_testcancel();
    default: {
        static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
        static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
        pthread_mutex_lock(&mutex);
        pthread_cleanup_push((void (*)(void *))pthread_mutex_unlock, &mutex);
        for (;;) pthread_cond_wait(&condition, &mutex);
        pthread_cleanup_pop(1);
    }
    }
    check_failed(__FILE__, __LINE__, "wait %ld ended", (long)argument);
    pthread_cleanup_pop(0);
    return NULL;
}

static void *lives(void *argument) {
    (void)argument;
    while (!stop) usleep(500);
    return NULL;
}

static void cancelled(void) {
    enum { WAITS = 10 };
    pthread_t living, threads[WAITS];
    CHECK(pipe(pipe_ends) == 0);
    pthread_create(&living, NULL, lives, NULL);
    handler_thread = living;
    for (long i = 0; i < WAITS; i++) pthread_create(&threads[i], NULL, wait_in, (void *)i);
    for (int i = 0; i < WAITS; i++)
        while (sem_wait(&ready) != 0) {}
    usleep(2000);
    for (int i = 0; i < WAITS; i++) CHECK(pthread_cancel(threads[i]) == 0);
    for (int i = 0; i < WAITS; i++) CHECK(join(threads[i]) == PTHREAD_CANCELED);
    CHECK(cleaned == WAITS);
    stop = 1;
    join(living);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

/* ---- Names, numbers and clocks ---- */

static void *known(void *argument) {
    char name[16];
    struct timespec time;
    clockid_t clock;
    *(pid_t *)argument = gettid();
    CHECK(gettid() != getpid() && gettid() == syscall(SYS_gettid));
    CHECK(pthread_getname_np(pthread_self(), name, sizeof name) == 0);
    CHECK(pthread_getcpuclockid(pthread_self(), &clock) == 0 && clock_gettime(clock, &time) == 0);
    self = pthread_self();
    CHECK(tgkill(getpid(), gettid(), SIGUSR1) == 0);
    CHECK(caught == SIGUSR1);
    sem_post(&ready);
    while (!stop) usleep(200);
    CHECK(pthread_getname_np(pthread_self(), name, sizeof name) == 0 && strcmp(name, "other") == 0);
    return NULL;
}

static void names(void) {
    pthread_t threads[2];
    pid_t numbers[2] = {0, 0};
    stop = 0;
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, known, &numbers[i]);
    for (int i = 0; i < 2; i++)
        while (sem_wait(&ready) != 0) {}
    CHECK(gettid() == getpid() && numbers[0] != numbers[1] && caught == 0);
    for (int i = 0; i < 2; i++) {
        clockid_t clock;
        struct timespec time;
        CHECK(pthread_getcpuclockid(threads[i], &clock) == 0 && clock_gettime(clock, &time) == 0);
        CHECK(pthread_setname_np(threads[i], "other") == 0);
    }
    stop = 1;
    for (int i = 0; i < 2; i++) join(threads[i]);
}

int main(int argc, char **argv) {
    int provided;
    /* Threads that the MPI library may have do not take them. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &provided);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    MPI_Comm_rank(MPI_COMM_WORLD, &check_rank);
    MPI_Comm_size(MPI_COMM_WORLD, &check_size);
    self = pthread_self();
    sem_init(&ready, 0, 0);
    directed();
    MPI_Barrier(MPI_COMM_WORLD);
    shared();
    timers();
    MPI_Barrier(MPI_COMM_WORLD);
    faulting();
    cancelled();
    names();
    return finish("signals of threads");
}
