/*
 * Partitioned communication: as many partitions at the sender as at the receiver and other numbers, ready one by one, in ranges and
 * lists, from nothing to megabytes; datatypes with gaps, partitions that end inside items; requests of the same tag in the order in
 * which they were made; ordinary messages of the same tag beside them; oneself.
 *
 * test: ranks 1 2
 * test: flotilla-ranks 3 8
 */
#include "../support/check.h"

enum { MOST = 480000, ROUNDS = 4 };

static int *out, *in;
static int left, right;

static int value(int from, int round, int i) { return from * 1000003 + round * 7919 + i; }

static void fill(int round, int count)
{
    for (int i = 0; i < count; i++) {
        out[i] = value(check_rank, round, i);
        in[i] = -1;
    }
    in[count] = -7;
}

static void check(const char *what, int round, int from, int to)
{
    for (int i = from; i < to; i++)
        if (in[i] != value(left, round, i)) {
            check_failed(__FILE__, __LINE__, "%s, round %d: item %d is %d", what, round, i, in[i]);
            break;
        }
}

static void check_status(const char *what, MPI_Status *status, int tag, int count)
{
    int got = -1;
    CHECK_VALUE(what, status->MPI_SOURCE, left);
    CHECK_VALUE(what, status->MPI_TAG, tag);
    MPI_Get_count(status, MPI_INT, &got);
    CHECK_VALUE(what, got, count);
}

/* All partitions of a started send, in an order that differs from round to round. */
static void ready(MPI_Request request, int partitions, int round)
{
    int list[64];
    switch (round % 4) {
    case 0:
        for (int i = partitions - 1; i >= 0; i--) MPI_Pready(i, request);
        break;
    case 1: MPI_Pready_range(0, partitions - 1, request); break;
    case 2:
        for (int i = 0; i < partitions; i++) list[i] = (i * 5 + 3) % partitions; /* none twice: 5 divides no number of partitions here */
        MPI_Pready_list(partitions, list, request);
        break;
    default:
        MPI_Pready(partitions / 2, request);
        if (partitions / 2 > 0) MPI_Pready_range(0, partitions / 2 - 1, request);
        for (int i = partitions / 2 + 1; i < partitions; i++) MPI_Pready(i, request);
        break;
    }
}

static void test_shapes(int total, int sent, int received)
{
    MPI_Request requests[2];
    MPI_Status statuses[2];
    char what[80];
    snprintf(what, sizeof what, "%d in %d and %d partitions", total, sent, received);
    MPI_Psend_init(out, sent, total / sent, MPI_INT, right, 5, MPI_COMM_WORLD, MPI_INFO_NULL, &requests[0]);
    MPI_Precv_init(in, received, total / received, MPI_INT, left, 5, MPI_COMM_WORLD, MPI_INFO_NULL, &requests[1]);
    for (int round = 0; round < ROUNDS; round++) {
        int done = 0;
        fill(round, total);
        if (round % 2 == 0) {
            MPI_Start(&requests[1]);
            MPI_Start(&requests[0]);
        } else {
            MPI_Startall(2, requests);
        }
        ready(requests[0], sent, round);
        for (int i = 0; i < received && round == 1; i++) {
            while (!done) MPI_Parrived(requests[1], i, &done);
            check(what, round, i * (total / received), (i + 1) * (total / received));
            done = 0;
        }
        switch (round % 3) {
        case 0: MPI_Waitall(2, requests, statuses); break;
        case 1:
            while (!done) MPI_Test(&requests[1], &done, &statuses[1]);
            for (done = 0; !done;) MPI_Test(&requests[0], &done, &statuses[0]);
            break;
        default:
            MPI_Wait(&requests[1], &statuses[1]);
            MPI_Wait(&requests[0], &statuses[0]);
            break;
        }
        check_status(what, &statuses[1], 5, total);
        check(what, round, 0, total);
        CHECK_VALUE(what, in[total], -7);
    }
    MPI_Request_free(&requests[0]);
    MPI_Request_free(&requests[1]);
    CHECK(requests[0] == MPI_REQUEST_NULL && requests[1] == MPI_REQUEST_NULL);
}

/* From every other int to blocks of three ints with a gap. */
static void test_datatypes(int sent, int received)
{
    MPI_Datatype spread, blocks;
    MPI_Request requests[2];
    MPI_Type_vector(1, 1, 1, MPI_INT, &spread);
    MPI_Type_create_resized(spread, 0, 2 * sizeof(int), &spread);
    MPI_Type_commit(&spread);
    MPI_Type_contiguous(3, MPI_INT, &blocks);
    MPI_Type_create_resized(blocks, 0, 4 * sizeof(int), &blocks);
    MPI_Type_commit(&blocks);
    MPI_Psend_init(out, sent, 360 / sent, spread, right, 7, MPI_COMM_WORLD, MPI_INFO_NULL, &requests[0]);
    MPI_Precv_init(in, received, 120 / received, blocks, left, 7, MPI_COMM_WORLD, MPI_INFO_NULL, &requests[1]);
    MPI_Type_free(&spread);
    MPI_Type_free(&blocks);
    for (int round = 0; round < ROUNDS; round++) {
        fill(round, 720);
        MPI_Startall(2, requests);
        ready(requests[0], sent, round);
        MPI_Waitall(2, requests, MPI_STATUSES_IGNORE);
        for (int i = 0; i < 360; i++) CHECK_VALUE("item of a block", in[i / 3 * 4 + i % 3], value(left, round, 2 * i));
        for (int i = 0; i < 120; i++) CHECK_VALUE("gap", in[4 * i + 3], -1);
    }
    MPI_Request_free(&requests[0]);
    MPI_Request_free(&requests[1]);
}

/* The first made belongs to the first made, whichever is started first; ordinary messages to neither. */
static void test_order(void)
{
    MPI_Request sends[3], receives[3];
    int ordinary = -1, own = check_rank + 77, count = 100;
    MPI_Status status;
    for (int i = 0; i < 3; i++) {
        MPI_Psend_init(out + i * count, 2, count / 2, MPI_INT, right, 8, MPI_COMM_WORLD, MPI_INFO_NULL, &sends[i]);
        MPI_Precv_init(in + i * count, 2, count / 2, MPI_INT, left, 8, MPI_COMM_WORLD, MPI_INFO_NULL, &receives[i]);
    }
    for (int round = 0; round < ROUNDS; round++) {
        fill(round, 3 * count);
        for (int i = 0; i < 3; i++) {
            MPI_Start(&receives[i]);
            MPI_Start(&sends[2 - i]);
            MPI_Pready_range(0, 1, sends[2 - i]);
        }
        MPI_Sendrecv(&own, 1, MPI_INT, right, 8, &ordinary, 1, MPI_INT, MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &status);
        CHECK_EQUAL(ordinary, left + 77);
        CHECK_EQUAL(status.MPI_TAG, 8);
        MPI_Waitall(3, sends, MPI_STATUSES_IGNORE);
        MPI_Waitall(3, receives, MPI_STATUSES_IGNORE);
        check("order", round, 0, 3 * count);
    }
    for (int i = 0; i < 3; i++) {
        MPI_Request_free(&sends[i]);
        MPI_Request_free(&receives[i]);
    }
}

/* A receive goes on while its rank waits for something else. */
static void test_progress(void)
{
    MPI_Request send, receive;
    int own = 1, other = 0, count = MOST / 6;
    MPI_Psend_init(out, 2, 3 * count, MPI_INT, right, 9, MPI_COMM_WORLD, MPI_INFO_NULL, &send);
    MPI_Precv_init(in, 3, 2 * count, MPI_INT, left, 9, MPI_COMM_WORLD, MPI_INFO_NULL, &receive);
    for (int round = 0; round < ROUNDS; round++) {
        MPI_Request receive_after;
        fill(round, MOST);
        MPI_Start(&receive);
        MPI_Irecv(&other, 1, MPI_INT, left, 10, MPI_COMM_WORLD, &receive_after);
        MPI_Start(&send);
        MPI_Pready_range(0, 1, send);
        MPI_Wait(&send, MPI_STATUS_IGNORE);
        MPI_Send(&own, 1, MPI_INT, right, 10, MPI_COMM_WORLD);
        MPI_Wait(&receive_after, MPI_STATUS_IGNORE);
        MPI_Wait(&receive, MPI_STATUS_IGNORE);
        check("progress", round, 0, MOST);
    }
    MPI_Request_free(&send);
    MPI_Request_free(&receive);
}

int main(int argc, char **argv)
{
    static const int partitions[][2] = {{1, 1}, {4, 4}, {16, 16}, {1, 6}, {6, 1}, {3, 4}, {4, 3}, {2, 16}, {24, 16}};
    static const int totals[] = {0, 48, 4800, MOST};
    start(&argc, &argv);
    right = (check_rank + 1) % check_size;
    left = (check_rank + check_size - 1) % check_size;
    out = malloc((MOST + 1) * sizeof *out);
    in = malloc((MOST + 1) * sizeof *in);
    for (unsigned i = 0; i < sizeof partitions / sizeof *partitions; i++)
        for (unsigned j = 0; j < sizeof totals / sizeof *totals; j++) test_shapes(totals[j], partitions[i][0], partitions[i][1]);
    test_datatypes(4, 4);
    test_datatypes(6, 4);
    test_datatypes(8, 3);
    test_datatypes(36, 2);
    test_order();
    test_progress();
    free(out);
    free(in);
    return finish("partitioned");
}
