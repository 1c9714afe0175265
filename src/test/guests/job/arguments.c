/*
 * Arguments reach every rank as they were typed, in memory of its own; so does the environment.
 *
 * test: ranks 1 3
 * test: flotilla-ranks 9
 * test: arguments -n 5 --flag=x @file 'two words' '' -v
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char *program_invocation_short_name;

int main(int argc, char **argv)
{
    int rank;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    printf("rank %d:", rank);
    for (int i = 1; i < argc; i++)
        printf(" [%s]", argv[i]);
    printf(" as %s\n", strcmp(program_invocation_short_name, "program") == 0 ? "program" : program_invocation_short_name);
    for (int i = 1; i < argc; i++)
        if (argv[i][0] != 0)
            argv[i][0] = (char)('A' + rank);
    MPI_Barrier(MPI_COMM_WORLD);
    for (int i = 1; i < argc; i++)
        if (argv[i][0] != 0 && argv[i][0] != 'A' + rank)
            printf("rank %d: argument %d is another rank's\n", rank, i);
    const char *path = getenv("PATH");
    printf("rank %d: %s, %s\n", rank, path != NULL && strchr(path, '/') ? "PATH is there" : "no PATH",
           access("program", X_OK) == 0 || access(".", R_OK) == 0 ? "in a folder" : "nowhere");
    MPI_Finalize();
    return 0;
}
