/*
 * Says of each kind of variable whether a rank has its own. TAG is what makes a variable thread-local, or nothing. The first argument names
 * the kind.
 */
#include <mpi.h>
#include <stdio.h>
#include <string.h>

#ifndef TAG
#define TAG
#endif

TAG int global = -1;
static TAG int of_file = -1;
int *of_library(void);

static int *of_function(void)
{
    static TAG int variable = -1;
    return &variable;
}

static int is_private(int *variable, int rank)
{
    if (*variable != -1)
        printf("rank %d found %d before it wrote\n", rank, *variable);
    MPI_Barrier(MPI_COMM_WORLD);
    *variable = rank;
    MPI_Barrier(MPI_COMM_WORLD);
    int mine = *variable == rank, all;
    MPI_Allreduce(&mine, &all, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    return all;
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    const char *kind = argc > 1 ? argv[1] : "";
    int own = -1;
    if (strcmp(kind, "globals") == 0)
        own = is_private(&global, rank);
    else if (strcmp(kind, "statics") == 0) {
        int file = is_private(&of_file, rank), function = is_private(of_function(), rank);
        own = file && function;
    } else if (strcmp(kind, "library") == 0)
        own = is_private(of_library(), rank);
    if (rank == 0)
        printf("%s: %s\n", kind, own < 0 ? "unknown" : own ? "private" : "shared");
    MPI_Finalize();
    return 0;
}
