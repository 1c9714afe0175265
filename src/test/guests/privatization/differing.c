/*
 * What --check-globals must name, and what it must not, in a program and in a library of its own.
 *
 * test: library differing library/differing.c
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int number = 1;
static volatile double fraction = 0.5;
char text[20] = "rank";
static volatile long table[1000];
static int *volatile on_heap;
static __thread int thread_local_one;
int *to_thread_local;
unsigned char letter;
int late;

/* The same in all ranks, wherever their slots lie. */
int same = 3;
int *address = &same;
static const char *word = "a constant";
FILE *stream;
int (*function)(void);
static char untouched[1 << 20];
int *nowhere;
__thread int private_anyhow;

int library_next(int add);
extern int library_open;

int main(int argc, char **argv)
{
    int rank;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    stream = stdout;
    function = (int (*)(void))main;
    address = &number;
    private_anyhow = rank;
    number = 10 + rank;
    fraction = 0.25 * rank;
    sprintf(text, "rank %d", rank);
    table[7] = rank ? 70 : 0;
    on_heap = calloc(100, sizeof *on_heap);
    to_thread_local = &thread_local_one;
    letter = 'a' + rank;
    library_next(rank);
    library_open++;
    MPI_Barrier(MPI_COMM_WORLD);
    number = 0;
    for (int i = 0; i < 3; i++) {
        number++;
        MPI_Barrier(MPI_COMM_WORLD);
    }
    late = rank;
    MPI_Finalize();
    return word == NULL || untouched[rank] != 0;
}
