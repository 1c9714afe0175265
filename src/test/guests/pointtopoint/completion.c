/*
 * The wait and test families: all, any, some; null and inactive requests; MPI_UNDEFINED; statuses; requests freed while
 * active; generalized requests.
 *
 * test: ranks 2 3
 * test: flotilla-ranks 9
 */
#include "../support/check.h"

enum { MANY = 20 };

static void tell(int to, int tag)
{
    int value = tag * 10;
    MPI_Send(&value, 1, MPI_INT, to, tag, MPI_COMM_WORLD);
}

static void go(int to)
{
    MPI_Send(NULL, 0, MPI_INT, to, 999, MPI_COMM_WORLD);
}

static void await_go(int from)
{
    MPI_Recv(NULL, 0, MPI_INT, from, 999, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static void test_any(void)
{
    if (check_rank == 0) {
        for (int tag = MANY - 1; tag >= 0; tag--) {
            await_go(1);
            tell(1, tag);
        }
        for (int tag = 0; tag < MANY; tag++)
            tell(1, tag);
    } else if (check_rank == 1) {
        MPI_Request requests[MANY];
        int values[MANY], index, flag;
        MPI_Status status;
        for (int tag = 0; tag < MANY; tag++)
            MPI_Irecv(&values[tag], 1, MPI_INT, 0, tag, MPI_COMM_WORLD, &requests[tag]);
        MPI_Testany(MANY, requests, &index, &flag, &status);
        CHECK(!flag);
        CHECK_EQUAL(index, MPI_UNDEFINED);
        for (int expected = MANY - 1; expected >= 0; expected--) {
            go(0);
            MPI_Waitany(MANY, requests, &index, &status);
            CHECK_EQUAL(index, expected);
            CHECK_EQUAL(status.MPI_TAG, expected);
            CHECK_EQUAL(values[expected], expected * 10);
            CHECK(requests[expected] == MPI_REQUEST_NULL);
        }
        MPI_Waitany(MANY, requests, &index, &status);
        CHECK_EQUAL(index, MPI_UNDEFINED);
        MPI_Testany(MANY, requests, &index, &flag, &status);
        CHECK(flag);
        CHECK_EQUAL(index, MPI_UNDEFINED);

        for (int tag = 0; tag < MANY; tag++)
            MPI_Irecv(&values[tag], 1, MPI_INT, 0, tag, MPI_COMM_WORLD, &requests[tag]);
        for (int left = MANY; left > 0;) {
            MPI_Testany(MANY, requests, &index, &flag, &status);
            if (flag) {
                CHECK_EQUAL(values[index], index * 10);
                left--;
            }
        }
    }
    MPI_Barrier(MPI_COMM_WORLD);
}

static void test_some(int testing)
{
    if (check_rank == 0) {
        for (int tag = 0; tag < MANY; tag++) {
            tell(1, tag);
            if (tag % 5 == 4)
                await_go(1);
        }
    } else if (check_rank == 1) {
        MPI_Request requests[MANY];
        MPI_Status statuses[MANY];
        int values[MANY], indices[MANY], done, total = 0, seen[MANY] = {0};
        for (int tag = 0; tag < MANY; tag++)
            MPI_Irecv(&values[tag], 1, MPI_INT, 0, tag, MPI_COMM_WORLD, &requests[tag]);
        while (total < MANY) {
            if (testing)
                MPI_Testsome(MANY, requests, &done, indices, statuses);
            else
                MPI_Waitsome(MANY, requests, &done, indices, statuses);
            if (!testing)
                CHECK(done > 0);
            for (int i = 0; i < done; i++) {
                CHECK_EQUAL(statuses[i].MPI_TAG, indices[i]);
                CHECK_EQUAL(values[indices[i]], indices[i] * 10);
                seen[indices[i]]++;
            }
            for (int i = 0; i < done; i++)
                if ((total + i) % 5 == 4)
                    go(0);
            total += done;
        }
        for (int tag = 0; tag < MANY; tag++)
            CHECK_EQUAL(seen[tag], 1);
        MPI_Waitsome(MANY, requests, &done, indices, statuses);
        CHECK_EQUAL(done, MPI_UNDEFINED);
    }
    MPI_Barrier(MPI_COMM_WORLD);
}

static void test_all(void)
{
    int flag = 0;
    if (check_rank == 0) {
        await_go(1);
        for (int tag = 0; tag < MANY; tag++)
            tell(1, tag);
    } else if (check_rank == 1) {
        MPI_Request requests[MANY];
        MPI_Status statuses[MANY];
        int values[MANY];
        for (int tag = 0; tag < MANY; tag++)
            MPI_Irecv(&values[tag], 1, MPI_INT, 0, tag, MPI_COMM_WORLD, &requests[tag]);
        MPI_Testall(MANY, requests, &flag, statuses);
        CHECK(!flag);
        go(0);
        while (!flag)
            MPI_Testall(MANY, requests, &flag, statuses);
        for (int tag = 0; tag < MANY; tag++) {
            CHECK_EQUAL(statuses[tag].MPI_TAG, tag);
            CHECK_EQUAL(values[tag], tag * 10);
            CHECK(requests[tag] == MPI_REQUEST_NULL);
        }
        /* An empty status for a null request. */
        MPI_Status status;
        int count;
        MPI_Wait(&requests[0], &status);
        CHECK_EQUAL(status.MPI_SOURCE, MPI_ANY_SOURCE);
        CHECK_EQUAL(status.MPI_TAG, MPI_ANY_TAG);
        MPI_Get_count(&status, MPI_INT, &count);
        CHECK_EQUAL(count, 0);
    }
    MPI_Barrier(MPI_COMM_WORLD);
}

/* A send may be freed at once and still arrives. */
static void test_freed(void)
{
    static int big[200000];
    if (check_rank == 0) {
        MPI_Request request;
        for (int i = 0; i < 200000; i++)
            big[i] = i;
        MPI_Isend(big, 200000, MPI_INT, 1, 5, MPI_COMM_WORLD, &request);
        MPI_Request_free(&request);
        CHECK(request == MPI_REQUEST_NULL);
        await_go(1);
    } else if (check_rank == 1) {
        MPI_Recv(big, 200000, MPI_INT, 0, 5, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        CHECK_EQUAL(big[199999], 199999);
        go(0);
    }
    MPI_Barrier(MPI_COMM_WORLD);
}

static int queried, freed, cancel_asked = -1;

static int query(void *state, MPI_Status *status)
{
    queried++;
    MPI_Status_set_elements(status, MPI_INT, *(int *)state);
    MPI_Status_set_cancelled(status, 0);
    status->MPI_SOURCE = MPI_UNDEFINED;
    status->MPI_TAG = 123;
    return MPI_SUCCESS;
}

static int release(void *state)
{
    freed += *(int *)state;
    return MPI_SUCCESS;
}

static int cancel(void *state, int complete)
{
    (void)state;
    cancel_asked = complete;
    return MPI_SUCCESS;
}

static void test_generalized(void)
{
    MPI_Request request;
    MPI_Status status;
    int state = 42, flag, count;
    MPI_Grequest_start(query, release, cancel, &state, &request);
    MPI_Test(&request, &flag, &status);
    CHECK(!flag);
    MPI_Cancel(&request);
    CHECK_EQUAL(cancel_asked, 0);
    MPI_Grequest_complete(request);
    MPI_Wait(&request, &status);
    CHECK_EQUAL(queried, 1);
    CHECK_EQUAL(freed, 42);
    CHECK_EQUAL(status.MPI_TAG, 123);
    MPI_Get_elements(&status, MPI_INT, &count);
    CHECK_EQUAL(count, 42);
    CHECK(request == MPI_REQUEST_NULL);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    test_any();
    test_some(0);
    test_some(1);
    test_all();
    test_freed();
    test_generalized();
    return finish("completion");
}
