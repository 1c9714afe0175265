/*
 * Errors that MPI_ERRORS_RETURN returns: the class for each bad argument, strings for every class, and that the
 * communicator works on afterwards.
 *
 * test: ranks 1 2
 * test: flotilla-ranks 4
 */
#include "../support/check.h"

static void expect(const char *what, int code, int expected)
{
    int class;
    MPI_Error_class(code, &class);
    CHECK_VALUE(what, class, expected);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    int value = 0, values[4], length, next = check_size;
    char text[MPI_MAX_ERROR_STRING];
    MPI_Request request;
    MPI_Status status;
    MPI_Datatype type, uncommitted;
    MPI_Comm comm;
    MPI_Op op = MPI_SUM;

    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    expect("rank too high", MPI_Send(&value, 1, MPI_INT, next, 0, MPI_COMM_WORLD), MPI_ERR_RANK);
    expect("rank negative", MPI_Send(&value, 1, MPI_INT, -77, 0, MPI_COMM_WORLD), MPI_ERR_RANK);
    expect("any source in a send", MPI_Send(&value, 1, MPI_INT, MPI_ANY_SOURCE, 0, MPI_COMM_WORLD), MPI_ERR_RANK);
    expect("receive rank", MPI_Recv(&value, 1, MPI_INT, next, 0, MPI_COMM_WORLD, &status), MPI_ERR_RANK);
    expect("tag negative", MPI_Send(&value, 1, MPI_INT, 0, -5, MPI_COMM_WORLD), MPI_ERR_TAG);
    expect("any tag in a send", MPI_Isend(&value, 1, MPI_INT, 0, MPI_ANY_TAG, MPI_COMM_WORLD, &request), MPI_ERR_TAG);
    expect("count negative", MPI_Send(&value, -1, MPI_INT, 0, 0, MPI_COMM_WORLD), MPI_ERR_COUNT);
    expect("null type", MPI_Send(&value, 1, MPI_DATATYPE_NULL, 0, 0, MPI_COMM_WORLD), MPI_ERR_TYPE);
    MPI_Type_contiguous(2, MPI_INT, &uncommitted);
    expect("uncommitted", MPI_Send(values, 1, uncommitted, 0, 0, MPI_COMM_WORLD), MPI_ERR_TYPE);
    MPI_Type_free(&uncommitted);
    expect("null buffer", MPI_Send(NULL, 3, MPI_INT, 0, 0, MPI_COMM_WORLD), MPI_ERR_BUFFER);
    expect("null communicator", MPI_Send(&value, 1, MPI_INT, 0, 0, MPI_COMM_NULL), MPI_ERR_COMM);
    expect("root", MPI_Bcast(&value, 1, MPI_INT, next, MPI_COMM_WORLD), MPI_ERR_ROOT);
    expect("op", MPI_Allreduce(&value, values, 1, MPI_INT, MPI_OP_NULL, MPI_COMM_WORLD), MPI_ERR_OP);
    expect("op on type", MPI_Allreduce(&value, values, 1, MPI_DOUBLE, MPI_BAND, MPI_COMM_WORLD), MPI_ERR_OP);
    expect("free predefined op", MPI_Op_free(&op), MPI_ERR_OP);
    type = MPI_INT;
    expect("free predefined type", MPI_Type_free(&type), MPI_ERR_TYPE);
    comm = MPI_COMM_WORLD;
    expect("free world", MPI_Comm_free(&comm), MPI_ERR_COMM);
    expect("vector count", MPI_Type_vector(-1, 1, 1, MPI_INT, &type), MPI_ERR_COUNT);
    expect("topology", MPI_Cart_coords(MPI_COMM_WORLD, 0, 1, values), MPI_ERR_TOPOLOGY);
    int dims[1] = {check_size + 1}, periods[1] = {0};
    CHECK(MPI_Cart_create(MPI_COMM_WORLD, 1, dims, periods, 0, &comm) != MPI_SUCCESS);
    expect("alias", MPI_Allreduce(&value, &value, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD), MPI_ERR_BUFFER);
    expect("probe rank", MPI_Probe(next, 0, MPI_COMM_WORLD, &status), MPI_ERR_RANK);

    /* Every class has a text. */
    for (int class = 0; class <= MPI_ERR_LASTCODE && class < 200; class++) {
        memset(text, 0, sizeof text);
        if (MPI_Error_string(class, text, &length) == MPI_SUCCESS)
            CHECK_EQUAL(length, strlen(text));
    }
    MPI_Error_string(MPI_ERR_TRUNCATE, text, &length);
    CHECK(length > 3);

    /* After all that it still works. */
    int sum = 0, one = 1;
    MPI_Allreduce(&one, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    CHECK_EQUAL(sum, check_size);

    /* An error in one request of several. */
    MPI_Request requests[2];
    MPI_Status statuses[2];
    int out[4] = {1, 2, 3, 4}, small[2], fits[4];
    MPI_Irecv(small, 2, MPI_INT, check_rank, 1, MPI_COMM_WORLD, &requests[0]);
    MPI_Irecv(fits, 4, MPI_INT, check_rank, 2, MPI_COMM_WORLD, &requests[1]);
    MPI_Send(out, 4, MPI_INT, check_rank, 1, MPI_COMM_WORLD);
    MPI_Send(out, 4, MPI_INT, check_rank, 2, MPI_COMM_WORLD);
    expect("waitall", MPI_Waitall(2, requests, statuses), MPI_ERR_IN_STATUS);
    expect("first of waitall", statuses[0].MPI_ERROR, MPI_ERR_TRUNCATE);
    /* The other may have been left pending (MPI-4.1 section 3.7.5). */
    if (statuses[1].MPI_ERROR == MPI_ERR_PENDING)
        statuses[1].MPI_ERROR = MPI_Wait(&requests[1], MPI_STATUS_IGNORE);
    expect("second of waitall", statuses[1].MPI_ERROR, MPI_SUCCESS);
    CHECK_EQUAL(fits[3], 4);
    return finish("returned errors");
}
