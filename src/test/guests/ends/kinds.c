/*
 * Ends in the way that is asked for: kinds KIND MOMENT RANK. Moments: before (nobody calls MPI_Init; RANK is not looked at: each
 * process has its own arguments), between (the others are in a collective call), after (MPI_Finalize). The lines of each rank
 * are numbered, so that their order can be told after they were sorted.
 */
#define _GNU_SOURCE
#include <mpi.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int rank, lines;
static const char *kind;
static jmp_buf back;

static void say(const char *text)
{
    printf("rank %d, %d: %s\n", rank, lines++, text);
}

static void first(void) { say("first function"); }

static void second(void)
{
    say("second function");
    if (strcmp(kind, "atexit") == 0)
        exit(9);
}

static void third(int status, void *text)
{
    say(text);
    printf("rank %d, %d: status %d\n", rank, lines++, status);
}

static void quick(void)
{
    say("quick function");
    fflush(stdout);
}

__attribute__((destructor)) static void destructor(void) { say("destructor"); }

static void jump(int depth)
{
    volatile int deeper = depth - 1;
    if (deeper < 0)
        longjmp(back, 3);
    jump(deeper);
}

static int end(void)
{
    if (strcmp(kind, "exit") == 0)
        exit(7);
    if (strcmp(kind, "exit0") == 0)
        exit(0);
    if (strcmp(kind, "exit256") == 0)
        exit(256 + 5);
    if (strcmp(kind, "_exit") == 0)
        _exit(7);
    if (strcmp(kind, "quick_exit") == 0)
        quick_exit(7);
    if (strcmp(kind, "abort") == 0)
        abort();
    if (strcmp(kind, "pthread_exit") == 0)
        pthread_exit(NULL);
    if (strcmp(kind, "term") == 0)
        raise(SIGTERM);
    if (strcmp(kind, "longjmp") == 0) {
        int value = setjmp(back);
        if (value == 0)
            jump(100);
        return value;
    }
    return strcmp(kind, "return") == 0 ? 7 : 0;
}

int main(int argc, char **argv)
{
    kind = argv[1];
    const char *moment = argv[2];
    int who = atoi(argv[3]);
    atexit(first);
    atexit(second);
    on_exit(third, "third function");
    at_quick_exit(quick);
    if (strcmp(moment, "before") == 0) {
        rank = who;
        return end();
    }
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    say("starts");
    fflush(stdout);
    MPI_Barrier(MPI_COMM_WORLD);
    if (strcmp(moment, "between") == 0) {
        if (rank == who)
            return end();
        int sum;
        MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
        say("must not be reached");
    }
    MPI_Finalize();
    say("goes on after MPI_Finalize");
    fflush(stdout); /* MPICH turns buffering off, Flotilla doesn't. */
    if (rank != who)
        kind = "other";
    return end();
}
