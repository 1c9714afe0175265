/*
 * The first rank computes so long that another thread would run the others meanwhile (schedule.Relief). With --privatize=swap
 * nobody may: the variables that code reaches are those of one rank. Run with the seconds.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

int rank = -1;

__attribute__((noinline)) int look(void)
{
    return rank;
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    long others = 0;
    if (rank == 0) {
        struct { long seconds, nanoseconds; } now, end;
        extern int clock_gettime(int, void *);
        clock_gettime(1, &end);
        end.seconds += atoi(argv[1]);
        do {
            others += look() != 0;
            clock_gettime(1, &now);
        } while (now.seconds < end.seconds || now.seconds == end.seconds && now.nanoseconds < end.nanoseconds);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    printf("rank %d: %ld\n", look(), others);
    MPI_Finalize();
}
