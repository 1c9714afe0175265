/*
 * Counts visits of ranks for each PE. Ranks yield between their visits, some are long, and so an idle PE takes ranks away from the
 * other; each PE's count then has what ranks did there, whoever they are. Compiled by AutoTlsTest, as C and as C++.
 */
#include "pe.h"
#include <mpi.h>
#include <stdio.h>

#define ROUNDS 300

flotilla_scope(pe) static volatile double heat[300] = {1.5};

int main(int argc, char **argv)
{
    int rank, size;
    long moved = 0, mine = 0;
    struct visits *before = NULL;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    for (int i = 0; i < ROUNDS; i++) {
        struct visits *here = &visits;
        moved += before != NULL && before != here;
        before = here;
        long count = visits.count;
        visit(rank);
        mine++;
        /* Nobody else runs on this PE meanwhile. */
        if (visits.count != count + 1 || visits.last != rank || here != &visits)
            printf("rank %d: WRONG: %ld after %ld\n", rank, visits.count, count);
        if (heat[0] < 1.5)
            printf("rank %d: WRONG: %g\n", rank, heat[0]);
        heat[0] = heat[0] + 1;
        if (rank % 2 == 0)
            for (volatile int work = 0; work < 20000; work++)
                ;
        int flag;
        MPI_Iprobe(MPI_ANY_SOURCE, 99, MPI_COMM_WORLD, &flag, MPI_STATUS_IGNORE);
        MPI_Barrier(MPI_COMM_WORLD);
    }
    /* A PE's count is the same for all that are on it, and the counts of all PEs make up all visits. */
    long at[2] = {(long)(size_t)&visits, visits.count - 1000}, all[2 * 64], total = 0, pes = 0, moves;
    MPI_Gather(at, 2, MPI_LONG, all, 2, MPI_LONG, 0, MPI_COMM_WORLD);
    MPI_Reduce(&moved, &moves, 1, MPI_LONG, MPI_SUM, 0, MPI_COMM_WORLD);
    for (int i = 0; rank == 0 && i < size; i++) {
        int known = 0;
        for (int j = 0; j < i; j++)
            known |= all[2 * j] == all[2 * i];
        if (!known) {
            pes++;
            total += all[2 * i + 1];
        }
    }
    if (rank == 0)
        printf("%s of %ld visits on %ld PEs, %s\n", total == (long)size * ROUNDS ? "all" : "WRONG part", total, pes, moves > 0 ? "moved" : "stayed");
    MPI_Finalize();
    return mine != ROUNDS;
}
