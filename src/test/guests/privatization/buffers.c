/*
 * Global and static variables as buffers of MPI calls, small and large, written and read by other ranks: point to point,
 * collective, strided, from constants.
 *
 * test: ranks 1 2 4
 * test: flotilla-ranks 15
 */
#include "../support/check.h"

enum { LARGE = 100000 };
static const int constants[4] = {1, 2, 3, 4};
static int small[4], sum[4];
double outgoing[LARGE] = {1};
double incoming[LARGE];
static int matrix[50][50];

int main(int argc, char **argv)
{
    start(&argc, &argv);
    int next = (check_rank + 1) % check_size, previous = (check_rank + check_size - 1) % check_size;
    MPI_Request request;

    for (int i = 0; i < LARGE; i++)
        outgoing[i] = check_rank + i;
    MPI_Irecv(incoming, LARGE, MPI_DOUBLE, previous, 1, MPI_COMM_WORLD, &request);
    MPI_Send(outgoing, LARGE, MPI_DOUBLE, next, 1, MPI_COMM_WORLD);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    for (int i = 0; i < LARGE; i++)
        CHECK(incoming[i] == previous + i);

    for (int repeat = 0; repeat < 100; repeat++) {
        MPI_Irecv(small, 4, MPI_INT, previous, 2, MPI_COMM_WORLD, &request);
        MPI_Send(constants, 4, MPI_INT, next, 2, MPI_COMM_WORLD);
        MPI_Wait(&request, MPI_STATUS_IGNORE);
        CHECK(memcmp(small, constants, sizeof small) == 0);
        small[0] = check_rank;
        MPI_Allreduce(small, sum, 4, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
        CHECK_EQUAL(sum[0], check_size * (check_size - 1) / 2);
        CHECK_EQUAL(sum[3], 4 * check_size);
    }

    MPI_Datatype column;
    MPI_Type_vector(50, 1, 50, MPI_INT, &column);
    MPI_Type_commit(&column);
    for (int i = 0; i < 50; i++)
        matrix[i][7] = check_rank * 1000 + i;
    MPI_Bcast(&matrix[0][7], 1, column, check_size - 1, MPI_COMM_WORLD);
    for (int i = 0; i < 50; i++)
        CHECK_EQUAL(matrix[i][7], (check_size - 1) * 1000 + i);
    MPI_Type_free(&column);
    printf("rank %d: %d %d\n", check_rank, sum[0], matrix[49][7]);
    return finish("buffers");
}
