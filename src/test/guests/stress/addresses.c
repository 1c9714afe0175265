/*
 * Pointers that lead nowhere, given to functions of all families: each call fails, and nothing worse happens. MPICH is killed by
 * most of this.
 *
 * test: ranks
 * test: flotilla-ranks 1 3
 */
#define _GNU_SOURCE
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int rank, size, wrong;

static void expect_error(const char *call, void *pointer, int error) {
    if (!error && wrong++ < 10) {
        printf("rank %d: no error from %s with %p\n", rank, call, pointer);
    }
}

#define T(call) expect_error(#call, b, call)

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN);
    char *none = mmap(0, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *gone = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(gone, 8192);
    void *bads[] = {(void *)8, (void *)0x5000, (void *)0xdead0000, (void *)0x7fff00000000, (void *)-16,
                    (void *)0xdeadbeefdeadbeef, none, gone, (void *)(0x100000000000 - 4096)};
    MPI_Request q;
    MPI_Status s;
    int x = 5, y, flag;
    for (int i = 0; i < (int)(sizeof bads / sizeof *bads); i++)
    for (int n = 4; n < 5000000; n *= 1000) {
        void *b = bads[i];
    T(MPI_Send(b, n, MPI_BYTE, 0, 0, MPI_COMM_SELF));
    T(MPI_Isend(b, n, MPI_BYTE, 0, 0, MPI_COMM_SELF, &q));
    T(MPI_Recv(b, n, MPI_BYTE, 0, 0, MPI_COMM_SELF, &s));
    T(MPI_Irecv(b, n, MPI_BYTE, 0, 0, MPI_COMM_SELF, &q));
    T(MPI_Sendrecv(b, n, MPI_BYTE, 0, 0, &y, 1, MPI_INT, 0, 0, MPI_COMM_SELF, &s));
    T(MPI_Sendrecv(&x, 1, MPI_INT, 0, 0, b, n, MPI_BYTE, 0, 0, MPI_COMM_SELF, &s));
    T(MPI_Bcast(b, n, MPI_BYTE, 0, MPI_COMM_SELF));
    T(MPI_Allreduce(b, &y, 1, MPI_INT, MPI_SUM, MPI_COMM_SELF));
    T(MPI_Allreduce(&x, b, 1, MPI_INT, MPI_SUM, MPI_COMM_SELF));
    T(MPI_Gather(&x, 1, MPI_INT, b, 1, MPI_INT, 0, MPI_COMM_SELF));
    T(MPI_Alltoallv(&x, b, b, MPI_INT, &y, b, b, MPI_INT, MPI_COMM_SELF));
    T(MPI_Comm_rank(MPI_COMM_WORLD, b));
    T(MPI_Comm_dup(MPI_COMM_SELF, b));
    T(MPI_Type_contiguous(3, MPI_INT, b));
    T(MPI_Type_indexed(3, b, b, MPI_INT, (MPI_Datatype*)&y));
    T(MPI_Waitall(3, b, MPI_STATUSES_IGNORE));
    T(MPI_Test(b, &flag, &s));
    q = MPI_REQUEST_NULL;
    T(MPI_Test(&q, b, &s));
    T(MPI_Wait(&q, b));
    MPI_Isend(&x, 1, MPI_INT, 0, 3, MPI_COMM_SELF, &q); MPI_Recv(&y, 1, MPI_INT, 0, 3, MPI_COMM_SELF, &s);
    T(MPI_Wait(&q, b));
    MPI_Isend(&x, 1, MPI_INT, 0, 3, MPI_COMM_SELF, &q);
    T(MPI_Recv(&y, 1, MPI_INT, 0, 3, MPI_COMM_SELF, b)); MPI_Wait(&q, MPI_STATUS_IGNORE);
    T(MPI_Iprobe(0, 0, MPI_COMM_SELF, b, &s));
    T(MPI_Group_incl(MPI_GROUP_EMPTY, 1, b, (MPI_Group*)&y));
    T(MPI_Comm_set_name(MPI_COMM_SELF, b));
    T(MPI_Comm_get_name(MPI_COMM_SELF, b, &y));
    T(MPI_Get_processor_name(b, &y));
    T(MPI_Error_string(0, b, &y));
    T(MPI_Info_create(b));
    MPI_Info in; MPI_Info_create(&in); T(MPI_Info_set(in, b, "x")); T(MPI_Info_set(in, "x", b)); MPI_Info_free(&in);
    T(MPI_Cart_create(MPI_COMM_SELF, 1, b, b, 0, (MPI_Comm*)&y));
    T(MPI_Dims_create(4, 2, b));
    T(MPI_Pack(b, 1, MPI_INT, &y, 4, &x, MPI_COMM_SELF)); x = 0;
    T(MPI_Pack(&y, 1, MPI_INT, b, 4, &x, MPI_COMM_SELF)); x = 0;
    T(MPI_Unpack(b, 4, &x, &y, 1, MPI_INT, MPI_COMM_SELF));
    T(MPI_Type_create_struct(1, b, b, b, (MPI_Datatype*)&y));
    T(MPI_Reduce_local(b, &y, 1, MPI_INT, MPI_SUM));
    T(MPI_Get_count(b, MPI_INT, &y));
    T(MPI_Get_version(b, &y));
    T(MPI_Initialized(b));
    T(MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_TAG_UB, b, &flag));
    T(MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_TAG_UB, &q, b));
    T(MPI_Ibarrier(MPI_COMM_SELF, b));
    T(MPI_Comm_free(b)); T(MPI_Type_free(b)); T(MPI_Group_free(b)); T(MPI_Op_free(b)); T(MPI_Request_free(b)); T(MPI_Errhandler_free(b)); T(MPI_Info_free(b)); T(MPI_Cancel(b)); T(MPI_Start(b)); T(MPI_Type_commit(b));
  }
    /* The hole in the middle of a message is noticed by whoever copies it; the next message is not affected. */
    char *gap = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *big = malloc(1 << 20);
    munmap(gap + (1 << 19), 16384);
    if (size > 1) {
        void *b = gap;
        MPI_Barrier(MPI_COMM_WORLD);
        if (rank == 0) {
            MPI_Send(gap, 1 << 20, MPI_BYTE, 1, 5, MPI_COMM_WORLD);
            T(MPI_Recv(gap, 1 << 20, MPI_BYTE, 1, 7, MPI_COMM_WORLD, &s));
            MPI_Recv(&y, 1, MPI_INT, 1, 8, MPI_COMM_WORLD, &s);
            if (y != 88) {
                wrong++;
            }
        } else if (rank == 1) {
            T(MPI_Recv(big, 1 << 20, MPI_BYTE, 0, 5, MPI_COMM_WORLD, &s));
            MPI_Send(big, 1 << 20, MPI_BYTE, 0, 7, MPI_COMM_WORLD);
            y = 88;
            MPI_Send(&y, 1, MPI_INT, 0, 8, MPI_COMM_WORLD);
        }
    }
    /* A datatype that leads out of all memory: the receive of which it is the type fails, and is not left waiting. */
    MPI_Datatype far;
    int length = 1;
    MPI_Aint away = (MPI_Aint)1 << 62;
    MPI_Type_create_hindexed(1, &length, &away, MPI_INT, &far);
    MPI_Type_commit(&far);
    for (int from = 0; from < size; from++) {
        MPI_Barrier(MPI_COMM_WORLD);
        int into = (from + 1) % size;
        void *b = &y;
        if (into == from) {
            break;
        } else if (rank == from) {
            usleep(20000); /* the receiver waits by now */
            MPI_Send(&x, 1, MPI_INT, into, 9, MPI_COMM_WORLD);
        } else if (rank == into) {
            T(MPI_Recv(b, 1, far, from, 9, MPI_COMM_WORLD, &s));
        }
    }
    MPI_Type_free(&far);
    int all;
    MPI_Allreduce(&wrong, &all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    if (rank == 0) {
        printf("addresses: %d calls went wrong\n", all);
    }
    MPI_Finalize();
    return all != 0;
}
