/*
 * OpenMP in a rank: parallel loops, reductions, critical sections, threadprivate variables, tasks, nested regions, bound
 * threads, and calls of MPI by the master alone (FUNNELED) and by one thread at a time (SERIALIZED).
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 * test: flags -fopenmp
 */
#include <mpi.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "../support/check.h"

static int own;
#pragma omp threadprivate(own)

static int fibonacci(int n) {
    int a, b;
    if (n < 2) return n;
#pragma omp task shared(a) if (n > 8)
    a = fibonacci(n - 1);
    b = fibonacci(n - 2);
#pragma omp taskwait
    return a + b;
}

int main(int argc, char **argv) {
    int provided, rank, size;
    setenv("OMP_PROC_BIND", "true", 1);
    MPI_Init_thread(&argc, &argv, MPI_THREAD_SERIALIZED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    CHECK(provided >= MPI_THREAD_SERIALIZED);
    omp_set_num_threads(3);

    int threads = 0, in_critical = 0;
    long sum = 0;
    own = 100;
#pragma omp parallel copyin(own) reduction(+ : sum)
    {
        own += omp_get_thread_num() + rank;
#pragma omp single
        threads = omp_get_num_threads();
#pragma omp for schedule(dynamic, 7)
        for (int i = 0; i < 1000; i++) sum += i;
#pragma omp critical
        in_critical++;
#pragma omp barrier
#pragma omp master
        MPI_Barrier(MPI_COMM_WORLD);
    }
    CHECK(threads == 3 && in_critical == 3 && sum == 499500);
#pragma omp parallel
    CHECK(own == 100 + omp_get_thread_num() + rank);

    /* One thread at a time. */
    int total = 0;
#pragma omp parallel for ordered schedule(static, 1)
    for (int i = 0; i < 6; i++) {
#pragma omp ordered
        {
            int mine = rank + i, all = 0;
            MPI_Allreduce(&mine, &all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
            total += all == size * (size - 1) / 2 + i * size;
        }
    }
    CHECK(total == 6);

    int answer = 0;
#pragma omp parallel
#pragma omp single
    answer = fibonacci(12);
    CHECK(answer == 144);

    int inner = 0;
    omp_set_max_active_levels(2);
#pragma omp parallel num_threads(2)
#pragma omp parallel num_threads(2)
#pragma omp atomic
    inner++;
    CHECK(inner == 4);

    MPI_Barrier(MPI_COMM_WORLD);
    printf("rank %d: %d\n", rank, check_failures);
    MPI_Finalize();
    return check_failures != 0;
}
