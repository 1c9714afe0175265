/*
 * All send modes, blocking, nonblocking and persistent, with messages from nothing to megabytes, to others and to
 * oneself.
 *
 * test: ranks 1 2 3
 * test: flotilla-ranks 8
 */
#include "../support/check.h"

static const int sizes[] = {0, 1, 7, 100, 1000, 5000, 20000, 100000, 600000};
enum { SIZES = sizeof sizes / sizeof sizes[0], MOST = 600000 };

static int *out, *in;
static int left, right;

static void fill(int seed, int count)
{
    for (int i = 0; i < count; i++) {
        out[i] = seed * 1000003 + i;
        in[i] = -1;
    }
    in[count] = -7;
}

static void check(const char *what, int seed, int count, MPI_Status *status, int tag)
{
    int got;
    CHECK_VALUE(what, status->MPI_SOURCE, left);
    CHECK_VALUE(what, status->MPI_TAG, tag);
    MPI_Get_count(status, MPI_INT, &got);
    CHECK_VALUE(what, got, count);
    for (int i = 0; i < count; i++)
        if (in[i] != seed * 1000003 + i) {
            check_failed(__FILE__, __LINE__, "%s of %d: item %d is %d", what, count, i, in[i]);
            break;
        }
    CHECK_VALUE(what, in[count], -7);
}

typedef int (*isend)(const void *, int, MPI_Datatype, int, int, MPI_Comm, MPI_Request *);
typedef int (*send_init)(const void *, int, MPI_Datatype, int, int, MPI_Comm, MPI_Request *);
typedef int (*send)(const void *, int, MPI_Datatype, int, int, MPI_Comm);

static void test_nonblocking(const char *what, isend function, int count, int tag)
{
    MPI_Request requests[2];
    MPI_Status statuses[2];
    fill(check_rank, count);
    /* The receive first, so that ready mode is allowed. */
    MPI_Irecv(in, count, MPI_INT, left, tag, MPI_COMM_WORLD, &requests[0]);
    MPI_Barrier(MPI_COMM_WORLD);
    function(out, count, MPI_INT, right, tag, MPI_COMM_WORLD, &requests[1]);
    MPI_Waitall(2, requests, statuses);
    check(what, left, count, &statuses[0], tag);
    CHECK(requests[0] == MPI_REQUEST_NULL && requests[1] == MPI_REQUEST_NULL);
}

static void test_blocking(const char *what, send function, int count, int tag)
{
    MPI_Request request;
    MPI_Status status;
    fill(check_rank, count);
    MPI_Irecv(in, count, MPI_INT, left, tag, MPI_COMM_WORLD, &request);
    MPI_Barrier(MPI_COMM_WORLD);
    function(out, count, MPI_INT, right, tag, MPI_COMM_WORLD);
    MPI_Wait(&request, &status);
    check(what, left, count, &status, tag);
}

static void test_persistent(const char *what, send_init function, int count, int tag)
{
    MPI_Request requests[2];
    MPI_Status statuses[2];
    MPI_Recv_init(in, count, MPI_INT, left, tag, MPI_COMM_WORLD, &requests[0]);
    function(out, count, MPI_INT, right, tag, MPI_COMM_WORLD, &requests[1]);
    for (int round = 0; round < 3; round++) {
        int done;
        MPI_Testall(2, requests, &done, statuses);
        CHECK(done);  /* inactive requests are done */
        fill(check_rank + round, count);
        MPI_Start(&requests[0]);
        MPI_Barrier(MPI_COMM_WORLD);
        MPI_Startall(1, &requests[1]);
        MPI_Waitall(2, requests, statuses);
        check(what, left + round, count, &statuses[0], tag);
        CHECK(requests[0] != MPI_REQUEST_NULL);
    }
    MPI_Request_free(&requests[0]);
    MPI_Request_free(&requests[1]);
    CHECK(requests[0] == MPI_REQUEST_NULL);
}

static void test_sendrecv(int count, int tag)
{
    MPI_Status status;
    fill(check_rank, count);
    MPI_Sendrecv(out, count, MPI_INT, right, tag, in, count, MPI_INT, left, tag, MPI_COMM_WORLD, &status);
    check("sendrecv", left, count, &status, tag);
    fill(check_rank, count);
    memcpy(in, out, sizeof(int) * count);
    MPI_Sendrecv_replace(in, count, MPI_INT, right, tag, left, tag, MPI_COMM_WORLD, &status);
    check("sendrecv_replace", left, count, &status, tag);
}

/* What a buffered send needs of the buffer, and that detaching waits and gives it back. */
static void test_buffer(void)
{
    enum { MESSAGES = 10, LENGTH = 100 };
    int packed, detached_size;
    char *buffer, *detached;
    MPI_Pack_size(LENGTH, MPI_INT, MPI_COMM_WORLD, &packed);
    int bytes = MESSAGES * (packed + MPI_BSEND_OVERHEAD);
    buffer = malloc(bytes);
    MPI_Buffer_attach(buffer, bytes);
    for (int m = 0; m < MESSAGES; m++) {
        fill(check_rank * 100 + m, LENGTH);
        MPI_Bsend(out, LENGTH, MPI_INT, right, m, MPI_COMM_WORLD);
        memset(out, 0, sizeof(int) * LENGTH);
    }
    for (int m = MESSAGES - 1; m >= 0; m--) {
        MPI_Status status;
        fill(0, LENGTH);
        MPI_Recv(in, LENGTH, MPI_INT, left, m, MPI_COMM_WORLD, &status);
        check("bsend", left * 100 + m, LENGTH, &status, m);
    }
    MPI_Buffer_detach(&detached, &detached_size);
    CHECK(detached == buffer);
    CHECK_EQUAL(detached_size, bytes);
    free(buffer);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    left = (check_rank + check_size - 1) % check_size;
    right = (check_rank + 1) % check_size;
    out = malloc(sizeof(int) * (MOST + 1));
    in = malloc(sizeof(int) * (MOST + 1));
    int buffer_size = 8 * (MOST * (int)sizeof(int) + MPI_BSEND_OVERHEAD);
    void *buffer = malloc(buffer_size);
    MPI_Buffer_attach(buffer, buffer_size);
    for (int i = 0; i < SIZES; i++) {
        test_blocking("send", MPI_Send, sizes[i], 10 + i);
        test_blocking("ssend", check_size > 1 ? MPI_Ssend : MPI_Send, sizes[i], 20 + i);
        test_blocking("bsend", MPI_Bsend, sizes[i], 30 + i);
        test_blocking("rsend", MPI_Rsend, sizes[i], 40 + i);
        test_nonblocking("isend", MPI_Isend, sizes[i], 50 + i);
        test_nonblocking("issend", MPI_Issend, sizes[i], 60 + i);
        test_nonblocking("ibsend", MPI_Ibsend, sizes[i], 70 + i);
        test_nonblocking("irsend", MPI_Irsend, sizes[i], 80 + i);
        test_persistent("send_init", MPI_Send_init, sizes[i], 90 + i);
        test_persistent("ssend_init", MPI_Ssend_init, sizes[i], 100 + i);
        test_persistent("bsend_init", MPI_Bsend_init, sizes[i], 110 + i);
        test_persistent("rsend_init", MPI_Rsend_init, sizes[i], 120 + i);
        test_sendrecv(sizes[i], 130 + i);
    }
    void *detached;
    int detached_size;
    MPI_Buffer_detach(&detached, &detached_size);
    CHECK(detached == buffer);
    free(buffer);
    test_buffer();
    free(in);
    free(out);
    return finish("send modes");
}
