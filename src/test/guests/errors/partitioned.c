/*
 * Errors of partitioned communication that MPI_ERRORS_RETURN returns, of the classes that MPICH has for them, and that the requests
 * work on afterwards.
 *
 * test: ranks 1
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
    int out[8] = {1, 2, 3, 4, 5, 6, 7, 8}, in[8] = {0}, flag, list[2] = {0, 4}, count = 0;
    MPI_Request send, receive, ordinary, none;
    MPI_Status status;
    const MPI_Comm world = MPI_COMM_WORLD;
    const MPI_Info info = MPI_INFO_NULL;
    const int self = check_rank;
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);

    expect("partitions", MPI_Psend_init(out, -1, 2, MPI_INT, self, 3, world, info, &none), MPI_ERR_ARG);
    expect("count", MPI_Psend_init(out, 4, -1, MPI_INT, self, 3, world, info, &none), MPI_ERR_COUNT);
    expect("type", MPI_Psend_init(out, 4, 2, MPI_DATATYPE_NULL, self, 3, world, info, &none), MPI_ERR_TYPE);
    expect("destination", MPI_Psend_init(out, 4, 2, MPI_INT, check_size, 3, world, info, &none), MPI_ERR_RANK);
    expect("tag", MPI_Psend_init(out, 4, 2, MPI_INT, self, -5, world, info, &none), MPI_ERR_TAG);
    expect("communicator", MPI_Psend_init(out, 4, 2, MPI_INT, self, 3, MPI_COMM_NULL, info, &none), MPI_ERR_COMM);
    expect("buffer", MPI_Psend_init(NULL, 4, 2, MPI_INT, self, 3, world, info, &none), MPI_ERR_BUFFER);
    expect("any source", MPI_Precv_init(in, 4, 2, MPI_INT, MPI_ANY_SOURCE, 3, world, info, &none), MPI_ERR_RANK);
    expect("any tag", MPI_Precv_init(in, 4, 2, MPI_INT, self, MPI_ANY_TAG, world, info, &none), MPI_ERR_TAG);

    expect("send", MPI_Psend_init(out, 4, 2, MPI_INT, self, 4, world, info, &send), MPI_SUCCESS);
    expect("receive", MPI_Precv_init(in, 4, 2, MPI_INT, self, 4, world, info, &receive), MPI_SUCCESS);
    expect("not started", MPI_Pready(0, send), MPI_ERR_REQUEST);
    MPI_Start(&receive);
    MPI_Start(&send);
    expect("started twice", MPI_Start(&send), MPI_ERR_REQUEST);
    expect("partition -1", MPI_Pready(-1, send), MPI_ERR_OTHER);
    expect("partition 4", MPI_Pready(4, send), MPI_ERR_OTHER);
    expect("range of nothing", MPI_Pready_range(3, 1, send), MPI_ERR_OTHER);
    expect("range to 4", MPI_Pready_range(2, 4, send), MPI_ERR_OTHER);
    expect("list with 4", MPI_Pready_list(2, list, send), MPI_ERR_OTHER);
    expect("arrived -1", MPI_Parrived(receive, -1, &flag), MPI_ERR_OTHER);
    expect("arrived 4", MPI_Parrived(receive, 4, &flag), MPI_ERR_OTHER);
    expect("a receive is ready", MPI_Pready(0, receive), MPI_ERR_REQUEST);
    expect("a send has arrived", MPI_Parrived(send, 0, &flag), MPI_ERR_REQUEST);
    MPI_Irecv(list, 1, MPI_INT, self, 5, world, &ordinary);
    expect("an ordinary receive is ready", MPI_Pready(0, ordinary), MPI_ERR_REQUEST);
    expect("an ordinary receive has arrived", MPI_Parrived(ordinary, 0, &flag), MPI_ERR_REQUEST);
    MPI_Cancel(&ordinary);
    MPI_Wait(&ordinary, MPI_STATUS_IGNORE);
    CHECK(MPI_Cancel(&send) != MPI_SUCCESS);
    CHECK(MPI_Cancel(&receive) != MPI_SUCCESS);

    /* None of that had any other effect. */
    expect("ready", MPI_Pready_range(0, 3, send), MPI_SUCCESS);
    expect("sent", MPI_Wait(&send, MPI_STATUS_IGNORE), MPI_SUCCESS);
    expect("received", MPI_Wait(&receive, &status), MPI_SUCCESS);
    MPI_Get_count(&status, MPI_INT, &count);
    CHECK_EQUAL(count, 8);
    CHECK(memcmp(in, out, sizeof in) == 0);
    expect("ready after the end", MPI_Pready(0, send), MPI_ERR_REQUEST);
    MPI_Request_free(&send);
    MPI_Request_free(&receive);
    return finish("errors of partitioned communication");
}
