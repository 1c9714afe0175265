/*
 * exec without fork: the rank goes on as another program, and ends as that does.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 * test: exit 7
 */
#include <mpi.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int rank, size;
    char text[32], *arguments[] = {"sh", "-c", "echo rank $RANK $0 $1; exit $CODE", "got", "this", NULL};
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    sprintf(text, "%d", rank);
    setenv("RANK", text, 1);
    setenv("CODE", rank == size - 1 ? "7" : "0", 1);
    MPI_Finalize();
    if (execv("/nowhere/to/be/found", arguments) != -1 || errno != ENOENT)
        printf("rank %d: %s\n", rank, strerror(errno));
    fflush(stdout);
    if (rank % 4 == 0)
        execv("/bin/sh", arguments);
    if (rank % 4 == 1)
        execvp("sh", arguments);
    if (rank % 4 == 2)
        execl("/bin/sh", "sh", "-c", arguments[2], "got", "this", (char *)NULL);
    execlp("sh", "sh", "-c", arguments[2], "got", "this", (char *)NULL);
    printf("rank %d: still here\n", rank);
    return 1;
}
