/*
 * A rank asks for a core, in all the ways there are, also for threads of its own and for those of OpenMP (OMP_PROC_BIND). It is told
 * that it has it; no thread of the process, PEs among them, is bound to fewer cores than before. Run by AffinityTest.
 *
 * test: flags -fopenmp
 * test: environment OMP_PROC_BIND=true
 */
#define _GNU_SOURCE
#include "../support/interleave.h"
#include <dirent.h>
#include <errno.h>
#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static cpu_set_t all;

/* Threads of the process that may not use all cores. */
static int bound(void)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
        cpu_set_t set;
        int number = atoi(task->d_name);
        CPU_ZERO(&set);
        /* One may have ended meanwhile. */
        if (number > 0 && syscall(SYS_sched_getaffinity, number, sizeof set, &set) > 0)
            count += CPU_COUNT(&set) < CPU_COUNT(&all);
    }
    closedir(tasks);
    return count;
}

static void *work(void *argument)
{
    cpu_set_t *one = argument;
    CHECK_EQUAL(pthread_setaffinity_np(pthread_self(), sizeof *one, one), 0);
    CHECK_EQUAL(bound(), 0);
    return NULL;
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    cpu_set_t one;
    CPU_ZERO(&all);
    CHECK_EQUAL(sched_getaffinity(0, sizeof all, &all), 0);
    CHECK(CPU_COUNT(&all) > 1);
    int core = 0;
    while (!CPU_ISSET(core, &all)) core++;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    CHECK_EQUAL(bound(), 0);
    interleave();
    CHECK_EQUAL(sched_setaffinity(0, sizeof one, &one), 0);
    CHECK_EQUAL(sched_setaffinity(gettid(), sizeof one, &one), 0);
    CHECK_EQUAL(sched_setaffinity(getpid(), sizeof one, &one), 0);
    CHECK_EQUAL(pthread_setaffinity_np(pthread_self(), sizeof one, &one), 0);
    CHECK_EQUAL(syscall(SYS_sched_setaffinity, 0, sizeof one, &one), 0);
    CHECK_EQUAL(bound(), 0);
    interleave();
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    CHECK_EQUAL(pthread_attr_setaffinity_np(&attributes, sizeof one, &one), 0);
    CHECK_EQUAL(pthread_create(&thread, &attributes, work, &one), 0);
    CHECK_EQUAL(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
    int teams = 0;
#pragma omp parallel num_threads(2) reduction(+ : teams)
    {
        teams++;
        CHECK_EQUAL(bound(), 0);
    }
    CHECK_EQUAL(teams, 2);
    CHECK_EQUAL(bound(), 0);

    /* A child is a process by itself. */
    pid_t child = fork();
    if (child == 0) {
        cpu_set_t now;
        sched_setaffinity(0, sizeof one, &one);
        _exit(sched_getaffinity(0, sizeof now, &now) == 0 && CPU_EQUAL(&now, &one) ? 7 : 8);
    }
    int status = 0;
    CHECK_EQUAL(waitpid(child, &status, 0), child);
    CHECK_EQUAL(WEXITSTATUS(status), 7);
    CHECK_EQUAL(bound(), 0);
    return finish("affinity");
}
