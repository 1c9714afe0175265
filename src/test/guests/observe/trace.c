/*
 * Calls of MPI for a trace: each kind of argument and result once. With the argument `wait`, rank 0 ends in a receive
 * that nobody answers; with `abort`, in MPI_Abort; with `jump`, an error handler is left by a jump.
 */
#include <mpi.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

static jmp_buf back;

static void nested_sum(void *in, void *inout, int *count, MPI_Datatype *type) {
    int size;
    MPI_Type_size(*type, &size);
    for (int i = 0; i < *count; i++) {
        ((int *)inout)[i] += ((int *)in)[i];
    }
}

static void jumping(MPI_Comm *comm, int *error, ...) {
    (void)comm;
    (void)error;
    longjmp(back, 1);
}

int main(int argc, char **argv) {
    const char *how = argc > 1 ? argv[1] : "";
    int rank, size, in = 1, out[16] = {0}, counts[16], first[16] = {1}, flag;
    MPI_Comm half, grid;
    MPI_Op op;
    MPI_Status status;
    MPI_Request requests[2];

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (strcmp(how, "abort") == 0) {
        if (rank == 1) {
            MPI_Abort(MPI_COMM_WORLD, 5);
        }
        MPI_Barrier(MPI_COMM_WORLD);
    }
    if (strcmp(how, "wait") == 0) {
        if (rank == 0) {
            MPI_Recv(&in, 1, MPI_INT, 1, 17, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        }
        MPI_Finalize();
        return 0;
    }
    if (strcmp(how, "jump") == 0) {
        MPI_Errhandler handler;
        MPI_Comm_create_errhandler(jumping, &handler);
        MPI_Comm_set_errhandler(MPI_COMM_WORLD, handler);
        for (volatile int i = 0; i < 3; i++) {
            if (setjmp(back) == 0) {
                MPI_Send(&in, 1, MPI_INT, 1000 + i, 0, MPI_COMM_WORLD);
            }
        }
        MPI_Errhandler_free(&handler);
        MPI_Finalize();
        return 0;
    }

    MPI_Sendrecv(&in, 1, MPI_INT, (rank + 1) % size, 7, out, 3, MPI_INT, MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &status);
    MPI_Irecv(out, 1, MPI_INT, MPI_PROC_NULL, 0, MPI_COMM_WORLD, &requests[0]);
    MPI_Isend(&in, 1, MPI_INT, MPI_PROC_NULL, 0, MPI_COMM_WORLD, &requests[1]);
    MPI_Waitall(2, requests, MPI_STATUSES_IGNORE);
    MPI_Iprobe(rank, 99, MPI_COMM_WORLD, &flag, &status);
    MPI_Comm_split(MPI_COMM_WORLD, rank == 0 ? 0 : MPI_UNDEFINED, 0, &half);
    if (half != MPI_COMM_NULL) {
        MPI_Comm_set_name(half, "the \"half\"");
        MPI_Barrier(half);
        MPI_Comm_free(&half);
    }
    for (int i = 0; i < 16; i++) {
        counts[i] = i;
    }
    MPI_Group world, some;
    MPI_Comm_group(MPI_COMM_WORLD, &world);
    MPI_Group_incl(world, size, counts, &some);
    MPI_Group_free(&some);
    MPI_Group_free(&world);
    MPI_Op_create(nested_sum, 1, &op);
    MPI_Allreduce(MPI_IN_PLACE, out, 1, MPI_INT, op, MPI_COMM_WORLD);
    MPI_Op_free(&op);
    MPI_Datatype column;
    MPI_Type_indexed(10, counts, counts, MPI_DOUBLE, &column);
    MPI_Type_free(&column);
    int dims[1] = {0}, periods[1] = {1}, source, destination, kind;
    MPI_Dims_create(size, 1, dims);
    MPI_Cart_create(MPI_COMM_WORLD, 1, dims, periods, 0, &grid);
    MPI_Cart_shift(grid, 0, 1, &source, &destination);
    MPI_Topo_test(grid, &kind);
    MPI_Comm_compare(grid, MPI_COMM_WORLD, &kind);
    MPI_Comm_free(&grid);
    /* Only the root's counts count: this is no address at all. */
    MPI_Gatherv(&in, rank == 0 ? 1 : 0, MPI_INT, out, rank == 0 ? first : (int *)24, rank == 0 ? counts : (int *)24, MPI_INT, 0,
        MPI_COMM_WORLD);
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Send(&in, 1, MPI_INT, 4711, 0, MPI_COMM_WORLD);
    MPI_Info info;
    char value[8];
    MPI_Info_create(&info);
    MPI_Info_set(info, "key", "line\n");
    MPI_Info_get(info, "key", 7, value, &flag);
    MPI_Info_get(info, "other", 7, value, &flag);
    MPI_Info_free(&info);
    MPI_Query_thread(&kind);
    MPI_Finalize();
    return 0;
}
