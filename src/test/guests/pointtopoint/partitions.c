/*
 * What MPICH 4.0.2 does otherwise in partitioned communication, or fails in: partitions that arrive before the last is ready,
 * MPI_Testall, MPI_Parrived of requests that are not active, partitions that are ready twice (it ends with an assertion), no
 * partitions, unequal amounts of data, requests that are freed while data is on its way, MPI_PROC_NULL, communicators
 * between groups.
 *
 * test: flotilla-ranks 2 5
 * test: ranks
 */
#include "../support/check.h"

static void expect(const char *what, int code, int expected)
{
    int class;
    MPI_Error_class(code, &class);
    CHECK_VALUE(what, class, expected);
}

static MPI_Comm world;
static int left, right;

static void test_inactive(void)
{
    int in[4] = {0}, out[4] = {1, 2, 3, 4}, here = 0;
    MPI_Request send, receive;
    MPI_Psend_init(out, 4, 1, MPI_INT, right, 1, world, MPI_INFO_NULL, &send);
    MPI_Precv_init(in, 2, 2, MPI_INT, left, 1, world, MPI_INFO_NULL, &receive);
    MPI_Parrived(receive, 0, &here);
    CHECK(here);
    expect("no such partition", MPI_Parrived(receive, 2, &here), MPI_ERR_OTHER);
    MPI_Start(&receive);
    MPI_Parrived(receive, 0, &here);
    CHECK(!here);
    MPI_Barrier(world);
    MPI_Start(&send);
    MPI_Pready(1, send);
    expect("ready twice", MPI_Pready(1, send), MPI_ERR_OTHER);
    MPI_Pready(2, send);
    expect("ready twice in a range", MPI_Pready_range(2, 2, send), MPI_ERR_OTHER);
    MPI_Pready(0, send);
    MPI_Pready(3, send);
    MPI_Wait(&send, MPI_STATUS_IGNORE);
    MPI_Wait(&receive, MPI_STATUS_IGNORE);
    CHECK(memcmp(in, out, sizeof in) == 0);
    MPI_Parrived(receive, 1, &here);
    CHECK(here);
    MPI_Request_free(&send);
    MPI_Request_free(&receive);
}

/* A partition is there when those of the sender's are that it consists of, whatever the others do. */
static void test_arrival(int count, int sent, int received)
{
    enum { MOST = 12 };
    int *out = malloc(MOST * count * sizeof *out), *in = malloc(MOST * count * sizeof *in);
    int per_send = MOST / sent, per_receive = MOST / received, first = 2 * per_receive / per_send,
        last = (3 * per_receive - 1) / per_send;
    MPI_Request send, receive;
    MPI_Psend_init(out, sent, per_send * count, MPI_INT, right, 6, world, MPI_INFO_NULL, &send);
    MPI_Precv_init(in, received, per_receive * count, MPI_INT, left, 6, world, MPI_INFO_NULL, &receive);
    for (int round = 0; round < 4; round++) {
        int here = 0, wrong = 0, done = 0;
        MPI_Request both[2] = {send, receive};
        for (int i = 0; i < MOST * count; i++) {
            out[i] = 1000 * round + i;
            in[i] = -1;
        }
        MPI_Startall(2, both);
        MPI_Pready_range(first, last, send);
        while (!here) MPI_Parrived(receive, 2, &here);
        for (int i = 2 * per_receive * count; i < 3 * per_receive * count; i++) wrong += in[i] != 1000 * round + i;
        in[2 * per_receive * count] = -3; /* is the program's own from now on */
        MPI_Parrived(receive, 0, &here);
        CHECK(!here);
        MPI_Request_get_status(receive, &here, MPI_STATUS_IGNORE);
        CHECK(!here);
        MPI_Barrier(world);
        for (int i = 0; i < sent; i++)
            if (i < first || i > last) MPI_Pready(i, send);
        while (!done) MPI_Testall(2, both, &done, MPI_STATUSES_IGNORE);
        CHECK_EQUAL(in[2 * per_receive * count], -3);
        in[2 * per_receive * count] = 1000 * round + 2 * per_receive * count;
        for (int i = 0; i < MOST * count; i++) wrong += in[i] != 1000 * round + i;
        CHECK_EQUAL(wrong, 0);
    }
    MPI_Request_free(&send);
    MPI_Request_free(&receive);
    free(out);
    free(in);
}

static void test_none(void)
{
    MPI_Request requests[2];
    MPI_Status status;
    int count = -1;
    MPI_Psend_init(NULL, 0, 5, MPI_INT, right, 2, world, MPI_INFO_NULL, &requests[0]);
    MPI_Precv_init(NULL, 3, 0, MPI_INT, left, 2, world, MPI_INFO_NULL, &requests[1]);
    for (int round = 0; round < 3; round++) {
        MPI_Startall(2, requests);
        MPI_Wait(&requests[0], MPI_STATUS_IGNORE);
        MPI_Wait(&requests[1], &status);
        MPI_Get_count(&status, MPI_INT, &count);
        CHECK_EQUAL(count, 0);
        CHECK_EQUAL(status.MPI_SOURCE, left);
    }
    MPI_Request_free(&requests[0]);
    MPI_Request_free(&requests[1]);
}

static void test_amount(int partitions, int count, int class)
{
    int in[12] = {0}, out[24] = {0};
    MPI_Request requests[2];
    MPI_Psend_init(out, partitions, count, MPI_INT, right, 3, world, MPI_INFO_NULL, &requests[0]);
    MPI_Precv_init(in, 3, 4, MPI_INT, left, 3, world, MPI_INFO_NULL, &requests[1]);
    for (int round = 0; round < 2; round++) {
        MPI_Startall(2, requests);
        MPI_Pready_range(0, partitions - 1, requests[0]);
        expect("amount sent", MPI_Wait(&requests[0], MPI_STATUS_IGNORE), MPI_SUCCESS);
        expect("amount", MPI_Wait(&requests[1], MPI_STATUS_IGNORE), class);
    }
    MPI_Request_free(&requests[0]);
    MPI_Request_free(&requests[1]);
}

/* Two ints to an item, and partitions of three ints: what comes is unpacked though nobody asks for the request. */
static void test_freed(int ints)
{
    MPI_Datatype pair;
    MPI_Request send, receive;
    int *out = malloc(ints * sizeof *out), *in = calloc(ints + 1, sizeof *in), wrong = 0;
    volatile int *last = &in[ints - 1];
    for (int i = 0; i < ints; i++) out[i] = i + 1;
    MPI_Type_contiguous(2, MPI_INT, &pair);
    MPI_Type_commit(&pair);
    MPI_Psend_init(out, ints / 3, 3, MPI_INT, right, 4, world, MPI_INFO_NULL, &send);
    MPI_Precv_init(in, 1, ints / 2, pair, left, 4, world, MPI_INFO_NULL, &receive);
    MPI_Start(&receive);
    MPI_Start(&send);
    MPI_Request_free(&receive);
    MPI_Barrier(world);
    MPI_Pready_range(0, ints / 3 - 1, send);
    MPI_Request_free(&send);
    while (*last == 0) {
        int any;
        MPI_Iprobe(left, 99, world, &any, MPI_STATUS_IGNORE);
    }
    for (int i = 0; i < ints; i++) wrong += in[i] != i + 1;
    CHECK_EQUAL(wrong, 0);
    MPI_Barrier(world);
    MPI_Type_free(&pair);
    free(out);
    free(in);
}

static void test_nobody(void)
{
    int out[10] = {0}, in[10] = {-1};
    MPI_Request requests[2];
    MPI_Status statuses[2];
    MPI_Psend_init(out, 2, 5, MPI_INT, MPI_PROC_NULL, 11, world, MPI_INFO_NULL, &requests[0]);
    MPI_Precv_init(in, 2, 5, MPI_INT, MPI_PROC_NULL, 11, world, MPI_INFO_NULL, &requests[1]);
    for (int round = 0; round < 2; round++) {
        int here = 0, count = -1;
        MPI_Startall(2, requests);
        MPI_Pready_range(0, 1, requests[0]);
        MPI_Parrived(requests[1], 1, &here);
        CHECK(here);
        MPI_Waitall(2, requests, statuses);
        CHECK_EQUAL(statuses[1].MPI_SOURCE, MPI_PROC_NULL);
        CHECK_EQUAL(statuses[1].MPI_TAG, MPI_ANY_TAG);
        MPI_Get_count(&statuses[1], MPI_INT, &count);
        CHECK_EQUAL(count, 0);
        CHECK_EQUAL(in[0], -1);
    }
    MPI_Request_free(&requests[0]);
    MPI_Request_free(&requests[1]);
}

static void test_between(void)
{
    MPI_Comm part, between;
    int parity = check_rank % 2, peers, mine, out[6], in[6];
    MPI_Request requests[2];
    MPI_Comm_split(world, parity, check_rank, &part);
    MPI_Intercomm_create(part, 0, world, 1 - parity, 5, &between);
    MPI_Comm_rank(between, &mine);
    MPI_Comm_remote_size(between, &peers);
    int peer = mine < peers ? mine : MPI_PROC_NULL;
    for (int i = 0; i < 6; i++) out[i] = 100 * check_rank + i;
    MPI_Psend_init(out, 2, 3, MPI_INT, peer, 6, between, MPI_INFO_NULL, &requests[0]);
    MPI_Precv_init(in, 3, 2, MPI_INT, peer, 6, between, MPI_INFO_NULL, &requests[1]);
    for (int round = 0; round < 3; round++) {
        memset(in, 0, sizeof in);
        MPI_Startall(2, requests);
        MPI_Pready_range(0, 1, requests[0]);
        MPI_Waitall(2, requests, MPI_STATUSES_IGNORE);
        for (int i = 0; i < 6 && peer != MPI_PROC_NULL; i++) CHECK_EQUAL(in[i], 100 * (2 * mine + 1 - parity) + i);
    }
    MPI_Request_free(&requests[0]);
    MPI_Request_free(&requests[1]);
    MPI_Comm_free(&between);
    MPI_Comm_free(&part);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    right = (check_rank + 1) % check_size;
    left = (check_rank + check_size - 1) % check_size;
    MPI_Comm_dup(MPI_COMM_WORLD, &world);
    MPI_Comm_set_errhandler(world, MPI_ERRORS_RETURN);
    test_inactive();
    for (int count = 1; count <= 10000; count *= 100) {
        test_arrival(count, 4, 4);
        test_arrival(count, 12, 4);
        test_arrival(count, 4, 6);
        test_arrival(count, 4, 3);
    }
    test_none();
    test_amount(4, 3, MPI_SUCCESS);
    test_amount(3, 5, MPI_ERR_TRUNCATE);
    test_amount(5, 2, MPI_ERR_TRUNCATE);
    test_amount(3, 3, MPI_ERR_COUNT);
    test_nobody();
    test_freed(12);
    test_freed(60000);
    if (check_size > 1) test_between();
    MPI_Comm_free(&world);
    return finish("partitions");
}
