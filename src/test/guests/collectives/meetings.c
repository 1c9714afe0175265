/*
 * Ranks meet in collective calls on three communicators that overlap, short and long ones, blocking and nonblocking, with other
 * calls and computing between them, and check every sum. usage: meetings ROUNDS
 */
#include <mpi.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    int rank, size;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Comm part, odd;
    MPI_Comm_split(MPI_COMM_WORLD, rank % 3, rank, &part);
    MPI_Comm_split(MPI_COMM_WORLD, rank * 2 / size, -rank, &odd);
    MPI_Comm comms[3] = {MPI_COMM_WORLD, part, odd};
    static double big[20000], bigsum[20000];
    unsigned seed = rank, common[3] = {1, rank % 3, rank * 2 / size};
    int rounds = argc > 1 ? atoi(argv[1]) : 1000;
    for (int i = 0; i < rounds; i++) {
        int which = i % 3, members;
        MPI_Comm_size(comms[which], &members);
        long mine = i, sum = 0;
        switch (rand_r(&common[which]) % 5) {
        case 0: MPI_Barrier(comms[which]); break;
        case 1: {
            MPI_Request request;
            MPI_Iallreduce(&mine, &sum, 1, MPI_LONG, MPI_SUM, comms[which], &request);
            MPI_Barrier(comms[which]);
            MPI_Wait(&request, MPI_STATUS_IGNORE);
            if (sum != (long)i * members) { printf("wrong %d\n", i); MPI_Abort(MPI_COMM_WORLD, 1); }
            break;
        }
        case 2:
            for (int k = 0; k < 20000; k += 1000) big[k] = i;
            MPI_Allreduce(big, bigsum, 20000, MPI_DOUBLE, MPI_SUM, comms[which]);
            for (int k = 0; k < 20000; k += 1000)
                if (bigsum[k] != (double)i * members) { printf("wrong %d\n", i); MPI_Abort(MPI_COMM_WORLD, 1); }
            break;
        default:
            MPI_Allreduce(&mine, &sum, 1, MPI_LONG, MPI_SUM, comms[which]);
            if (sum != (long)i * members) { printf("wrong %d\n", i); MPI_Abort(MPI_COMM_WORLD, 1); }
        }
        int what = rand_r(&seed) % 8;
        if (what == 0) sched_yield();
        if (what == 1) for (volatile int k = 0; k < 3000; k++);
        if (what == 2) MPI_Sendrecv(&rank, 1, MPI_INT, rank, 1, &what, 1, MPI_INT, rank, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    }
    if (rank == 0) printf("done\n");
    MPI_Finalize();
    return 0;
}
