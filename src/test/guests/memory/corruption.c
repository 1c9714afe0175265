/* corruption CASE: one rank damages its heap in a way that programs do; MemoryTest knows what must be said. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The compiler must not see through what is wrong. */
static char *volatile first, *volatile second, *volatile large;
static char variable[64] __attribute__((aligned(16)));

static int is(const char *wanted, const char *name)
{
    return strcmp(wanted, name) == 0;
}

int main(int argc, char **argv)
{
    int rank;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    char local[64] __attribute__((aligned(16))) = "";
    const char *name = argv[1];
    first = malloc(40);
    second = malloc(40);
    large = malloc(500000);
    char *volatile end = malloc(40);
    memset(first, 1, 40);
    memset(second, 1, 40);
    if (rank == 1) {
        if (is(name, "double-free")) {
            free(first);
            free(first);
        } else if (is(name, "double-free-large")) {
            free(large);
            free(large);
        } else if (is(name, "inside")) {
            free(first + 16);
        } else if (is(name, "misaligned")) {
            free(first + 3);
        } else if (is(name, "stack")) {
            free((char *volatile){local});
        } else if (is(name, "variable")) {
            free((char *volatile){variable});
        } else if (is(name, "garbage")) {
            free((char *volatile){(char *)0x12340});
        } else if (is(name, "beyond")) {
            memset(first, 'A', 64);
            free(first);
            free(second);
        } else if (is(name, "beyond-by-one")) {
            first[40] = 'A';
            free(first);
        } else if (is(name, "beyond-unfreed")) {
            first[40] = 'A';
        } else if (is(name, "before")) {
            second[-1] = 'A';
            free(second);
        } else if (is(name, "after-free")) {
            free(first);
            first[3] = 'A';
        } else if (is(name, "after-free-links")) {
            free(first);
            free(second);
            memset(second, 'A', 40);
            for (int i = 0; i < 100; i++)
                end = malloc(40);
        } else if (is(name, "realloc")) {
            large[500000] = 'A';
            large = realloc(large, 600000);
        } else if (is(name, "realloc-freed")) {
            free(second);
            second = realloc(second, 100);
        }
    }
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 0)
        puts("no damage noticed");
    MPI_Finalize();
    return 0;
}
