/*
 * What AMPI offers, in a job of any shape: each rank visits all PEs, sets its load, and asks for balancing with all kinds of hints.
 *
 *     ampi [checkpoint]
 */
#include <flotilla.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

static void check(int right, const char *what) {
    if (!right) {
        printf("wrong: %s\n", what);
        failures++;
    }
}

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    int rank, size, pe = -1, pes = -1, node = -1, nodes = -1;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    check(AMPI_My_pe(&pe) == MPI_SUCCESS && AMPI_Num_pes(&pes) == MPI_SUCCESS, "codes of AMPI_My_pe, AMPI_Num_pes");
    check(AMPI_My_node(&node) == MPI_SUCCESS && AMPI_Num_nodes(&nodes) == MPI_SUCCESS, "codes of AMPI_My_node, AMPI_Num_nodes");
    check(pe >= 0 && pe < pes && node >= 0 && node < nodes && nodes <= pes, "where a rank is");
    if (rank == 0) printf("%d PEs on %d nodes\n", pes, nodes);

    char *kept = malloc(100000);
    memset(kept, rank + 1, 100000);
    for (int i = 1; i <= pes; i++) {
        int to = (rank + i) % pes, now = -1, there = -1;
        check(AMPI_Migrate_to_pe(to) == MPI_SUCCESS, "code of AMPI_Migrate_to_pe");
        AMPI_My_pe(&now);
        AMPI_My_node(&there);
        /* Inside a node an idle PE may have taken the rank. All nodes have as many PEs. */
        check(there == to / (pes / nodes), "node of AMPI_Migrate_to_pe");
        check(now / (pes / nodes) == there, "PE and node");
        for (int j = 0; j < 100000; j++) {
            if (kept[j] != rank + 1) {
                check(0, "memory after AMPI_Migrate_to_pe");
                break;
            }
        }
    }
    check(AMPI_Load_stop_measure() == MPI_SUCCESS && AMPI_Load_start_measure() == MPI_SUCCESS, "codes of AMPI_Load_*_measure");
    check(AMPI_Load_set_value(rank < size / 2 ? 1.0 : 0.0625) == MPI_SUCCESS, "code of AMPI_Load_set_value");

    MPI_Info hints;
    MPI_Info_create(&hints);
    check(AMPI_Migrate(hints) == MPI_SUCCESS, "AMPI_Migrate without hints");
    MPI_Info_set(hints, "ampi_load_balance", "async");
    check(AMPI_Migrate(hints) == MPI_SUCCESS, "AMPI_Migrate, async");
    MPI_Info_set(hints, "ampi_load_balance", "sync");
    check(AMPI_Migrate(hints) == MPI_SUCCESS, "AMPI_Migrate, sync");
    MPI_Info_free(&hints);
    check(AMPI_Migrate(AMPI_INFO_LB_ASYNC) == MPI_SUCCESS, "AMPI_INFO_LB_ASYNC");
    for (int i = 0; i < 3; i++) check(AMPI_Migrate(AMPI_INFO_LB_SYNC) == MPI_SUCCESS, "AMPI_INFO_LB_SYNC");
    if (argc > 1) check(AMPI_Migrate(AMPI_INFO_CHKPT_IN_MEMORY) == MPI_SUCCESS, "AMPI_INFO_CHKPT_IN_MEMORY");

    /* The loads that were set tell where ranks should be: each node has as many heavy ones. */
    int heavy = rank < size / 2, *on = calloc((size_t)nodes, sizeof *on), *all = calloc((size_t)nodes, sizeof *all);
    AMPI_My_node(&node);
    on[node] = heavy;
    MPI_Allreduce(on, all, nodes, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    if (rank == 0) {
        printf("heavy ranks by node:");
        for (int i = 0; i < nodes; i++) printf(" %d", all[i]);
        printf("\n");
    }

    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN);
    check(AMPI_Migrate_to_pe(pes) != MPI_SUCCESS && AMPI_Migrate_to_pe(-1) != MPI_SUCCESS, "PEs that are not there");
    check(AMPI_Load_set_value(-1) != MPI_SUCCESS, "a negative load");
    int total = 0;
    MPI_Reduce(&failures, &total, 1, MPI_INT, MPI_SUM, 0, MPI_COMM_WORLD);
    if (rank == 0) printf("%d failures\n", total);
    MPI_Finalize();
    return total > 0;
}
