/*
 * Even ranks have timers that run out while they compute, so that they are interrupted; odd ones ask descriptors again and
 * again, on the same threads of the host, and have no handler: none of their calls may end with EINTR.
 *
 * test: ranks 4
 * test: flotilla-ranks 32
 */
#include "../support/check.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/time.h>
#include <unistd.h>

static volatile sig_atomic_t alarms;

static void on_alarm(int signal)
{
    alarms += signal == SIGALRM;
}

static double now(void)
{
    struct timeval time;
    gettimeofday(&time, NULL);
    return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

static void compute_with_alarms(double seconds)
{
    struct itimerval often = {{0, 300}, {0, 300}}, never = {{0, 0}, {0, 0}};
    double end = now() + seconds;
    CHECK(signal(SIGALRM, on_alarm) != SIG_ERR);
    CHECK_EQUAL(setitimer(ITIMER_REAL, &often, NULL), 0);
    while (now() < end) {
        for (volatile long i = 0; i < 300000; i++) {
        }
        MPI_Request request;
        MPI_Status status;
        char byte;
        int done = 0;
        MPI_Irecv(&byte, 1, MPI_CHAR, check_rank, 1, MPI_COMM_WORLD, &request);
        MPI_Test(&request, &done, &status);
        MPI_Cancel(&request);
        MPI_Wait(&request, &status);
    }
    CHECK_EQUAL(setitimer(ITIMER_REAL, &never, NULL), 0);
    CHECK(alarms > 0);
}

static void ask(double seconds)
{
    int ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    double end = now() + seconds;
    while (now() < end) {
        struct pollfd asked = {ends[0], POLLIN, 0};
        CHECK_EQUAL(poll(&asked, 1, 1), 0);
        fd_set reading;
        FD_ZERO(&reading);
        FD_SET(ends[0], &reading);
        struct timeval moment = {0, 500};
        CHECK_EQUAL(select(ends[0] + 1, &reading, NULL, NULL, &moment), 0);
    }
    CHECK_EQUAL(close(ends[0]), 0);
    CHECK_EQUAL(close(ends[1]), 0);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    if (check_rank % 2 == 0)
        compute_with_alarms(1);
    else
        ask(1);
    MPI_Barrier(MPI_COMM_WORLD);
    return finish("quiet poll");
}
