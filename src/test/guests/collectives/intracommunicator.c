/*
 * Every collective of an intracommunicator, blocking and nonblocking, with and without MPI_IN_PLACE, from every kind of
 * root, against a serial computation; on communicators of every size up to the world's.
 *
 * test: ranks 1 2 4
 * test: flotilla-ranks 33
 */
#include "../support/check.h"

static int nonblocking;
static MPI_Comm comm;
static int rank, size;

/* MPI_Name(..., comm), or MPI_Iname(..., comm, &request) and a wait. */
#define COLLECTIVE(Name, name, ...) \
    do { \
        if (nonblocking) { \
            MPI_Request request; \
            MPI_I##name(__VA_ARGS__, comm, &request); \
            MPI_Wait(&request, MPI_STATUS_IGNORE); \
            CHECK(request == MPI_REQUEST_NULL); \
        } else { \
            MPI_##Name(__VA_ARGS__, comm); \
        } \
    } while (0)

enum { MAX = 64, EACH = 3 };

/* What rank `from` says about item `item` to rank `to`. */
static int word(int from, int to, int item)
{
    return from * 10007 + to * 101 + item + 5;
}

/* Different counts per rank, zero among them. */
static int uneven(int r)
{
    return (r * 7 + 3) % 5;
}

static int roots(int i)
{
    int candidates[3] = {0, size - 1, size / 2};
    return candidates[i];
}

static void test_barrier(void)
{
    if (nonblocking) {
        MPI_Request request;
        MPI_Ibarrier(comm, &request);
        MPI_Wait(&request, MPI_STATUS_IGNORE);
    } else {
        MPI_Barrier(comm);
    }
}

static void test_bcast(int root, int count)
{
    int *data = malloc(sizeof *data * (count + 1));
    for (int i = 0; i < count; i++)
        data[i] = rank == root ? word(root, 0, i) : -1;
    data[count] = -7;
    COLLECTIVE(Bcast, bcast, data, count, MPI_INT, root);
    for (int i = 0; i < count; i++)
        CHECK_VALUE("bcast", data[i], word(root, 0, i));
    CHECK_EQUAL(data[count], -7);
    free(data);
}

static void test_gather(int root, int in_place)
{
    int send[EACH], *all = malloc(sizeof(int) * EACH * size);
    for (int i = 0; i < EACH; i++)
        send[i] = word(rank, root, i);
    memset(all, 0xff, sizeof(int) * EACH * size);
    if (rank == root && in_place) {
        memcpy(all + EACH * rank, send, sizeof send);
        COLLECTIVE(Gather, gather, MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, all, EACH, MPI_INT, root);
    } else {
        COLLECTIVE(Gather, gather, send, EACH, MPI_INT, rank == root ? all : NULL, EACH, MPI_INT, root);
    }
    for (int r = 0; rank == root && r < size; r++)
        for (int i = 0; i < EACH; i++)
            CHECK_VALUE("gather", all[r * EACH + i], word(r, root, i));
    free(all);
}

static void test_gatherv(int root, int in_place)
{
    int send[MAX], counts[MAX], places[MAX], total = 0;
    for (int r = 0; r < size; r++) {
        counts[r] = uneven(r);
        places[r] = total + 1;  /* a gap before each */
        total += counts[r] + 1;
    }
    int *all = malloc(sizeof(int) * (total + 1));
    memset(all, 0xff, sizeof(int) * (total + 1));
    for (int i = 0; i < uneven(rank); i++)
        send[i] = word(rank, root, i);
    if (rank == root && in_place) {
        memcpy(all + places[rank], send, sizeof(int) * uneven(rank));
        COLLECTIVE(Gatherv, gatherv, MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, all, counts, places, MPI_INT, root);
    } else {
        COLLECTIVE(Gatherv, gatherv, send, uneven(rank), MPI_INT, all, counts, places, MPI_INT, root);
    }
    for (int r = 0; rank == root && r < size; r++) {
        CHECK_VALUE("gatherv gap", all[places[r] - 1], -1);
        for (int i = 0; i < counts[r]; i++)
            CHECK_VALUE("gatherv", all[places[r] + i], word(r, root, i));
    }
    free(all);
}

static void test_scatter(int root, int in_place)
{
    int receive[EACH] = {-1, -1, -1}, *all = malloc(sizeof(int) * EACH * size);
    for (int r = 0; r < size; r++)
        for (int i = 0; i < EACH; i++)
            all[r * EACH + i] = rank == root ? word(root, r, i) : -1;
    if (rank == root && in_place) {
        COLLECTIVE(Scatter, scatter, all, EACH, MPI_INT, MPI_IN_PLACE, EACH, MPI_INT, root);
        memcpy(receive, all + EACH * rank, sizeof receive);
    } else {
        COLLECTIVE(Scatter, scatter, all, EACH, MPI_INT, receive, EACH, MPI_INT, root);
    }
    for (int i = 0; i < EACH; i++)
        CHECK_VALUE("scatter", receive[i], word(root, rank, i));
    free(all);
}

static void test_scatterv(int root, int in_place)
{
    int receive[MAX], counts[MAX], places[MAX], total = 0;
    for (int r = size - 1; r >= 0; r--) {  /* backwards: displacements need not grow */
        counts[r] = uneven(r);
        places[r] = total;
        total += counts[r];
    }
    int *all = malloc(sizeof(int) * (total + 1));
    for (int r = 0; r < size; r++)
        for (int i = 0; i < counts[r]; i++)
            all[places[r] + i] = word(root, r, i);
    memset(receive, 0xff, sizeof receive);
    if (rank == root && in_place)
        COLLECTIVE(Scatterv, scatterv, all, counts, places, MPI_INT, MPI_IN_PLACE, 0, MPI_INT, root);
    else
        COLLECTIVE(Scatterv, scatterv, all, counts, places, MPI_INT, receive, uneven(rank), MPI_INT, root);
    for (int i = 0; !(rank == root && in_place) && i < uneven(rank); i++)
        CHECK_VALUE("scatterv", receive[i], word(root, rank, i));
    CHECK_VALUE("scatterv end", receive[uneven(rank)], -1);
    free(all);
}

static void test_allgather(int in_place)
{
    int send[EACH], *all = malloc(sizeof(int) * EACH * size);
    memset(all, 0xff, sizeof(int) * EACH * size);
    for (int i = 0; i < EACH; i++)
        send[i] = word(rank, 0, i);
    if (in_place) {
        memcpy(all + EACH * rank, send, sizeof send);
        COLLECTIVE(Allgather, allgather, MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, all, EACH, MPI_INT);
    } else {
        COLLECTIVE(Allgather, allgather, send, EACH, MPI_INT, all, EACH, MPI_INT);
    }
    for (int r = 0; r < size; r++)
        for (int i = 0; i < EACH; i++)
            CHECK_VALUE("allgather", all[r * EACH + i], word(r, 0, i));
    free(all);
}

static void test_allgatherv(int in_place)
{
    int send[MAX], counts[MAX], places[MAX], total = 0;
    for (int r = 0; r < size; r++) {
        counts[r] = uneven(r);
        places[r] = total;
        total += counts[r] + 1;
    }
    int *all = malloc(sizeof(int) * (total + 1));
    memset(all, 0xff, sizeof(int) * (total + 1));
    for (int i = 0; i < uneven(rank); i++)
        send[i] = word(rank, 0, i);
    if (in_place) {
        memcpy(all + places[rank], send, sizeof(int) * uneven(rank));
        COLLECTIVE(Allgatherv, allgatherv, MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, all, counts, places, MPI_INT);
    } else {
        COLLECTIVE(Allgatherv, allgatherv, send, uneven(rank), MPI_INT, all, counts, places, MPI_INT);
    }
    for (int r = 0; r < size; r++) {
        for (int i = 0; i < counts[r]; i++)
            CHECK_VALUE("allgatherv", all[places[r] + i], word(r, 0, i));
        CHECK_VALUE("allgatherv gap", all[places[r] + counts[r]], -1);
    }
    free(all);
}

static void test_alltoall(int in_place)
{
    int *send = malloc(sizeof(int) * EACH * size), *receive = malloc(sizeof(int) * EACH * size);
    for (int r = 0; r < size; r++)
        for (int i = 0; i < EACH; i++)
            send[r * EACH + i] = word(rank, r, i);
    memcpy(receive, send, sizeof(int) * EACH * size);
    if (in_place)
        COLLECTIVE(Alltoall, alltoall, MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, receive, EACH, MPI_INT);
    else
        COLLECTIVE(Alltoall, alltoall, send, EACH, MPI_INT, receive, EACH, MPI_INT);
    for (int r = 0; r < size; r++)
        for (int i = 0; i < EACH; i++)
            CHECK_VALUE("alltoall", receive[r * EACH + i], word(r, rank, i));
    free(send);
    free(receive);
}

/* How many words go from one rank to another; the same both ways for in-place exchanges. */
static int between(int from, int to, int symmetric)
{
    return symmetric ? (from + to) % 4 : (from * 3 + to * 5) % 4;
}

static void test_alltoallv(int in_place, int with_types)
{
    int send_counts[MAX], receive_counts[MAX], send_places[MAX], receive_places[MAX];
    int send_bytes[MAX], receive_bytes[MAX], sends = 0, receives = 0;
    MPI_Datatype types[MAX];
    for (int r = 0; r < size; r++) {
        send_counts[r] = between(rank, r, in_place);
        receive_counts[r] = between(r, rank, in_place);
        send_places[r] = sends;
        receive_places[r] = receives;
        send_bytes[r] = sends * (int)sizeof(int);
        receive_bytes[r] = receives * (int)sizeof(int);
        sends += send_counts[r];
        receives += receive_counts[r] + 1;
        types[r] = MPI_INT;
    }
    int *send = malloc(sizeof(int) * (sends + 1)), *receive = malloc(sizeof(int) * (receives + 1));
    memset(receive, 0xff, sizeof(int) * (receives + 1));
    for (int r = 0; r < size; r++)
        for (int i = 0; i < send_counts[r]; i++) {
            send[send_places[r] + i] = word(rank, r, i);
            if (in_place)
                receive[receive_places[r] + i] = word(rank, r, i);
        }
    if (with_types && in_place)
        COLLECTIVE(Alltoallw, alltoallw, MPI_IN_PLACE, NULL, NULL, NULL, receive, receive_counts, receive_bytes, types);
    else if (with_types)
        COLLECTIVE(Alltoallw, alltoallw, send, send_counts, send_bytes, types, receive, receive_counts, receive_bytes,
                   types);
    else if (in_place)
        COLLECTIVE(Alltoallv, alltoallv, MPI_IN_PLACE, NULL, NULL, MPI_DATATYPE_NULL, receive, receive_counts,
                   receive_places, MPI_INT);
    else
        COLLECTIVE(Alltoallv, alltoallv, send, send_counts, send_places, MPI_INT, receive, receive_counts,
                   receive_places, MPI_INT);
    for (int r = 0; r < size; r++) {
        for (int i = 0; i < receive_counts[r]; i++)
            CHECK_VALUE("alltoallv", receive[receive_places[r] + i], word(r, rank, i));
        CHECK_VALUE("alltoallv gap", receive[receive_places[r] + receive_counts[r]], -1);
    }
    free(send);
    free(receive);
}

/* An operation that is associative but not commutative: composition of affine maps x -> a x + b modulo 2^32. */
struct affine {
    unsigned a, b;
};

static void compose(void *in, void *inout, int *count, MPI_Datatype *type)
{
    struct affine *left = in, *right = inout;
    (void)type;
    for (int i = 0; i < *count; i++) {
        struct affine result = {left[i].a * right[i].a, left[i].a * right[i].b + left[i].b};
        right[i] = result;
    }
}

static struct affine map_of(int r, int item)
{
    struct affine map = {2u * (unsigned)r + 3u, (unsigned)(r * 31 + item)};
    return map;
}

static struct affine composed(int from, int to, int item)
{
    struct affine result = {1, 0};
    for (int r = from; r <= to; r++) {
        struct affine next = map_of(r, item);
        struct affine product = {result.a * next.a, result.a * next.b + result.b};
        result = product;
    }
    return result;
}

static MPI_Datatype affine_type;
static MPI_Op affine_op;

static void check_maps(const char *what, const struct affine *actual, int from, int to, int first_item, int count)
{
    for (int i = 0; i < count; i++) {
        struct affine expected = composed(from, to, first_item + i);
        CHECK_VALUE(what, actual[i].a, expected.a);
        CHECK_VALUE(what, actual[i].b, expected.b);
    }
}

static void test_reduce(int root, int in_place)
{
    struct affine send[EACH], receive[EACH];
    memset(receive, 0xff, sizeof receive);
    for (int i = 0; i < EACH; i++)
        send[i] = map_of(rank, i);
    if (in_place && rank == root) {
        memcpy(receive, send, sizeof send);
        COLLECTIVE(Reduce, reduce, MPI_IN_PLACE, receive, EACH, affine_type, affine_op, root);
    } else {
        COLLECTIVE(Reduce, reduce, send, receive, EACH, affine_type, affine_op, root);
    }
    if (rank == root)
        check_maps("reduce", receive, 0, size - 1, 0, EACH);
    else
        CHECK_VALUE("reduce elsewhere", receive[0].a, -1u);
}

static void test_allreduce(int in_place)
{
    struct affine send[EACH], receive[EACH];
    int value = rank + 1, sum = -1, maximum = -1;
    for (int i = 0; i < EACH; i++)
        receive[i] = send[i] = map_of(rank, i);
    COLLECTIVE(Allreduce, allreduce, in_place ? MPI_IN_PLACE : send, receive, EACH, affine_type, affine_op);
    check_maps("allreduce", receive, 0, size - 1, 0, EACH);
    COLLECTIVE(Allreduce, allreduce, &value, &sum, 1, MPI_INT, MPI_SUM);
    CHECK_VALUE("sum", sum, size * (size + 1) / 2);
    COLLECTIVE(Allreduce, allreduce, &value, &maximum, 1, MPI_INT, MPI_MAX);
    CHECK_VALUE("max", maximum, size);
}

static void test_scans(int in_place)
{
    struct affine send[EACH], receive[EACH];
    for (int i = 0; i < EACH; i++)
        receive[i] = send[i] = map_of(rank, i);
    COLLECTIVE(Scan, scan, in_place ? MPI_IN_PLACE : send, receive, EACH, affine_type, affine_op);
    check_maps("scan", receive, 0, rank, 0, EACH);
    memcpy(receive, send, sizeof send);
    COLLECTIVE(Exscan, exscan, in_place ? MPI_IN_PLACE : send, receive, EACH, affine_type, affine_op);
    if (rank > 0)
        check_maps("exscan", receive, 0, rank - 1, 0, EACH);
}

static void test_reduce_scatter(int in_place, int block)
{
    int counts[MAX], total = 0, before = 0;
    for (int r = 0; r < size; r++) {
        counts[r] = block ? 2 : uneven(r);
        if (r < rank)
            before += counts[r];
        total += counts[r];
    }
    struct affine *send = malloc(sizeof *send * (total + 1)), *receive = malloc(sizeof *receive * (total + 1));
    for (int i = 0; i < total; i++)
        receive[i] = send[i] = map_of(rank, i);
    if (block)
        COLLECTIVE(Reduce_scatter_block, reduce_scatter_block, in_place ? MPI_IN_PLACE : send, receive, 2, affine_type,
                   affine_op);
    else
        COLLECTIVE(Reduce_scatter, reduce_scatter, in_place ? MPI_IN_PLACE : send, receive, counts, affine_type,
                   affine_op);
    check_maps("reduce_scatter", receive, 0, size - 1, before, counts[rank]);
    free(send);
    free(receive);
}

/* Many collectives of different kinds in flight at once, waited for in another order. */
static void test_many_in_flight(void)
{
    enum { DEPTH = 6 };
    MPI_Request requests[2 * DEPTH + 1];
    int sums[DEPTH], values[DEPTH], words[DEPTH];
    for (int i = 0; i < DEPTH; i++) {
        values[i] = rank + i;
        words[i] = rank == i % size ? word(i, i, i) : -1;
        MPI_Iallreduce(&values[i], &sums[i], 1, MPI_INT, MPI_SUM, comm, &requests[2 * i]);
        MPI_Ibcast(&words[i], 1, MPI_INT, i % size, comm, &requests[2 * i + 1]);
    }
    MPI_Ibarrier(comm, &requests[2 * DEPTH]);
    MPI_Wait(&requests[2 * DEPTH], MPI_STATUS_IGNORE);
    for (int i = DEPTH - 1; i >= 0; i--)
        MPI_Wait(&requests[2 * i], MPI_STATUS_IGNORE);
    MPI_Waitall(2 * DEPTH, requests, MPI_STATUSES_IGNORE);
    for (int i = 0; i < DEPTH; i++) {
        CHECK_VALUE("in flight sum", sums[i], size * (size - 1) / 2 + i * size);
        CHECK_VALUE("in flight bcast", words[i], word(i, i, i));
    }
}

/* Sender and receiver may describe the same data by different types. */
static void test_derived_types(void)
{
    MPI_Datatype column;
    int grid[4][3], *all = malloc(sizeof(int) * 4 * size);
    MPI_Type_vector(4, 1, 3, MPI_INT, &column);
    MPI_Type_commit(&column);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 3; j++)
            grid[i][j] = word(rank, j, i);
    COLLECTIVE(Allgather, allgather, &grid[0][1], 1, column, all, 4, MPI_INT);
    for (int r = 0; r < size; r++)
        for (int i = 0; i < 4; i++)
            CHECK_VALUE("column", all[r * 4 + i], word(r, 1, i));
    MPI_Type_free(&column);
    free(all);
}

static void test_all(void)
{
    test_barrier();
    for (int i = 0; i < 3; i++) {
        int root = roots(i);
        test_bcast(root, 0);
        test_bcast(root, 1);
        test_bcast(root, 100000);
        for (int in_place = 0; in_place < 2; in_place++) {
            test_gather(root, in_place);
            test_gatherv(root, in_place);
            test_scatter(root, in_place);
            test_scatterv(root, in_place);
            test_reduce(root, in_place);
        }
    }
    for (int in_place = 0; in_place < 2; in_place++) {
        test_allgather(in_place);
        test_allgatherv(in_place);
        test_alltoall(in_place);
        test_alltoallv(in_place, 0);
        test_alltoallv(in_place, 1);
        test_allreduce(in_place);
        test_scans(in_place);
        test_reduce_scatter(in_place, 0);
        test_reduce_scatter(in_place, 1);
    }
    test_many_in_flight();
    test_derived_types();
    test_barrier();
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    MPI_Type_contiguous(2, MPI_UNSIGNED, &affine_type);
    MPI_Type_commit(&affine_type);
    MPI_Op_create(compose, 0, &affine_op);
    for (int wanted = 1; wanted <= check_size; wanted++) {
        /* Backwards, so that a rank's number in the communicator is not its number in the world. */
        MPI_Comm_split(MPI_COMM_WORLD, check_rank < wanted ? 0 : MPI_UNDEFINED, -check_rank, &comm);
        if (comm != MPI_COMM_NULL) {
            MPI_Comm_rank(comm, &rank);
            MPI_Comm_size(comm, &size);
            CHECK_EQUAL(size, wanted);
            for (nonblocking = 0; nonblocking < 2; nonblocking++)
                test_all();
            MPI_Comm_free(&comm);
        }
    }
    comm = MPI_COMM_WORLD;
    rank = check_rank;
    size = check_size;
    for (nonblocking = 0; nonblocking < 2; nonblocking++)
        test_all();
    MPI_Op_free(&affine_op);
    MPI_Type_free(&affine_type);
    return finish("intracommunicator collectives");
}
