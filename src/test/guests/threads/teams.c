/*
 * Settings of OpenMP are a rank's own: the size of its team, its schedule, what its threads keep from region to region.
 * Locks, ordered sections, tasks and nested teams work in all ranks at once.
 *
 * test: flags -fopenmp
 * test: environment OMP_NUM_THREADS=3 OMP_PROC_BIND=true OMP_DYNAMIC=false
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include "../support/interleave.h"
#include <omp.h>

static int own;
#pragma omp threadprivate(own)

static long fibonacci(int n)
{
    long a, b;
    if (n < 2)
        return n;
#pragma omp task shared(a) if (n > 8)
    a = fibonacci(n - 1);
    b = fibonacci(n - 2);
#pragma omp taskwait
    return a + b;
}

int main(int argc, char **argv)
{
    int provided;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &check_rank);
    MPI_Comm_size(MPI_COMM_WORLD, &check_size);
    CHECK(provided >= MPI_THREAD_FUNNELED);
    CHECK_EQUAL(omp_get_max_threads(), 3);

    /* Each rank its own size of team and schedule. */
    int team = 2 + check_rank % 2;
    omp_set_num_threads(team);
    omp_set_schedule(check_rank % 2 ? omp_sched_dynamic : omp_sched_static, 1 + check_rank % 5);
    interleave();
    CHECK_EQUAL(omp_get_max_threads(), team);
    omp_sched_t kind;
    int chunk;
    omp_get_schedule(&kind, &chunk);
    CHECK_EQUAL(chunk, 1 + check_rank % 5);

    long sum = 0, critical = 0, atomic = 0;
    int members = 0;
#pragma omp parallel for reduction(+ : sum) schedule(runtime)
    for (int i = 0; i < 10000; i++)
        sum += i ^ check_rank;
    long expected = 0;
    for (int i = 0; i < 10000; i++)
        expected += i ^ check_rank;
    CHECK_EQUAL(sum, expected);

#pragma omp parallel
    {
        own = 100 * check_rank + omp_get_thread_num();
#pragma omp single
        members = omp_get_num_threads();
        for (int i = 0; i < 200; i++) {
#pragma omp critical
            critical += i;
#pragma omp atomic
            atomic++;
        }
        /* The master communicates while the team waits. */
#pragma omp barrier
#pragma omp master
        interleave();
#pragma omp barrier
    }
    CHECK_EQUAL(members, team);
    CHECK_EQUAL(critical, team * 19900L);
    CHECK_EQUAL(atomic, team * 200L);

    /* A threadprivate variable keeps its value from region to region. */
    int wrong = 0;
    interleave();
#pragma omp parallel reduction(+ : wrong)
    wrong += own != 100 * check_rank + omp_get_thread_num();
    CHECK_EQUAL(wrong, 0);

    long number = 0;
#pragma omp parallel
#pragma omp single
    number = fibonacci(12 + check_rank % 3);
    const long fibonaccis[] = {144, 233, 377};
    CHECK_EQUAL(number, fibonaccis[check_rank % 3]);

    int inner = 0;
    omp_set_max_active_levels(2);
#pragma omp parallel num_threads(2) reduction(+ : inner)
#pragma omp parallel num_threads(2) reduction(+ : inner)
    inner += 1 + omp_get_level();
    CHECK_EQUAL(inner, 12);

    /* Ordered sections and locks. */
    omp_lock_t lock;
    omp_init_lock(&lock);
    int last = -1, out_of_order = 0, locked = 0;
#pragma omp parallel for ordered schedule(dynamic)
    for (int i = 0; i < 100; i++) {
        omp_set_lock(&lock);
        locked++;
        omp_unset_lock(&lock);
#pragma omp ordered
        {
            out_of_order += last != i - 1;
            last = i;
        }
    }
    omp_destroy_lock(&lock);
    CHECK_EQUAL(locked, 100);
    CHECK_EQUAL(out_of_order, 0);
    return finish("teams");
}
