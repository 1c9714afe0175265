/*
 * A program without mutable globals: the same with and without privatization. Uses what libc keeps for each rank: heap,
 * stdio, the current random number, sorting with a function of the program's own.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 8
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

int main(int argc, char **argv)
{
    int rank, size;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);

    srand((unsigned)rank);
    int *values = malloc(1000 * sizeof *values), sorted = 1;
    for (int i = 0; i < 1000; i++) values[i] = rand() % 5000;
    qsort(values, 1000, sizeof *values, ascending);
    for (int i = 1; i < 1000; i++) sorted &= values[i - 1] <= values[i];
    printf("rank %d: sorted %d, smallest %d\n", rank, sorted, values[0]);
    free(values);

    double own = rank + 0.5, sum;
    MPI_Allreduce(&own, &sum, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
    printf("rank %d: sum %.1f\n", rank, sum);

    /* A line that grows while others write. */
    printf("rank %d: ", rank);
    for (int i = 0; i < 20; i++) {
        putchar('a' + rank % 26);
        MPI_Barrier(MPI_COMM_WORLD);
    }
    putc('\n', stdout);

    FILE *file = tmpfile();
    int back = -1;
    fprintf(file, "%d\n", rank * 7);
    rewind(file);
    if (fscanf(file, "%d", &back) != 1) back = -2;
    fclose(file);
    fprintf(stdout, "rank %d: read %d\n", rank, back);
    MPI_Finalize();
    return 0;
}
