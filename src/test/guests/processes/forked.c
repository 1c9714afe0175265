/*
 * A child made by fork that calls MPI is refused, with a line that says so.
 */
#include <mpi.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int rank, status;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    pid_t child = fork();
    if (child == 0) {
        MPI_Barrier(MPI_COMM_WORLD);
        _exit(0);
    }
    waitpid(child, &status, 0);
    printf("rank %d: child exited %d\n", rank, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    MPI_Finalize();
    return 0;
}
