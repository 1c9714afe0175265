/* What --privatize=swap leaves shared, static variables, beside a global one. */
#include <mpi.h>
#include <stdio.h>

static int of_file;
int global;

static int next(void)
{
    static int of_function = 100;
    return ++of_function;
}

int main(int argc, char **argv)
{
    int rank;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    of_file++;
    global++;
    next();
    MPI_Barrier(MPI_COMM_WORLD);
    printf("static %d, global %d\n", of_file, global);
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 0)
        printf("static of a function %d\n", next());
    MPI_Finalize();
}
