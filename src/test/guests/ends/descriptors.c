/*
 * The end of a rank closes its descriptors: its child, which reads from a pipe, finds the end of it while other ranks go on.
 *
 * test: ranks 2 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include <errno.h>
#include <fcntl.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int rank, size, run = getpid();
    char name[64];
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Bcast(&run, 1, MPI_INT, 0, MPI_COMM_WORLD);
    sprintf(name, "/tmp/flotilla-descriptors-%d-%d", run, rank);
    unlink(name);
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank > 0) {
        int ends[2];
        if (pipe(ends) != 0)
            return 1;
        if (fork() == 0) {
            char byte;
            close(ends[1]);
            while (read(ends[0], &byte, 1) == 1) {
            }
            close(open(name, O_CREAT | O_WRONLY, 0600));
            _exit(0);
        }
        if (write(ends[1], name, strlen(name)) < 0)
            return 1;
    }
    MPI_Finalize();
    if (rank > 0)
        return 0; /* with the pipe open */
    int seen = 0;
    for (int i = 1; i < size; i++) {
        sprintf(name, "/tmp/flotilla-descriptors-%d-%d", run, i);
        for (int tries = 0; tries < 5000 && access(name, F_OK) != 0; tries++)
            usleep(2000);
        seen += unlink(name) == 0;
    }
    printf("%d children found the end\n", seen);
    return seen == size - 1 ? 0 : 1;
}
