/*
 * Timers of each rank: alarm, interval timers and POSIX timers interrupt the rank that set them, wherever it is: in waits of
 * the system, in MPI calls, which go on, and in a computation that calls nothing. No other rank notices.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/check.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t alarms, real_time, last_value, in_place;
static sigjmp_buf away;

static int bell = -1; /* where the third alarm writes to */

static void on_alarm(int signal)
{
    alarms += signal == SIGALRM;
    if (alarms == 3 && bell >= 0 && write(bell, "x", 1) != 1)
        _exit(60);
}

static void on_real_time(int signal, siginfo_t *info, void *context)
{
    in_place += context != NULL && info->si_signo == signal;
    last_value = info->si_value.sival_int;
    real_time++;
}

static void leave(int signal) { siglongjmp(away, signal); }

static void handle(int signal, void (*handler)(int), int flags)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    CHECK_EQUAL(sigaction(signal, &action, NULL), 0);
}

static void after(int microseconds, int interval)
{
    struct itimerval value = {{0, interval}, {0, microseconds}};
    CHECK_EQUAL(setitimer(ITIMER_REAL, &value, NULL), 0);
}

static int own(void) { return check_rank % 3 != 2; } /* some ranks set no timers and must see nothing */

/* Waits that a handler ends. */
static void waits(void)
{
    int ends[2];
    char byte;
    struct timespec long_time = {100, 0}, rest = {0, 0};
    struct timeval longer = {100, 0};
    handle(SIGALRM, on_alarm, 0);
    CHECK_EQUAL(pipe(ends), 0);
    struct pollfd asked = {ends[0], POLLIN, 0};
    for (int i = 0; own() && i < 6; i++) {
        int before = alarms, result = 0;
        /* The other timer ends the test, should the first come too early. */
        after(3000, 20000);
        errno = 0;
        switch (i) {
        case 0: result = nanosleep(&long_time, &rest); break;
        case 1: result = pause(); break;
        case 2: result = poll(&asked, 1, -1); break;
        case 3: result = select(0, NULL, NULL, NULL, &longer); break;
        case 4: result = read(ends[0], &byte, 1); break;
        case 5: result = usleep(900000); break;
        }
        CHECK_VALUE("interrupted wait", result, -1);
        CHECK_VALUE("interrupted wait", errno, EINTR);
        CHECK(alarms > before);
        after(0, 0);
    }
    if (own())
        CHECK(rest.tv_sec >= 99);
    CHECK_EQUAL(alarms > 0, own());
    /* Calls that are made again, when the handler asks for it. */
    handle(SIGALRM, on_alarm, SA_RESTART);
    if (own()) {
        alarms = 0;
        bell = ends[1];
        after(2000, 2000);
        CHECK_EQUAL(read(ends[0], &byte, 1), 1);
        after(0, 0);
        CHECK(alarms >= 3);
        bell = -1;
    }
    close(ends[0]);
    close(ends[1]);
    sigset_t set, before;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &set, &before);
    if (own()) {
        alarms = 0;
        after(1000, 0);
        usleep(4000);
        CHECK_EQUAL(alarms, 0);
        sigset_t pending;
        /* On a busy machine it comes late. */
        for (int i = 0; i < 1000 && (sigpending(&pending), !sigismember(&pending, SIGALRM)); i++)
            usleep(4000);
        CHECK(sigismember(&pending, SIGALRM));
        CHECK_EQUAL(sigsuspend(&before), -1);
        CHECK_EQUAL(alarms, 1);
        after(2000, 0);
        siginfo_t info;
        CHECK_EQUAL(sigwaitinfo(&set, &info), SIGALRM);
        struct timespec little = {0, 2000000};
        CHECK_EQUAL(sigtimedwait(&set, &info, &little), -1);
        CHECK_EQUAL(errno, EAGAIN);
        CHECK_EQUAL(alarms, 1);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* MPI calls run handlers and go on; a rank in a barrier is there when its partners come. */
static void communication(void)
{
    int value = -1, next = (check_rank + 1) % check_size, before = (check_rank + check_size - 1) % check_size;
    alarms = 0;
    if (own() && check_size > 1)
        after(2000, 2000);
    for (int i = 0; i < 5; i++) {
        if (check_rank == check_size - 1)
            usleep(6000);
        MPI_Barrier(MPI_COMM_WORLD);
        MPI_Sendrecv(&check_rank, 1, MPI_INT, next, 0, &value, 1, MPI_INT, before, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        CHECK_EQUAL(value, before);
    }
    after(0, 0);
    if (check_size > 1)
        CHECK_EQUAL(alarms > 0, own());
}

/* A loop that calls nothing ends by a handler; registers survive. */
static void computation(void)
{
    double sum = 0, step = 1;
    long count = 0, checked = 0;
    if (!own())
        return;
    alarms = 0;
    after(3000, 3000);
    while (alarms < 4) {
        for (int i = 0; i < 1000; i++) {
            sum += step;
            count++;
            checked ^= count;
        }
    }
    after(0, 0);
    CHECK(sum == (double)count);
    long expected = 0;
    for (long i = 1; i <= count; i++)
        expected ^= i;
    CHECK_EQUAL(checked, expected);

    handle(SIGALRM, leave, 0);
    volatile int jumps = 0;
    int signal_number = sigsetjmp(away, 1);
    if (signal_number != 0)
        jumps++;
    if (jumps < 3) {
        after(2000, 0);
        for (volatile long i = 0;; i++) {}
    }
    CHECK_EQUAL(signal_number, SIGALRM);
    handle(SIGALRM, on_alarm, SA_RESTART);
}

static void posix_timers(void)
{
    timer_t first, second, silent;
    struct sigevent event;
    struct itimerspec value = {{0, 2000000}, {0, 2000000}}, left;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_real_time;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    CHECK_EQUAL(sigaction(SIGRTMIN + 3, &action, NULL), 0);
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGRTMIN + 3;
    event.sigev_value.sival_int = 100 + check_rank;
    CHECK_EQUAL(timer_create(CLOCK_MONOTONIC, &event, &first), 0);
    CHECK_EQUAL(timer_create(CLOCK_REALTIME, NULL, &second), 0);
    event.sigev_notify = SIGEV_NONE;
    CHECK_EQUAL(timer_create(CLOCK_MONOTONIC, &event, &silent), 0);
    CHECK_EQUAL(timer_gettime(first, &left), 0);
    CHECK_EQUAL(left.it_value.tv_nsec, 0);
    if (own()) {
        CHECK_EQUAL(timer_settime(first, 0, &value, NULL), 0);
        while (real_time < 3)
            usleep(1000);
        CHECK_EQUAL(last_value, 100 + check_rank);
        CHECK_EQUAL(in_place >= 3, 1);
        value.it_interval.tv_nsec = value.it_value.tv_nsec = 0;
        CHECK_EQUAL(timer_settime(first, 0, &value, NULL), 0);
        alarms = 0;
        clock_gettime(CLOCK_REALTIME, &value.it_value);
        value.it_value.tv_nsec += 3000000;
        if (value.it_value.tv_nsec >= 1000000000) {
            value.it_value.tv_sec++;
            value.it_value.tv_nsec -= 1000000000;
        }
        CHECK_EQUAL(timer_settime(second, TIMER_ABSTIME, &value, NULL), 0);
        while (alarms == 0)
            usleep(1000);
        value = (struct itimerspec){{0, 0}, {100, 0}};
        CHECK_EQUAL(timer_settime(silent, 0, &value, NULL), 0);
        CHECK_EQUAL(timer_gettime(silent, &left), 0);
        CHECK(left.it_value.tv_sec >= 99 && left.it_value.tv_sec <= 100);
    }
    CHECK_EQUAL(timer_delete(first), 0);
    CHECK_EQUAL(timer_delete(second), 0);
    CHECK_EQUAL(timer_delete(silent), 0);
    MPI_Barrier(MPI_COMM_WORLD);
    CHECK_EQUAL(real_time > 0, own());

    /* Real-time signals are queued with their values. */
    sigset_t set, before;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN + 3);
    sigprocmask(SIG_BLOCK, &set, &before);
    for (int i = 1; i <= 3; i++)
        CHECK_EQUAL(sigqueue(getpid(), SIGRTMIN + 3, (union sigval){.sival_int = i}), 0);
    for (int i = 1; i <= 3; i++) {
        siginfo_t info;
        CHECK_EQUAL(sigwaitinfo(&set, &info), SIGRTMIN + 3);
        CHECK_EQUAL(info.si_value.sival_int, i);
        CHECK_EQUAL(info.si_code, SI_QUEUE);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static void remaining(void)
{
    struct itimerval value;
    CHECK_EQUAL(alarm(100 + check_rank), 0);
    MPI_Barrier(MPI_COMM_WORLD);
    CHECK_EQUAL(getitimer(ITIMER_REAL, &value), 0);
    CHECK(value.it_value.tv_sec == 99 + check_rank || value.it_value.tv_sec == 98 + check_rank);
    unsigned left = alarm(0);
    CHECK(left >= 98u + check_rank && left <= 100u + check_rank);
    CHECK_EQUAL(alarm(0), 0);
}

int main(int argc, char **argv)
{
    /* The alarm of a process may go to any of its threads, and some builds of MPICH start some. */
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    start(&argc, &argv);
    sigprocmask(SIG_SETMASK, &before, NULL);
    waits();
    communication();
    computation();
    posix_timers();
    remaining();
    return finish("timers");
}
