/*
 * Neighbourhood collectives on Cartesian, graph and distributed-graph communicators, blocking and nonblocking.
 *
 * test: ranks 1 3 4 6
 * test: flotilla-ranks 12 31
 */
#include "../support/check.h"

static int nonblocking;
static MPI_Comm comm;

#define COLLECTIVE(Name, name, ...) \
    do { \
        if (nonblocking) { \
            MPI_Request request; \
            MPI_I##name(__VA_ARGS__, comm, &request); \
            MPI_Wait(&request, MPI_STATUS_IGNORE); \
        } else { \
            MPI_##Name(__VA_ARGS__, comm); \
        } \
    } while (0)

enum { EACH = 2, MAX = 16 };

static int word(int from, int edge, int item)
{
    return from * 1009 + edge * 17 + item;
}

/*
 * sources[i] sends to us over its out-edge source_edges[i]; a neighbour of MPI_PROC_NULL leaves the buffer alone.
 */
static void test_all(int rank, int ins, const int *sources, const int *source_edges, int outs)
{
    int all[EACH * MAX], in[EACH * MAX], send[EACH];

    for (int i = 0; i < EACH; i++)
        send[i] = word(rank, 99, i);
    memset(all, 0xff, sizeof all);
    COLLECTIVE(Neighbor_allgather, neighbor_allgather, send, EACH, MPI_INT, all, EACH, MPI_INT);
    for (int n = 0; n < ins; n++)
        for (int i = 0; i < EACH; i++)
            CHECK_VALUE("neighbor_allgather", all[n * EACH + i],
                        sources[n] == MPI_PROC_NULL ? -1 : word(sources[n], 99, i));

    int counts[MAX], places[MAX];
    for (int n = 0; n < ins; n++) {
        counts[n] = sources[n] == MPI_PROC_NULL ? 1 : 1 + sources[n] % 2;
        places[n] = (ins - 1 - n) * EACH;
    }
    memset(all, 0xff, sizeof all);
    COLLECTIVE(Neighbor_allgatherv, neighbor_allgatherv, send, 1 + rank % 2, MPI_INT, all, counts, places, MPI_INT);
    for (int n = 0; n < ins; n++)
        for (int i = 0; i < counts[n]; i++)
            CHECK_VALUE("neighbor_allgatherv", all[places[n] + i],
                        sources[n] == MPI_PROC_NULL ? -1 : word(sources[n], 99, i));

    for (int n = 0; n < outs; n++)
        for (int i = 0; i < EACH; i++)
            all[n * EACH + i] = word(rank, n, i);
    memset(in, 0xff, sizeof in);
    COLLECTIVE(Neighbor_alltoall, neighbor_alltoall, all, EACH, MPI_INT, in, EACH, MPI_INT);
    for (int n = 0; n < ins; n++)
        for (int i = 0; i < EACH; i++)
            CHECK_VALUE("neighbor_alltoall", in[n * EACH + i],
                        sources[n] == MPI_PROC_NULL ? -1 : word(sources[n], source_edges[n], i));

    int out_counts[MAX], out_places[MAX];
    MPI_Aint out_bytes[MAX], in_bytes[MAX];
    MPI_Datatype out_types[MAX], in_types[MAX];
    for (int n = 0; n < outs; n++) {
        out_counts[n] = EACH;
        out_places[n] = n * EACH;
        out_bytes[n] = (MPI_Aint)(n * EACH * sizeof(int));
        out_types[n] = MPI_INT;
    }
    for (int n = 0; n < ins; n++) {
        counts[n] = EACH;
        places[n] = n * EACH;
        in_bytes[n] = (MPI_Aint)(n * EACH * sizeof(int));
        in_types[n] = MPI_INT;
    }
    memset(in, 0xff, sizeof in);
    COLLECTIVE(Neighbor_alltoallv, neighbor_alltoallv, all, out_counts, out_places, MPI_INT, in, counts, places,
               MPI_INT);
    for (int n = 0; n < ins; n++)
        for (int i = 0; i < EACH; i++)
            CHECK_VALUE("neighbor_alltoallv", in[n * EACH + i],
                        sources[n] == MPI_PROC_NULL ? -1 : word(sources[n], source_edges[n], i));
    memset(in, 0xff, sizeof in);
    COLLECTIVE(Neighbor_alltoallw, neighbor_alltoallw, all, out_counts, out_bytes, out_types, in, counts, in_bytes,
               in_types);
    for (int n = 0; n < ins; n++)
        for (int i = 0; i < EACH; i++)
            CHECK_VALUE("neighbor_alltoallw", in[n * EACH + i],
                        sources[n] == MPI_PROC_NULL ? -1 : word(sources[n], source_edges[n], i));
}

static void test_cartesian(void)
{
    int dims[2] = {0, 0}, periods[2] = {0, 1}, rank, sources[4], edges[4];
    MPI_Dims_create(check_size, 2, dims);
    MPI_Cart_create(MPI_COMM_WORLD, 2, dims, periods, 0, &comm);
    MPI_Comm_rank(comm, &rank);
    for (int d = 0; d < 2; d++) {
        MPI_Cart_shift(comm, d, 1, &sources[2 * d], &sources[2 * d + 1]);
        /* What comes from the lower neighbour left it over its upper edge. */
        edges[2 * d] = 2 * d + 1;
        edges[2 * d + 1] = 2 * d;
    }
    for (nonblocking = 0; nonblocking < 2; nonblocking++)
        if (dims[1] > 2)  /* with two or one, an edge's two directions meet and the standard leaves which is which open */
            test_all(rank, 4, sources, edges, 4);
    MPI_Comm_free(&comm);
}

/* Everybody sends to its successor and to its third successor. */
static void test_distributed_graph(void)
{
    int rank = check_rank, n = check_size;
    int out[2] = {(rank + 1) % n, (rank + 3) % n}, in[2] = {(rank + n - 1) % n, (rank + 3 * n - 3) % n};
    int edges[2] = {0, 1}, weights[2] = {5, 7};
    int ins, outs, weighted, in_weights[2], out_weights[2], in_again[2], out_again[2], topology;

    if (in[0] == in[1])
        return;
    MPI_Dist_graph_create_adjacent(MPI_COMM_WORLD, 2, in, weights, 2, out, weights, MPI_INFO_NULL, 0, &comm);
    MPI_Topo_test(comm, &topology);
    CHECK_EQUAL(topology, MPI_DIST_GRAPH);
    MPI_Dist_graph_neighbors_count(comm, &ins, &outs, &weighted);
    CHECK_EQUAL(ins, 2);
    CHECK_EQUAL(outs, 2);
    CHECK(weighted);
    MPI_Dist_graph_neighbors(comm, 2, in_again, in_weights, 2, out_again, out_weights);
    for (int i = 0; i < 2; i++) {
        CHECK_EQUAL(in_again[i], in[i]);
        CHECK_EQUAL(out_again[i], out[i]);
        CHECK_EQUAL(in_weights[i], weights[i]);
        CHECK_EQUAL(out_weights[i], weights[i]);
    }
    for (nonblocking = 0; nonblocking < 2; nonblocking++)
        test_all(rank, 2, in, edges, 2);
    MPI_Comm_free(&comm);

    /* The general constructor: rank 0 describes the whole graph. */
    int *sources = malloc(sizeof(int) * n), *degrees = malloc(sizeof(int) * n), *targets = malloc(sizeof(int) * n);
    for (int r = 0; r < n; r++) {
        sources[r] = r;
        degrees[r] = 1;
        targets[r] = (r + 1) % n;
    }
    MPI_Dist_graph_create(MPI_COMM_WORLD, rank == 0 ? n : 0, sources, degrees, targets, MPI_UNWEIGHTED, MPI_INFO_NULL,
                          0, &comm);
    MPI_Dist_graph_neighbors_count(comm, &ins, &outs, &weighted);
    CHECK_EQUAL(ins, 1);
    CHECK_EQUAL(outs, 1);
    CHECK(!weighted);
    for (nonblocking = 0; nonblocking < 2; nonblocking++)
        test_all(rank, 1, in, edges, 1);
    MPI_Comm_free(&comm);
    free(sources);
    free(degrees);
    free(targets);
}

/* A star as a graph topology: rank 0 knows everybody, the others know rank 0. */
static void test_graph(void)
{
    int n = check_size, index[64], edges[128], total = 0, neighbours[64], count, zeros[64];
    if (n < 2 || n > MAX)
        return;
    for (int r = 0; r < n; r++) {
        if (r == 0)
            for (int other = 1; other < n; other++)
                edges[total++] = other;
        else
            edges[total++] = 0;
        index[r] = total;
    }
    MPI_Graph_create(MPI_COMM_WORLD, n, index, edges, 0, &comm);
    MPI_Graph_neighbors_count(comm, check_rank, &count);
    CHECK_EQUAL(count, check_rank == 0 ? n - 1 : 1);
    MPI_Graph_neighbors(comm, check_rank, count, neighbours);
    for (int i = 0; i < n; i++)
        zeros[i] = check_rank == 0 ? 0 : check_rank - 1;  /* rank 0's edge to rank r is number r - 1 */
    for (nonblocking = 0; nonblocking < 2; nonblocking++)
        test_all(check_rank, count, neighbours, zeros, count);
    MPI_Comm_free(&comm);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    test_cartesian();
    test_distributed_graph();
    test_graph();
    return finish("neighbourhood collectives");
}
