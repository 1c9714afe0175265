/*
 * Sleeping ranks give their PE away: all of them sleep at the same time.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 32
 */
#include "../support/check.h"
#include <errno.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    start(&argc, &argv);
    MPI_Barrier(MPI_COMM_WORLD);
    double begin = MPI_Wtime();
    struct timespec tenth = {0, 100000000};
    CHECK_EQUAL(usleep(100000), 0);
    CHECK_EQUAL(nanosleep(&tenth, NULL), 0);
    CHECK_EQUAL(sleep(1), 0);
    double mine = MPI_Wtime() - begin;
    CHECK(mine >= 1.19);
    MPI_Barrier(MPI_COMM_WORLD);
    double all = MPI_Wtime() - begin;
    CHECK(all < 5);

    /* A rank that yields lets the others of its PE run. */
    if (check_rank == 0) {
        int value = 1;
        for (int r = 1; r < check_size; r++)
            MPI_Send(&value, 1, MPI_INT, r, 0, MPI_COMM_WORLD);
    } else {
        int flag = 0;
        while (!flag) {
            MPI_Iprobe(0, 0, MPI_COMM_WORLD, &flag, MPI_STATUS_IGNORE);
            sched_yield();
        }
        int value;
        MPI_Recv(&value, 1, MPI_INT, 0, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    }
    return finish("sleep");
}
