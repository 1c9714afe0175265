/*
 * Ping-pong between ranks 0 and 1: time one way, by size. Every byte that is sent is changed before and read after.
 * usage: pingpong [LARGEST [SAMPLES [ROUNDS [SIZE...]]]]    at most ROUNDS for a sample, where a message takes long; all powers of
 * two, or the given sizes
 */
#include "bench.h"

static char *sent, *received;

static double one_way(long size, int rounds)
{
    int other = 1 - bench_rank;
    double begin = MPI_Wtime();
    for (int i = 0; i < rounds; i++) {
        if (bench_rank == 0) {
            MPI_Send(sent, (int)size, MPI_CHAR, other, 1, MPI_COMM_WORLD);
            MPI_Recv(received, (int)size, MPI_CHAR, other, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        } else {
            MPI_Recv(received, (int)size, MPI_CHAR, other, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
            MPI_Send(sent, (int)size, MPI_CHAR, other, 1, MPI_COMM_WORLD);
        }
    }
    return (MPI_Wtime() - begin) / (2.0 * rounds);
}

/* The n-th of the sizes, or -1. */
static long size_of(int argc, char **argv, int n, long largest)
{
    long size = argc > 4 ? bench_argument(argc, argv, 4 + n, largest + 1) : n < 2 ? n : 4L << (n - 1);
    return size > largest ? -1 : size;
}

int main(int argc, char **argv)
{
    bench_start(&argc, &argv);
    long largest = bench_argument(argc, argv, 1, 4 << 20);
    int samples = (int)bench_argument(argc, argv, 2, 5);
    int most = (int)bench_argument(argc, argv, 3, 100000);
    if (bench_size != 2)
        bench_fail("this benchmark wants 2 ranks");
    sent = malloc((size_t)largest + 1);
    received = malloc((size_t)largest + 1);
    memset(sent, bench_rank + 1, (size_t)largest + 1);
    memset(received, 0, (size_t)largest + 1);
    /* Small messages and large ones go different ways, and a young JVM compiles both. */
    one_way(largest < 8 ? largest : 8, 2 * most);
    one_way(largest < 16384 ? largest : 16384, most / 4 + 1);
    for (int n = 0; size_of(argc, argv, n, largest) >= 0; n++) {
        long size = size_of(argc, argv, n, largest);
        long rounds = 20000000 / (size < 200 ? 200 : size) * 10;
        rounds = rounds < 20 ? 20 : rounds;
        rounds = rounds > most ? most : rounds;
        one_way(size, (int)rounds / 4 + 1);
        for (int sample = 0; sample < samples; sample++) {
            MPI_Barrier(MPI_COMM_WORLD);
            bench_sample("pingpong", size, one_way(size, (int)rounds) * 1e6, "us");
        }
        for (long i = 0; i < size; i++)
            if (received[i] != 2 - bench_rank)
                bench_fail("a byte was lost");
    }
    MPI_Finalize();
    return 0;
}
