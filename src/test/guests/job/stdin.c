/*
 * Standard input goes to rank 0; the others find its end. (Under MPICH's mpiexec the others would wait for ever.)
 *
 * test: ranks 1
 * test: flotilla-ranks 8
 * test: stdin first line
 * test: stdin 42 3.5 word
 * test: stdin last
 */
#include <mpi.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    int rank, number = 0;
    double real = 0;
    char line[100] = "", word[20] = "";
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    if (rank == 0) {
        if (fgets(line, sizeof line, stdin) == NULL)
            printf("nothing to read\n");
        line[strcspn(line, "\n")] = 0;
        int read = scanf("%d %lf %19s", &number, &real, word);
        printf("read '%s' and %d values: %d %g %s\n", line, read, number, real, word);
        while (fgets(line, sizeof line, stdin) != NULL)
            if (line[0] != '\n')
                printf("then '%s'\n", strtok(line, "\n"));
    }
    MPI_Bcast(&number, 1, MPI_INT, 0, MPI_COMM_WORLD);
    int at_end = rank == 0 || fgets(line, sizeof line, stdin) == NULL;
    printf("rank %d has %d, input %s\n", rank, number, at_end ? "at its end" : "of its own");
    MPI_Finalize();
    return !at_end;
}
