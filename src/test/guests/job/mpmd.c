/* One of the programs of an MPMD job: says which (argument), with a variable of its own environment. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char name[32];

int main(int argc, char **argv)
{
    int rank, size, sum = 0, flag, *appnum;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    snprintf(name, sizeof name, "%s", argc > 1 ? argv[1] : "none");
    MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_APPNUM, &appnum, &flag);
    const char *color = getenv("COLOR"), *shape = getenv("SHAPE");
    printf("rank %d of %d: program %s, number %d, color %s, shape %s, sum %d\n", rank, size, name, flag ? *appnum : -1,
           color ? color : "none", shape ? shape : "none", sum);
    MPI_Finalize();
    return 0;
}
