/* Ranks that do nothing but yield: what one switch costs. usage: yield [SWITCHES] [SAMPLES] */
#include "bench.h"
#include <sched.h>

int main(int argc, char **argv)
{
    bench_start(&argc, &argv);
    long switches = bench_argument(argc, argv, 1, 2000000);
    int samples = (int)bench_argument(argc, argv, 2, 5);
    long rounds = switches / bench_size;
    for (int sample = 0; sample <= samples; sample++) {
        MPI_Barrier(MPI_COMM_WORLD);
        double begin = MPI_Wtime();
        for (long i = 0; i < rounds; i++)
            sched_yield();
        MPI_Barrier(MPI_COMM_WORLD);
        double time = MPI_Wtime() - begin;
        if (sample > 0)
            bench_sample("yield", 0, time / ((double)rounds * bench_size) * 1e9, "ns");
    }
    MPI_Finalize();
    return 0;
}
