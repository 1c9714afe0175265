/*
 * Much output from many ranks at once: whole lines, none lost, through stdio, write(2), and without newlines.
 *
 * MPICH's mpiexec mixes the ranks' lines, so it is asked for one rank only.
 *
 * test: ranks 1
 * test: flotilla-ranks 16
 */
#include <mpi.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int rank;
    char line[400];
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    for (int i = 0; i < 200; i++) {
        printf("rank %d", rank);
        if (i % 50 == 0)
            MPI_Barrier(MPI_COMM_WORLD);
        printf(" line %d ", i);
        memset(line, 'a' + (rank + i) % 26, 300);
        line[300] = 0;
        fputs(line, stdout);
        putchar('\n');
    }
    fflush(stdout);
    int length = snprintf(line, sizeof line, "rank %d writes to its descriptor\n", rank);
    if (write(STDOUT_FILENO, line, length) != length)
        return 1;
    fprintf(stderr, "rank %d on standard error\n", rank);
    printf("rank %d: the last words have a newline\n", rank);
    MPI_Finalize();
    return 0;
}
