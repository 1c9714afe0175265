/* Says how standard output is buffered, as far as the program can tell. */
#include <mpi.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int rank;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    /* A line is written at once, or stays in the buffer. */
    printf("rank %d begins\n", rank);
    int line = __fpending(stdout) == 0;
    printf("rank %d: stdout is %s buffered\n", rank, line && isatty(1) ? "line" : !line && !isatty(1) ? "fully" : "wrongly");
    MPI_Finalize();
    return 0;
}
