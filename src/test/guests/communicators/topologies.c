/*
 * Topologies: MPI_Dims_create, Cartesian communicators with shifts and sub-grids, graphs, mapping.
 *
 * test: ranks 1 4 6
 * test: flotilla-ranks 12 30
 */
#include "../support/check.h"

static void test_dims(void)
{
    static const struct {
        int nodes, dims, fixed[3], expected[3];
    } cases[] = {
        {6, 2, {0, 0, 0}, {3, 2, 0}},  {7, 2, {0, 0, 0}, {7, 1, 0}},   {6, 3, {0, 3, 0}, {2, 3, 1}},
        {16, 2, {0, 0, 0}, {4, 4, 0}}, {12, 3, {0, 0, 0}, {3, 2, 2}},  {64, 3, {0, 0, 0}, {4, 4, 4}},
        {1, 3, {0, 0, 0}, {1, 1, 1}},  {1024, 3, {0, 0, 0}, {16, 8, 8}}, {30, 3, {0, 0, 0}, {5, 3, 2}},
        {24, 2, {0, 4, 0}, {6, 4, 0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int dims[3];
        memcpy(dims, cases[i].fixed, sizeof dims);
        MPI_Dims_create(cases[i].nodes, cases[i].dims, dims);
        for (int d = 0; d < cases[i].dims; d++)
            if (dims[d] != cases[i].expected[d])
                check_failed(__FILE__, __LINE__, "dims of %d: dimension %d is %d, not %d", cases[i].nodes, d, dims[d],
                             cases[i].expected[d]);
    }
}

static void test_cartesian(void)
{
    int dims[2] = {0, 0}, periods[2] = {1, 0}, rank, topology, count;
    MPI_Comm comm;
    MPI_Dims_create(check_size, 2, dims);
    MPI_Cart_create(MPI_COMM_WORLD, 2, dims, periods, 0, &comm);
    MPI_Comm_rank(comm, &rank);
    CHECK_EQUAL(rank, check_rank);
    MPI_Topo_test(comm, &topology);
    CHECK_EQUAL(topology, MPI_CART);
    MPI_Topo_test(MPI_COMM_WORLD, &topology);
    CHECK_EQUAL(topology, MPI_UNDEFINED);
    MPI_Cartdim_get(comm, &count);
    CHECK_EQUAL(count, 2);

    int got_dims[2], got_periods[2], place[2], again[2], found;
    MPI_Cart_get(comm, 2, got_dims, got_periods, place);
    CHECK_EQUAL(got_dims[0], dims[0]);
    CHECK(got_periods[0] && !got_periods[1]);
    CHECK_EQUAL(place[0] * dims[1] + place[1], rank);  /* row-major, as the standard demands */
    MPI_Cart_coords(comm, rank, 2, again);
    CHECK(again[0] == place[0] && again[1] == place[1]);
    MPI_Cart_rank(comm, place, &found);
    CHECK_EQUAL(found, rank);
    int outside[2] = {place[0] - dims[0], place[1]};
    MPI_Cart_rank(comm, outside, &found);  /* wraps round in the periodic dimension */
    CHECK_EQUAL(found, rank);

    for (int step = -2; step <= 2; step++) {
        int source, target;
        MPI_Cart_shift(comm, 0, step, &source, &target);
        CHECK_EQUAL(target, ((place[0] + step) % dims[0] + dims[0]) % dims[0] * dims[1] + place[1]);
        CHECK_EQUAL(source, ((place[0] - step) % dims[0] + dims[0]) % dims[0] * dims[1] + place[1]);
        MPI_Cart_shift(comm, 1, step, &source, &target);
        int there = place[1] + step;
        CHECK_EQUAL(target, there < 0 || there >= dims[1] ? MPI_PROC_NULL : place[0] * dims[1] + there);
    }

    for (int kept = 0; kept < 2; kept++) {
        MPI_Comm line;
        int keep[2] = {kept == 0, kept == 1}, size, line_rank, line_dims, line_period, line_place;
        MPI_Cart_sub(comm, keep, &line);
        MPI_Comm_size(line, &size);
        MPI_Comm_rank(line, &line_rank);
        CHECK_EQUAL(size, dims[kept]);
        CHECK_EQUAL(line_rank, place[kept]);
        MPI_Cart_get(line, 1, &line_dims, &line_period, &line_place);
        CHECK_EQUAL(line_period, kept == 0);
        MPI_Comm_free(&line);
    }
    MPI_Comm copy;
    MPI_Comm_dup(comm, &copy);
    MPI_Topo_test(copy, &topology);
    CHECK_EQUAL(topology, MPI_CART);
    MPI_Comm_free(&copy);
    MPI_Comm_free(&comm);

    /* Fewer places than ranks: the rest gets no communicator. */
    int few[1] = {check_size - 1}, one[1] = {0};
    if (check_size > 1) {
        MPI_Cart_create(MPI_COMM_WORLD, 1, few, one, 0, &comm);
        CHECK((comm == MPI_COMM_NULL) == (check_rank == check_size - 1));
        if (comm != MPI_COMM_NULL)
            MPI_Comm_free(&comm);
    }
    int new_rank;
    MPI_Cart_map(MPI_COMM_WORLD, 2, dims, periods, &new_rank);
    CHECK(new_rank >= 0 && new_rank < check_size);
    MPI_Cart_create(MPI_COMM_WORLD, 0, NULL, NULL, 0, &comm);
    CHECK((comm != MPI_COMM_NULL) == (check_rank == 0));
    if (comm != MPI_COMM_NULL)
        MPI_Comm_free(&comm);
}

/* A ring as a graph. */
static void test_graph(void)
{
    int n = check_size, index[64], edges[128], nodes, count, topology;
    MPI_Comm comm;
    for (int r = 0; r < n; r++) {
        index[r] = 2 * (r + 1);
        edges[2 * r] = (r + n - 1) % n;
        edges[2 * r + 1] = (r + 1) % n;
    }
    MPI_Graph_create(MPI_COMM_WORLD, n, index, edges, 0, &comm);
    MPI_Topo_test(comm, &topology);
    CHECK_EQUAL(topology, MPI_GRAPH);
    MPI_Graphdims_get(comm, &nodes, &count);
    CHECK_EQUAL(nodes, n);
    CHECK_EQUAL(count, 2 * n);
    int got_index[64], got_edges[128], neighbours[2];
    MPI_Graph_get(comm, n, 2 * n, got_index, got_edges);
    CHECK(memcmp(index, got_index, sizeof(int) * n) == 0);
    CHECK(memcmp(edges, got_edges, sizeof(int) * 2 * n) == 0);
    MPI_Graph_neighbors_count(comm, check_rank, &count);
    CHECK_EQUAL(count, 2);
    MPI_Graph_neighbors(comm, check_rank, 2, neighbours);
    CHECK_EQUAL(neighbours[1], (check_rank + 1) % n);
    int new_rank;
    MPI_Graph_map(MPI_COMM_WORLD, n, index, edges, &new_rank);
    CHECK(new_rank >= 0 && new_rank < n);
    MPI_Comm_free(&comm);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    test_dims();
    test_cartesian();
    test_graph();
    return finish("topologies");
}
