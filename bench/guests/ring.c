/* A token of 8 bytes goes round all ranks by MPI_Send and MPI_Recv: time per hop. usage: ring [HOPS] [SAMPLES] */
#include "bench.h"

int main(int argc, char **argv)
{
    bench_start(&argc, &argv);
    long hops = bench_argument(argc, argv, 1, 1000000);
    int samples = (int)bench_argument(argc, argv, 2, 5);
    long rounds = hops / bench_size > 0 ? hops / bench_size : 1;
    int next = (bench_rank + 1) % bench_size, previous = (bench_rank + bench_size - 1) % bench_size;
    for (int sample = 0; sample <= samples; sample++) {
        long token = 0;
        MPI_Barrier(MPI_COMM_WORLD);
        double begin = MPI_Wtime();
        for (long i = 0; i < rounds; i++) {
            if (bench_rank == 0) {
                token++;
                MPI_Send(&token, 1, MPI_LONG, next, 0, MPI_COMM_WORLD);
                MPI_Recv(&token, 1, MPI_LONG, previous, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
            } else {
                MPI_Recv(&token, 1, MPI_LONG, previous, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
                token++;
                MPI_Send(&token, 1, MPI_LONG, next, 0, MPI_COMM_WORLD);
            }
        }
        double time = MPI_Wtime() - begin;
        if (bench_rank == 0 && token != rounds * bench_size)
            bench_fail("the token was lost");
        if (sample > 0)
            bench_sample("ring", 0, time / ((double)rounds * bench_size) * 1e9, "ns");
    }
    MPI_Finalize();
    return 0;
}
