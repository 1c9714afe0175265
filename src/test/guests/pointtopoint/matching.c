/*
 * Matching: order between two ranks, wildcards, tags out of order, communicators kept apart, unexpected messages,
 * probes and matched probes, MPI_PROC_NULL, cancelled receives, truncation.
 *
 * test: ranks 2 3 4
 * test: flotilla-ranks 13
 */
#include "../support/check.h"

static void test_order(void)
{
    enum { MESSAGES = 200 };
    if (check_rank == 0) {
        int next[64] = {0};
        for (int m = 0; m < MESSAGES * (check_size - 1); m++) {
            int got[2];
            MPI_Status status;
            MPI_Recv(got, 2, MPI_INT, MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &status);
            CHECK_EQUAL(got[0], status.MPI_SOURCE);
            CHECK_EQUAL(got[1], next[status.MPI_SOURCE]++);
            CHECK_EQUAL(status.MPI_TAG, got[1] % 3);
        }
    } else {
        for (int m = 0; m < MESSAGES; m++) {
            int say[2] = {check_rank, m};
            MPI_Send(say, 2, MPI_INT, 0, m % 3, MPI_COMM_WORLD);
        }
    }
    MPI_Barrier(MPI_COMM_WORLD);
}

/* Received in the opposite order of their tags, small and large mixed. */
static void test_tags(void)
{
    enum { TAGS = 12, LARGE = 50000 };
    int *data = calloc(LARGE, sizeof *data);
    if (check_rank == 0) {
        MPI_Request requests[TAGS];
        int *out = calloc((size_t)TAGS * LARGE, sizeof *out);
        for (int tag = 0; tag < TAGS; tag++) {
            out[tag * LARGE] = tag * 11;
            MPI_Isend(out + tag * LARGE, tag % 2 ? LARGE : 1, MPI_INT, 1, tag, MPI_COMM_WORLD, &requests[tag]);
        }
        MPI_Waitall(TAGS, requests, MPI_STATUSES_IGNORE);
        free(out);
    } else if (check_rank == 1) {
        for (int tag = TAGS - 1; tag >= 0; tag--) {
            int count;
            MPI_Status status;
            MPI_Recv(data, LARGE, MPI_INT, 0, tag, MPI_COMM_WORLD, &status);
            MPI_Get_count(&status, MPI_INT, &count);
            CHECK_EQUAL(count, tag % 2 ? LARGE : 1);
            CHECK_EQUAL(data[0], tag * 11);
        }
    }
    free(data);
    MPI_Barrier(MPI_COMM_WORLD);
}

static void test_communicators(void)
{
    MPI_Comm other;
    int got = -1;
    MPI_Comm_dup(MPI_COMM_WORLD, &other);
    if (check_rank == 0) {
        int a = 1, b = 2;
        MPI_Send(&a, 1, MPI_INT, 1, 5, MPI_COMM_WORLD);
        MPI_Send(&b, 1, MPI_INT, 1, 5, other);
    } else if (check_rank == 1) {
        MPI_Recv(&got, 1, MPI_INT, MPI_ANY_SOURCE, MPI_ANY_TAG, other, MPI_STATUS_IGNORE);
        CHECK_EQUAL(got, 2);
        MPI_Recv(&got, 1, MPI_INT, MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        CHECK_EQUAL(got, 1);
    }
    MPI_Comm_free(&other);
}

static void test_probe(void)
{
    if (check_rank == 0) {
        double numbers[9] = {3.5};
        MPI_Send(numbers, 9, MPI_DOUBLE, 1, 77, MPI_COMM_WORLD);
        MPI_Send(numbers, 4, MPI_DOUBLE, 1, 78, MPI_COMM_WORLD);
        MPI_Send(numbers, 5, MPI_DOUBLE, 1, 79, MPI_COMM_WORLD);
        MPI_Send(numbers, 6, MPI_DOUBLE, 1, 80, MPI_COMM_WORLD);
    } else if (check_rank == 1) {
        MPI_Status status;
        int count, flag = 0;
        double numbers[9];
        MPI_Message message;
        MPI_Probe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &status);
        MPI_Get_count(&status, MPI_DOUBLE, &count);
        CHECK_EQUAL(status.MPI_SOURCE, 0);
        CHECK_EQUAL(status.MPI_TAG, 77);
        CHECK_EQUAL(count, 9);
        MPI_Recv(numbers, count, MPI_DOUBLE, status.MPI_SOURCE, status.MPI_TAG, MPI_COMM_WORLD, &status);
        CHECK(numbers[0] == 3.5);

        while (!flag)
            MPI_Iprobe(0, 78, MPI_COMM_WORLD, &flag, &status);
        MPI_Get_count(&status, MPI_INT, &count);
        CHECK_EQUAL(count, 8);
        MPI_Recv(numbers, 4, MPI_DOUBLE, 0, 78, MPI_COMM_WORLD, MPI_STATUS_IGNORE);

        MPI_Mprobe(0, MPI_ANY_TAG, MPI_COMM_WORLD, &message, &status);
        CHECK_EQUAL(status.MPI_TAG, 79);
        CHECK(message != MPI_MESSAGE_NULL);
        /* The matched message is out of reach of other receives. */
        MPI_Iprobe(0, 79, MPI_COMM_WORLD, &flag, MPI_STATUS_IGNORE);
        CHECK(!flag);
        MPI_Mrecv(numbers, 9, MPI_DOUBLE, &message, &status);
        CHECK(message == MPI_MESSAGE_NULL);
        MPI_Get_count(&status, MPI_DOUBLE, &count);
        CHECK_EQUAL(count, 5);

        flag = 0;
        while (!flag)
            MPI_Improbe(0, 80, MPI_COMM_WORLD, &flag, &message, &status);
        MPI_Request request;
        MPI_Imrecv(numbers, 9, MPI_DOUBLE, &message, &request);
        MPI_Wait(&request, &status);
        MPI_Get_count(&status, MPI_DOUBLE, &count);
        CHECK_EQUAL(count, 6);
        MPI_Iprobe(MPI_ANY_SOURCE, 81, MPI_COMM_WORLD, &flag, MPI_STATUS_IGNORE);
        CHECK(!flag);
    }
    MPI_Barrier(MPI_COMM_WORLD);
}

static void test_proc_null(void)
{
    int value = 5, count, flag;
    MPI_Status status;
    MPI_Message message;
    MPI_Request request;
    MPI_Send(&value, 1, MPI_INT, MPI_PROC_NULL, 1, MPI_COMM_WORLD);
    MPI_Ssend(&value, 1, MPI_INT, MPI_PROC_NULL, 1, MPI_COMM_WORLD);
    MPI_Recv(&value, 1, MPI_INT, MPI_PROC_NULL, 1, MPI_COMM_WORLD, &status);
    CHECK_EQUAL(value, 5);
    CHECK_EQUAL(status.MPI_SOURCE, MPI_PROC_NULL);
    CHECK_EQUAL(status.MPI_TAG, MPI_ANY_TAG);
    MPI_Get_count(&status, MPI_INT, &count);
    CHECK_EQUAL(count, 0);
    MPI_Irecv(&value, 1, MPI_INT, MPI_PROC_NULL, 1, MPI_COMM_WORLD, &request);
    MPI_Wait(&request, &status);  /* MPICH 4.0.2 leaves MPI_SOURCE 0 here */
    CHECK_EQUAL(value, 5);
    MPI_Iprobe(MPI_PROC_NULL, 1, MPI_COMM_WORLD, &flag, &status);
    CHECK(flag);
    CHECK_EQUAL(status.MPI_SOURCE, MPI_PROC_NULL);
    MPI_Mprobe(MPI_PROC_NULL, 1, MPI_COMM_WORLD, &message, &status);
    CHECK(message == MPI_MESSAGE_NO_PROC);
    MPI_Mrecv(&value, 1, MPI_INT, &message, &status);
    CHECK(message == MPI_MESSAGE_NULL);
    CHECK_EQUAL(status.MPI_SOURCE, MPI_PROC_NULL);
}

static void test_cancel(void)
{
    int value = 0, cancelled, flag;
    MPI_Request request;
    MPI_Status status;
    MPI_Irecv(&value, 1, MPI_INT, MPI_ANY_SOURCE, 4711, MPI_COMM_WORLD, &request);
    MPI_Test(&request, &flag, &status);
    CHECK(!flag);
    MPI_Cancel(&request);
    MPI_Wait(&request, &status);
    MPI_Test_cancelled(&status, &cancelled);
    CHECK(cancelled);
    CHECK(request == MPI_REQUEST_NULL);

    /* A receive that has been matched can't be cancelled. */
    int mine = 9;
    MPI_Irecv(&value, 1, MPI_INT, check_rank, 4712, MPI_COMM_WORLD, &request);
    MPI_Send(&mine, 1, MPI_INT, check_rank, 4712, MPI_COMM_WORLD);
    do
        MPI_Request_get_status(request, &flag, &status);
    while (!flag);
    MPI_Cancel(&request);
    MPI_Wait(&request, &status);
    MPI_Test_cancelled(&status, &cancelled);
    CHECK(!cancelled);
    CHECK_EQUAL(value, 9);
    MPI_Barrier(MPI_COMM_WORLD);
}

static void test_truncation(void)
{
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    if (check_rank == 0) {
        int out[8] = {1, 2, 3, 4, 5, 6, 7, 8};
        MPI_Send(out, 8, MPI_INT, 1, 1, MPI_COMM_WORLD);
        MPI_Send(out, 8, MPI_INT, 1, 2, MPI_COMM_WORLD);
    } else if (check_rank == 1) {
        int in[9] = {0, 0, 0, 0, -1, -1, -1, -1, -1}, class;
        int code = MPI_Recv(in, 4, MPI_INT, 0, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        MPI_Error_class(code, &class);
        CHECK_EQUAL(class, MPI_ERR_TRUNCATE);
        CHECK_EQUAL(in[4], -1);
        /* The message is consumed; the next one is intact. */
        CHECK_EQUAL(MPI_Recv(in, 9, MPI_INT, 0, MPI_ANY_TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE), MPI_SUCCESS);
        CHECK_EQUAL(in[7], 8);
    }
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_ARE_FATAL);
    MPI_Barrier(MPI_COMM_WORLD);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    test_order();
    test_tags();
    test_communicators();
    test_probe();
    test_proc_null();
    test_cancel();
    test_truncation();
    return finish("matching");
}
