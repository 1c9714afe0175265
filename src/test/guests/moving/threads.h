/*
 * What the programs with threads that ranks have while they are asked to move share. One rank of each has a thread of its own; all
 * exchange messages until they are told to go on, by a file that appears, and check what they have.
 *
 *     PROGRAM asks            rank 1 asks to be moved, while it has the thread and when it has not
 *     PROGRAM waits FOLDER    others ask: until there is a file FOLDER/end, rank 1 has the thread until there is FOLDER/join
 */
#ifndef MOVING_THREADS_H
#define MOVING_THREADS_H

#include <mpi.h>
#include <flotilla.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADED = 1, VALUES = 5000 };

static int rank, size, wrong;
static int *values;

static void prepare(int *argc, char ***argv) {
    int provided;
    MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    values = (int *)malloc(sizeof *values * VALUES);
    for (int i = 0; i < VALUES; i++) values[i] = rank * VALUES + i;
}

static void check(int right, const char *what) {
    if (!right) {
        printf("rank %d: wrong: %s\n", rank, what);
        wrong++;
    }
}

static void say(const char *what) {
    if (rank == THREADED) {
        printf("rank %d %s\n", rank, what);
        fflush(stdout);
    }
}

/* A step of the program: everybody has something from its neighbour, and the sum of all. */
static void step(void) {
    int from = -1, sum = 0;
    MPI_Sendrecv(&rank, 1, MPI_INT, (rank + 1) % size, 1, &from, 1, MPI_INT, (rank + size - 1) % size, 1, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
    check(from == (rank + size - 1) % size, "a message");
    MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    check(sum == size * (size - 1) / 2, "a sum");
    for (int i = 0; i < VALUES; i++) {
        if (values[i] != rank * VALUES + i) {
            check(0, "the heap");
            break;
        }
    }
}

static void steps_until(const char *folder, const char *name) {
    char path[1000];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (int there = 0; !there;) {
        step();
        usleep(1000);
        there = rank == 0 && access(path, F_OK) == 0;
        MPI_Bcast(&there, 1, MPI_INT, 0, MPI_COMM_WORLD);
    }
}

static int my_node(void) {
    int node = -1;
    AMPI_My_node(&node);
    return node;
}

/* Rank 1 asks to be moved to the first PE of the other node. */
static void ask(int expected_to_move) {
    if (rank == THREADED) {
        int before = my_node(), pes, nodes;
        AMPI_Num_pes(&pes);
        AMPI_Num_nodes(&nodes);
        check(nodes == 2, "nodes");
        check(AMPI_Migrate_to_pe((1 - before) * (pes / nodes)) == MPI_SUCCESS, "code of AMPI_Migrate_to_pe");
        check((my_node() != before) == expected_to_move, expected_to_move ? "stays" : "moves");
        say(my_node() != before ? "has moved" : "has stayed");
    }
    step();
}

/* A part of the program, in which rank 1 has a thread or has none. */
static void part(char **argv, int has_thread) {
    say(has_thread ? "has a thread" : "has no thread");
    if (strcmp(argv[1], "asks") == 0) {
        ask(!has_thread);
        ask(!has_thread);
    } else {
        steps_until(argv[2], has_thread ? "join" : "end");
    }
}

static int end(void) {
    int all = 0;
    MPI_Reduce(&wrong, &all, 1, MPI_INT, MPI_SUM, 0, MPI_COMM_WORLD);
    if (rank == 0) printf("%d wrong\n", all);
    MPI_Finalize();
    return all > 0;
}

#endif
