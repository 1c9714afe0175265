/*
 * A token goes round the ring of ranks and each rank adds its number: after every lap rank 0 knows the sum, and the
 * mean time of one hop.
 *
 * usage: ring [LAPS]
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    int rank, size;
    long token = 0, laps;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    laps = argc > 1 ? strtol(argv[1], NULL, 10) : 10;
    int left = (rank + size - 1) % size, right = (rank + 1) % size;

    MPI_Barrier(MPI_COMM_WORLD);
    double start = MPI_Wtime();
    for (long lap = 0; lap < laps; lap++) {
        if (rank == 0) {
            MPI_Send(&token, 1, MPI_LONG, right, 0, MPI_COMM_WORLD);
            MPI_Recv(&token, 1, MPI_LONG, left, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        } else {
            MPI_Recv(&token, 1, MPI_LONG, left, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
            token += rank;
            MPI_Send(&token, 1, MPI_LONG, right, 0, MPI_COMM_WORLD);
        }
    }
    double seconds = MPI_Wtime() - start;

    int failed = 0;
    if (rank == 0) {
        long expected = laps * ((long)size * (size - 1) / 2);
        failed = token != expected;
        printf("%ld laps of %d ranks: token %ld, expected %ld: %s\n", laps, size, token, expected,
               failed ? "WRONG" : "correct");
        fprintf(stderr, "%.0f ns per hop\n", 1e9 * seconds / ((double)laps * size));
    }
    MPI_Finalize();
    return failed;
}
