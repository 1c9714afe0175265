/* Sleeping takes at least the time asked for, and bad times are refused. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void check(const char *what, int result, double since) {
    double took = now() - since;
    printf("%s %d %s\n", what, result, took >= 0.0299 && took < 2 ? "in time" : "wrong");
}

int main(void) {
    struct timespec short_time = {0, 30000000}, bad = {0, 1000000000}, end;
    double start = now();
    check("nanosleep", nanosleep(&short_time, NULL), start);
    start = now();
    check("clock_nanosleep", clock_nanosleep(CLOCK_MONOTONIC, 0, &short_time, NULL), start);
    start = now();
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_nsec += 30000000;
    if (end.tv_nsec >= 1000000000) {
        end.tv_sec++;
        end.tv_nsec -= 1000000000;
    }
    check("absolute", clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &end, NULL), start);
    start = now();
    check("usleep", usleep(30000), start);
    start = now();
    check("poll", poll(NULL, 0, 30), start);
    struct timeval timeout = {0, 30000};
    start = now();
    check("select", select(0, NULL, NULL, NULL, &timeout), start);
    printf("left %ld\n", (long)timeout.tv_usec);
    errno = 0;
    int result = nanosleep(&bad, NULL);
    printf("bad %d %d", result, errno == EINVAL);
    printf(" %d", clock_nanosleep(CLOCK_MONOTONIC, 0, &bad, NULL) == EINVAL);
    printf(" %d\n", clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &short_time, NULL) == EINVAL);
    printf("yield %d sleep %u\n", sched_yield(), sleep(0));

    int ends[2];
    if (pipe(ends) != 0) return 1;
    struct pollfd fd = {ends[0], POLLIN, 0};
    start = now();
    check("empty pipe", poll(&fd, 1, 30), start);
    if (write(ends[1], "x", 1) != 1) return 1;
    result = poll(&fd, 1, -1);
    printf("full pipe %d %d\n", result, fd.revents == POLLIN);
    fd_set reading;
    FD_ZERO(&reading);
    FD_SET(ends[0], &reading);
    printf("select %d", select(ends[0] + 1, &reading, NULL, NULL, NULL));
    printf(" %d\n", FD_ISSET(ends[0], &reading) != 0);
    close(ends[0]);
    fd.revents = 0;
    fd.events = POLLOUT;
    fd.fd = ends[1];
    result = poll(&fd, 1, 0);
    printf("closed %d %d\n", result, (fd.revents & POLLERR) != 0);
    return 0;
}
