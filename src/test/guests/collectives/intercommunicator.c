/*
 * Every collective on an intercommunicator whose groups have different sizes, blocking and nonblocking.
 *
 * MPICH 4.0.2 fails an assertion of its own in MPI_Ibcast from 5 ranks on.
 *
 * test: ranks 2 3
 * test: flotilla-ranks 5 11
 */
#include "../support/check.h"

static int nonblocking;
static MPI_Comm comm;
static int side, rank, size, others;

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

enum { EACH = 2, MAX = 64 };

static int word(int from_side, int from, int to, int item)
{
    return from_side * 1000003 + from * 1009 + to * 31 + item;
}

/* Rooted collectives: the root in side `root_side` says MPI_ROOT, its companions MPI_PROC_NULL, the others its rank. */
static int root_argument(int root_side, int root)
{
    if (side != root_side)
        return root;
    return rank == root ? MPI_ROOT : MPI_PROC_NULL;
}

static void test_rooted(int root_side, int root)
{
    int argument = root_argument(root_side, root), is_root = side == root_side && rank == root;
    int few[EACH], many[EACH * MAX], sum[EACH];

    for (int i = 0; i < EACH; i++)
        few[i] = is_root ? word(root_side, root, 0, i) : -1;
    COLLECTIVE(Bcast, bcast, few, EACH, MPI_INT, argument);
    if (side != root_side)
        for (int i = 0; i < EACH; i++)
            CHECK_VALUE("bcast", few[i], word(root_side, root, 0, i));

    for (int i = 0; i < EACH; i++)
        few[i] = word(side, rank, root, i);
    memset(many, 0xff, sizeof many);
    COLLECTIVE(Gather, gather, few, EACH, MPI_INT, many, EACH, MPI_INT, argument);
    for (int r = 0; is_root && r < others; r++)
        for (int i = 0; i < EACH; i++)
            CHECK_VALUE("gather", many[r * EACH + i], word(!side, r, root, i));

    for (int r = 0; r < others; r++)
        for (int i = 0; i < EACH; i++)
            many[r * EACH + i] = word(side, rank, r, i);
    memset(few, 0xff, sizeof few);
    COLLECTIVE(Scatter, scatter, many, EACH, MPI_INT, few, EACH, MPI_INT, argument);
    if (side != root_side)
        for (int i = 0; i < EACH; i++)
            CHECK_VALUE("scatter", few[i], word(root_side, root, rank, i));

    for (int i = 0; i < EACH; i++)
        few[i] = rank + i;
    COLLECTIVE(Reduce, reduce, few, sum, EACH, MPI_INT, MPI_SUM, argument);
    for (int i = 0; is_root && i < EACH; i++)
        CHECK_VALUE("reduce", sum[i], others * (others - 1) / 2 + i * others);
}

static void test_all_to_all(void)
{
    int few[EACH], out[EACH * MAX], in[EACH * MAX];
    int counts_in[MAX], counts_out[MAX], places_in[MAX], places_out[MAX], total = 0;

    for (int i = 0; i < EACH; i++)
        few[i] = word(side, rank, 0, i);
    COLLECTIVE(Allgather, allgather, few, EACH, MPI_INT, in, EACH, MPI_INT);
    for (int r = 0; r < others; r++)
        for (int i = 0; i < EACH; i++)
            CHECK_VALUE("allgather", in[r * EACH + i], word(!side, r, 0, i));

    for (int r = 0; r < others; r++)
        for (int i = 0; i < EACH; i++)
            out[r * EACH + i] = word(side, rank, r, i);
    COLLECTIVE(Alltoall, alltoall, out, EACH, MPI_INT, in, EACH, MPI_INT);
    for (int r = 0; r < others; r++)
        for (int i = 0; i < EACH; i++)
            CHECK_VALUE("alltoall", in[r * EACH + i], word(!side, r, rank, i));

    /* Rank r of one side contributes 1 + r % 2 words. */
    for (int r = 0; r < others; r++) {
        counts_in[r] = 1 + r % 2;
        places_in[r] = total;
        total += counts_in[r];
    }
    COLLECTIVE(Allgatherv, allgatherv, few, 1 + rank % 2, MPI_INT, in, counts_in, places_in, MPI_INT);
    for (int r = 0; r < others; r++)
        for (int i = 0; i < counts_in[r]; i++)
            CHECK_VALUE("allgatherv", in[places_in[r] + i], word(!side, r, 0, i));

    for (int r = 0; r < others; r++) {
        counts_out[r] = (rank + r) % 3;
        counts_in[r] = (rank + r) % 3;
        places_out[r] = places_in[r] = EACH * r;
        for (int i = 0; i < counts_out[r]; i++)
            out[places_out[r] + i] = i < EACH ? word(side, rank, r, i) : 0;
    }
    for (int r = 0; r < others; r++)
        counts_out[r] = counts_in[r] = counts_in[r] > EACH ? EACH : counts_in[r];
    COLLECTIVE(Alltoallv, alltoallv, out, counts_out, places_out, MPI_INT, in, counts_in, places_in, MPI_INT);
    for (int r = 0; r < others; r++)
        for (int i = 0; i < counts_in[r] && (rank + r) % 3 <= EACH; i++)
            CHECK_VALUE("alltoallv", in[places_in[r] + i], word(!side, r, rank, i));
}

static void test_reductions(void)
{
    int value = 10 * side + rank, sum, counts[MAX];
    COLLECTIVE(Allreduce, allreduce, &value, &sum, 1, MPI_INT, MPI_SUM);
    CHECK_VALUE("allreduce", sum, 10 * !side * others + others * (others - 1) / 2);

    /* Each side reduces `size * others` words of the other side and scatters them evenly over itself. */
    int *send = malloc(sizeof(int) * size * others), *receive = malloc(sizeof(int) * size * others);
    for (int i = 0; i < size * others; i++)
        send[i] = rank + i;
    for (int r = 0; r < size; r++)
        counts[r] = others;
    COLLECTIVE(Reduce_scatter, reduce_scatter, send, receive, counts, MPI_INT, MPI_SUM);
    for (int i = 0; i < others; i++)
        CHECK_VALUE("reduce_scatter", receive[i], others * (others - 1) / 2 + others * (rank * others + i));
    COLLECTIVE(Reduce_scatter_block, reduce_scatter_block, send, receive, others, MPI_INT, MPI_SUM);
    for (int i = 0; i < others; i++)
        CHECK_VALUE("reduce_scatter_block", receive[i], others * (others - 1) / 2 + others * (rank * others + i));
    free(send);
    free(receive);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    MPI_Comm local, merged;
    int inter, merged_rank, merged_size;

    side = check_rank % 3 == 1;  /* a third on one side */
    MPI_Comm_split(MPI_COMM_WORLD, side, check_rank, &local);
    MPI_Intercomm_create(local, 0, MPI_COMM_WORLD, side ? 0 : 1, 17, &comm);
    MPI_Comm_test_inter(comm, &inter);
    CHECK(inter);
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &size);
    MPI_Comm_remote_size(comm, &others);
    CHECK_EQUAL(size + others, check_size);

    for (nonblocking = 0; nonblocking < 2; nonblocking++) {
        for (int root_side = 0; root_side < 2; root_side++) {
            test_rooted(root_side, 0);
            test_rooted(root_side, (root_side == side ? size : others) - 1);
        }
        test_all_to_all();
        test_reductions();
        if (nonblocking) {
            MPI_Request request;
            MPI_Ibarrier(comm, &request);
            MPI_Wait(&request, MPI_STATUS_IGNORE);
        } else {
            MPI_Barrier(comm);
        }
    }

    /* Point-to-point goes to the remote group. */
    int to = rank % others, got = -1;
    MPI_Request request;
    MPI_Isend(&rank, 1, MPI_INT, to, 3, comm, &request);
    for (int r = 0; r < others; r++) {
        if (r % size == rank) {
            MPI_Recv(&got, 1, MPI_INT, r, 3, comm, MPI_STATUS_IGNORE);
            CHECK_EQUAL(got, r);
        }
    }
    MPI_Wait(&request, MPI_STATUS_IGNORE);

    MPI_Intercomm_merge(comm, side, &merged);
    MPI_Comm_rank(merged, &merged_rank);
    MPI_Comm_size(merged, &merged_size);
    CHECK_EQUAL(merged_size, check_size);
    CHECK_EQUAL(merged_rank, side ? others + rank : rank);

    MPI_Comm copy;
    MPI_Comm_dup(comm, &copy);
    MPI_Comm_test_inter(copy, &inter);
    CHECK(inter);
    MPI_Comm_free(&copy);
    MPI_Comm_free(&merged);
    MPI_Comm_free(&comm);
    MPI_Comm_free(&local);
    return finish("intercommunicator collectives");
}
