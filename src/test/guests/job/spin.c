/*
 * Ranks that poll without end for a message, more of them than PEs: each must get its turn.
 *
 * test: ranks 1 3
 * test: flotilla-ranks 24
 */
#include "../support/check.h"

int main(int argc, char **argv)
{
    start(&argc, &argv);
    int token = 0, flag;
    MPI_Request request;
    int left = (check_rank + check_size - 1) % check_size, right = (check_rank + 1) % check_size;
    for (int lap = 0; lap < 3; lap++) {
        MPI_Irecv(&token, 1, MPI_INT, left, lap, MPI_COMM_WORLD, &request);
        if (check_rank == 0)
            MPI_Send(&lap, 1, MPI_INT, right, lap, MPI_COMM_WORLD);
        do
            MPI_Test(&request, &flag, MPI_STATUS_IGNORE);
        while (!flag);
        if (check_rank != 0)
            MPI_Send(&token, 1, MPI_INT, right, lap, MPI_COMM_WORLD);
        CHECK_EQUAL(token, lap);
    }
    return finish("polling");
}
