/*
 * All ranks but the last wait for a file in a loop without a call to MPI; the last one makes it. With fewer processing
 * elements than ranks this ends only if the last one gets to run in spite of that.
 *
 * test: ranks 1 2
 * test: flotilla-ranks 4
 */
#include <mpi.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int rank, size, all, one = 1;
    char name[64];
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    snprintf(name, sizeof name, "/tmp/stubborn.%ld.%d", (long)getpid(), (int)(MPI_Wtime() * 1000) & 0xffffff);
    MPI_Bcast(name, sizeof name, MPI_CHAR, 0, MPI_COMM_WORLD);
    if (rank < size - 1) {
        while (access(name, F_OK) != 0) {
        }
    } else {
        close(open(name, O_CREAT | O_WRONLY, 0600));
    }
    MPI_Allreduce(&one, &all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    if (rank == 0) {
        unlink(name);
        printf("stubborn: %d ranks\n", all);
    }
    MPI_Finalize();
    return 0;
}
