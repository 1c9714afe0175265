/* barrier, bcast, allreduce, alltoall of all ranks: time per call. usage: collective WHICH [BYTES [CALLS [SAMPLES]]] */
#include "bench.h"

int main(int argc, char **argv)
{
    bench_start(&argc, &argv);
    const char *which = argc > 1 ? argv[1] : "barrier";
    long bytes = bench_argument(argc, argv, 2, 8);
    long calls = bench_argument(argc, argv, 3, 1000);
    int samples = (int)bench_argument(argc, argv, 4, 5);
    int count = (int)(bytes / (long)sizeof(double));
    size_t all = (size_t)bytes * (size_t)(strcmp(which, "alltoall") == 0 ? bench_size : 1) + 8;
    double *in = malloc(all), *out = malloc(all);
    memset(in, 0, all);
    memset(out, 0, all);
    for (int sample = -1; sample < samples; sample++) {
        MPI_Barrier(MPI_COMM_WORLD);
        double begin = MPI_Wtime();
        if (strcmp(which, "barrier") == 0)
            for (long i = 0; i < calls; i++)
                MPI_Barrier(MPI_COMM_WORLD);
        else if (strcmp(which, "bcast") == 0)
            for (long i = 0; i < calls; i++)
                MPI_Bcast(in, count, MPI_DOUBLE, 0, MPI_COMM_WORLD);
        else if (strcmp(which, "allreduce") == 0)
            for (long i = 0; i < calls; i++)
                MPI_Allreduce(in, out, count, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
        else if (strcmp(which, "alltoall") == 0)
            for (long i = 0; i < calls; i++)
                MPI_Alltoall(in, count, MPI_DOUBLE, out, count, MPI_DOUBLE, MPI_COMM_WORLD);
        else
            bench_fail("WHICH is barrier, bcast, allreduce or alltoall");
        MPI_Barrier(MPI_COMM_WORLD);
        double time = MPI_Wtime() - begin;
        if (sample >= 0)
            bench_sample(which, bytes, time / (double)calls * 1e6, "us");
    }
    MPI_Finalize();
    return 0;
}
