/*
 * All kinds of MPI objects, in ranks that visit the other node and come back: datatypes of all constructors, communicators with
 * topologies, attributes and error handlers, requests of all kinds, messages that were probed. What they do is compared with what
 * they did before. In a job of two nodes.
 */
#include <mpi.h>
#include <flotilla.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int rank, size, failures;

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            failures++; \
            fprintf(stderr, "rank %d: objects.c:%d: %s\n", rank, __LINE__, #condition); \
        } \
    } while (0)

/* Everybody goes to the first PE of the other node. */
static void go(void) {
    int before, after, pes;
    AMPI_My_node(&before);
    AMPI_Num_pes(&pes);
    CHECK(AMPI_Migrate_to_pe((1 - before) * (pes / 2)) == MPI_SUCCESS);
    AMPI_My_node(&after);
    CHECK(after == 1 - before);
}

/* ---- Datatypes ---- */

enum { MAX_TYPES = 30, BYTES = 4096 };

static struct {
    MPI_Datatype type;
    char packed[BYTES];
    int length, combiner;
    MPI_Aint lb, extent;
} types[MAX_TYPES];
static int type_count, type_key;
static char source[BYTES];

static void add(MPI_Datatype type) {
    MPI_Type_commit(&type);
    types[type_count++].type = type;
}

static void make_types(void) {
    static const int lengths[] = {2, 1, 3}, places[] = {0, 4, 7};
    static const MPI_Aint bytes[] = {0, 24, 64};
    static const int sizes[] = {6, 5}, parts[] = {2, 3}, starts[] = {1, 1};
    static const int distributions[] = {MPI_DISTRIBUTE_BLOCK, MPI_DISTRIBUTE_CYCLIC};
    static const int defaults[] = {MPI_DISTRIBUTE_DFLT_DARG, MPI_DISTRIBUTE_DFLT_DARG}, grid[] = {2, 1};
    const MPI_Datatype members[] = {MPI_INT, MPI_DOUBLE, MPI_CHAR};
    MPI_Datatype type, inner;
    MPI_Type_dup(MPI_DOUBLE_INT, &type), add(type);
    MPI_Type_contiguous(5, MPI_SHORT, &type), add(type);
    MPI_Type_vector(3, 2, 4, MPI_INT, &inner), add(inner);
    MPI_Type_create_hvector(2, 1, 100, inner, &type), add(type);
    MPI_Type_indexed(3, lengths, places, MPI_FLOAT, &type), add(type);
    MPI_Type_create_hindexed(3, lengths, bytes, MPI_FLOAT, &type), add(type);
    MPI_Type_create_indexed_block(3, 2, places, MPI_LONG, &type), add(type);
    MPI_Type_create_hindexed_block(3, 1, bytes, inner, &type), add(type);
    MPI_Type_create_struct(3, lengths, bytes, members, &type), add(type);
    MPI_Type_create_resized(type, -8, 160, &type), add(type);
    MPI_Type_create_subarray(2, sizes, parts, starts, MPI_ORDER_C, MPI_INT, &type), add(type);
    MPI_Type_create_subarray(2, sizes, parts, starts, MPI_ORDER_FORTRAN, inner, &type), add(type);
    MPI_Type_create_darray(2, 1, 2, sizes, distributions, defaults, grid, MPI_ORDER_C, MPI_INT, &type), add(type);
    /* Predefined, and without a name. */
    MPI_Type_create_f90_real(15, MPI_UNDEFINED, &type), types[type_count++].type = type;
    MPI_Type_create_f90_integer(9, &type), types[type_count++].type = type;
    MPI_Type_create_f90_complex(6, 37, &inner), types[type_count++].type = inner;
    MPI_Type_vector(2, 1, 3, inner, &type), add(type);

    MPI_Type_create_keyval(MPI_TYPE_NULL_COPY_FN, MPI_TYPE_NULL_DELETE_FN, &type_key, NULL);
    for (int i = 0; i < BYTES; i++) source[i] = (char)(i * 7 + rank);
    for (int i = 0; i < type_count; i++) {
        int integers, addresses, contained;
        MPI_Pack(source + 200, 2, types[i].type, types[i].packed, BYTES, &types[i].length, MPI_COMM_WORLD);
        MPI_Type_get_envelope(types[i].type, &integers, &addresses, &contained, &types[i].combiner);
        MPI_Type_get_extent(types[i].type, &types[i].lb, &types[i].extent);
        MPI_Type_set_attr(types[i].type, type_key, &types[i]);
    }
    MPI_Type_set_name(types[3].type, "rows");
    MPI_Type_set_name(MPI_INT, "my own int");
}

static void check_types(void) {
    for (int i = 0; i < type_count; i++) {
        static char packed[BYTES];
        int length = 0, integers, addresses, contained, combiner, found = 0;
        MPI_Aint lb, extent;
        void *attribute = NULL;
        MPI_Pack(source + 200, 2, types[i].type, packed, BYTES, &length, MPI_COMM_WORLD);
        CHECK(length == types[i].length && memcmp(packed, types[i].packed, (size_t)length) == 0);
        MPI_Type_get_envelope(types[i].type, &integers, &addresses, &contained, &combiner);
        MPI_Type_get_extent(types[i].type, &lb, &extent);
        CHECK(combiner == types[i].combiner && lb == types[i].lb && extent == types[i].extent);
        MPI_Type_get_attr(types[i].type, type_key, &attribute, &found);
        CHECK(found && attribute == &types[i]);
    }
    char name[MPI_MAX_OBJECT_NAME];
    int length;
    MPI_Type_get_name(types[3].type, name, &length);
    CHECK(strcmp(name, "rows") == 0);
    MPI_Type_get_name(MPI_INT, name, &length);
    CHECK(strcmp(name, "my own int") == 0);
    MPI_Datatype same;
    MPI_Type_create_f90_real(15, MPI_UNDEFINED, &same);
    CHECK(same == types[13].type);
    /* To and from another rank. */
    for (int i = 0; i < type_count; i++) {
        static char in[BYTES], out[BYTES];
        int length_in = 0;
        MPI_Status status;
        memset(in, 0, sizeof in);
        MPI_Sendrecv(source + 200, 2, types[i].type, (rank + 1) % size, i, in + 200, 2, types[i].type, (rank + size - 1) % size, i,
                     MPI_COMM_WORLD, &status);
        int items = -1;
        MPI_Get_count(&status, types[i].type, &items);
        MPI_Pack(in + 200, 2, types[i].type, out, BYTES, &length_in, MPI_COMM_WORLD);
        CHECK(items == 2 && length_in == types[i].length);
        int wrong = 0, shift = (rank + size - 1) % size - rank;
        for (int j = 0; j < length_in; j++) wrong += out[j] != (char)(types[i].packed[j] + shift);
        CHECK(wrong == 0);
    }
}

/* ---- Communicators, groups, and what belongs to them ---- */

static MPI_Comm comms[12];
static int comm_count, comm_key, copies, handled;
static MPI_Group odd;
static MPI_Op op;
static MPI_Info info;
static int error_class, error_code;

static int copy(MPI_Comm comm, int key, void *extra, void *value, void *answer, int *flag) {
    (void)comm, (void)key;
    *(int *)extra += 1;
    *(void **)answer = (char *)value + 1;
    *flag = 1;
    return MPI_SUCCESS;
}

static void handle(MPI_Comm *comm, int *code, ...) {
    (void)comm, (void)code;
    handled++;
}

static void differences(void *in, void *inout, int *count, MPI_Datatype *type) {
    (void)type;
    for (int i = 0; i < *count; i++) ((int *)inout)[i] = ((int *)in)[i] - ((int *)inout)[i];
}

static void make_comms(void) {
    const int dims[] = {2, 2}, periods[] = {1, 0}, keep[] = {0, 1};
    const int degrees[] = {1, 2, 3, 4}, edges[] = {1, 2, 3, 0};
    int left = (rank + size - 1) % size, right = (rank + 1) % size;
    MPI_Comm half, inter;
    MPI_Group world;
    MPI_Comm_create_keyval(copy, MPI_COMM_NULL_DELETE_FN, &comm_key, &copies);
    MPI_Comm_dup(MPI_COMM_WORLD, &comms[comm_count++]);
    MPI_Comm_split(MPI_COMM_WORLD, rank % 2, -rank, &half), comms[comm_count++] = half;
    MPI_Intercomm_create(half, 0, MPI_COMM_WORLD, rank % 2 ? size - 2 : size - 1, 5, &inter), comms[comm_count++] = inter;
    MPI_Intercomm_merge(inter, rank % 2, &comms[comm_count++]);
    MPI_Cart_create(MPI_COMM_WORLD, 2, dims, periods, 0, &comms[comm_count++]);
    MPI_Cart_sub(comms[4], keep, &comms[comm_count++]);
    MPI_Graph_create(MPI_COMM_WORLD, 4, degrees, edges, 0, &comms[comm_count++]);
    MPI_Dist_graph_create_adjacent(MPI_COMM_WORLD, 1, &left, MPI_UNWEIGHTED, 1, &right, MPI_UNWEIGHTED, MPI_INFO_NULL, 0, &comms[comm_count++]);
    MPI_Comm_group(MPI_COMM_WORLD, &world);
    const int members[] = {3, 1};
    MPI_Group_incl(world, 2, members, &odd);
    if (rank % 2) MPI_Comm_create_group(MPI_COMM_WORLD, odd, 9, &comms[comm_count++]);
    else MPI_Comm_dup(MPI_COMM_SELF, &comms[comm_count++]);
    MPI_Request request;
    MPI_Comm_idup(half, &comms[comm_count++], &request);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    MPI_Errhandler handler;
    MPI_Comm_create_errhandler(handle, &handler);
    MPI_Comm_set_errhandler(half, handler);
    MPI_Errhandler_free(&handler);
    MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN);
    MPI_Comm_set_name(half, "half");
    for (int i = 0; i < comm_count; i++) MPI_Comm_set_attr(comms[i], comm_key, (char *)comms + i);
    MPI_Op_create(differences, 0, &op);
    MPI_Info_create(&info);
    MPI_Info_set(info, "key", "value");
    MPI_Comm_set_info(half, info);
    MPI_Add_error_class(&error_class);
    MPI_Add_error_code(error_class, &error_code);
    MPI_Add_error_string(error_code, "an error of our own");
}

static void check_comms(void) {
    for (int i = 0; i < comm_count; i++) {
        void *attribute = NULL;
        int found = 0, sum = -1, peers, inter;
        MPI_Comm_get_attr(comms[i], comm_key, &attribute, &found);
        CHECK(found && attribute == (char *)comms + i);
        MPI_Comm_test_inter(comms[i], &inter);
        if (inter) MPI_Comm_remote_size(comms[i], &peers);
        else MPI_Comm_size(comms[i], &peers);
        const int one = 1;
        MPI_Allreduce(&one, &sum, 1, MPI_INT, MPI_SUM, comms[i]);
        CHECK(sum == peers);
        MPI_Comm copied;
        int copies_before = copies;
        MPI_Comm_dup(comms[i], &copied);
        MPI_Comm_get_attr(copied, comm_key, &attribute, &found);
        CHECK(found && attribute == (char *)comms + i + 1 && copies == copies_before + 1);
        MPI_Comm_free(&copied);
    }
    int before = handled, code, length, dims[2], periods[2], coordinates[2], in, out, weighted, from = -1, found, part;
    MPI_Send(NULL, 0, MPI_INT, 99, 0, comms[1]);
    CHECK(handled == before + 1);
    CHECK(MPI_Send(NULL, 0, MPI_INT, 99, 0, MPI_COMM_SELF) != MPI_SUCCESS);
    char text[MPI_MAX_ERROR_STRING];
    MPI_Comm_get_name(comms[1], text, &length);
    CHECK(strcmp(text, "half") == 0);
    MPI_Cart_get(comms[4], 2, dims, periods, coordinates);
    CHECK(dims[0] == 2 && dims[1] == 2 && periods[0] == 1 && periods[1] == 0 && coordinates[0] == rank / 2 && coordinates[1] == rank % 2);
    MPI_Dist_graph_neighbors_count(comms[7], &in, &out, &weighted);
    CHECK(in == 1 && out == 1 && !weighted);
    MPI_Neighbor_allgather(&rank, 1, MPI_INT, &from, 1, MPI_INT, comms[7]);
    CHECK(from == (rank + size - 1) % size);
    MPI_Graph_neighbors_count(comms[6], rank, &out);
    CHECK(out == 1);
    MPI_Group_rank(odd, &part);
    CHECK(part == (rank == 3 ? 0 : rank == 1 ? 1 : MPI_UNDEFINED));
    MPI_Info_get(info, "key", sizeof text - 1, text, &found);
    CHECK(found && strcmp(text, "value") == 0);
    MPI_Error_class(error_code, &code);
    CHECK(code == error_class);
    MPI_Error_string(error_code, text, &length);
    CHECK(strcmp(text, "an error of our own") == 0);
    int scanned = -1, expected = 0;
    MPI_Scan(&rank, &scanned, 1, MPI_INT, op, MPI_COMM_WORLD);
    for (int i = 1; i <= rank; i++) expected = expected - i;
    CHECK(scanned == expected);
}

/* ---- Requests ---- */

enum { LARGE = 300000 };

static int query(void *extra, MPI_Status *status) {
    MPI_Status_set_elements(status, MPI_INT, *(int *)extra);
    MPI_Status_set_cancelled(status, 0);
    status->MPI_SOURCE = rank;
    status->MPI_TAG = 77;
    return MPI_SUCCESS;
}

static int release(void *extra) {
    *(int *)extra = -1;
    return MPI_SUCCESS;
}

static int cancel(void *extra, int complete) {
    (void)extra, (void)complete;
    return MPI_SUCCESS;
}

static void requests(void) {
    int left = (rank + size - 1) % size, right = (rank + 1) % size;
    MPI_Request persistent[2], synchronous, early, large_out, large_in, general, nothing = MPI_REQUEST_NULL, buffered;
    int out = 0, in = -1, early_in = -1, extra = 3, ssend = rank + 40, ssend_in = -1, flag = 1, probed = -1;
    int *big = malloc(sizeof *big * LARGE), *big_in = malloc(sizeof *big_in * LARGE);
    MPI_Status status;
    char *buffer = malloc(1000 + MPI_BSEND_OVERHEAD), *detached;
    int detached_size;
    MPI_Buffer_attach(buffer, 1000 + MPI_BSEND_OVERHEAD);
    for (int i = 0; i < LARGE; i++) big[i] = i ^ rank, big_in[i] = 0;
    MPI_Send_init(&out, 1, MPI_INT, right, 20, MPI_COMM_WORLD, &persistent[0]);
    MPI_Recv_init(&in, 1, MPI_INT, left, 20, MPI_COMM_WORLD, &persistent[1]);
    MPI_Bsend_init(&out, 1, MPI_INT, right, 24, MPI_COMM_WORLD, &buffered);
    MPI_Irecv(&early_in, 1, MPI_INT, left, 21, MPI_COMM_WORLD, &early);
    MPI_Issend(&ssend, 1, MPI_INT, right, 22, MPI_COMM_WORLD, &synchronous);
    MPI_Isend(big, LARGE, MPI_INT, right, 23, MPI_COMM_WORLD, &large_out);
    MPI_Grequest_start(query, release, cancel, &extra, &general);
    MPI_Send(&rank, 1, MPI_INT, right, 25, MPI_COMM_WORLD);
    MPI_Message message;
    MPI_Mprobe(left, 25, MPI_COMM_WORLD, &message, &status);
    for (int round = 1; round <= 3; round++) {
        out = 100 * round + rank;
        MPI_Startall(2, persistent);
        go();
        MPI_Waitall(2, persistent, MPI_STATUSES_IGNORE);
        CHECK(in == 100 * round + left);
        MPI_Start(&buffered);
        MPI_Wait(&buffered, MPI_STATUS_IGNORE);
        int got = -1;
        MPI_Recv(&got, 1, MPI_INT, left, 24, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        CHECK(got == 100 * round + left);
        MPI_Test(&early, &flag, MPI_STATUS_IGNORE);
        CHECK(!flag);
        MPI_Test(&synchronous, &flag, MPI_STATUS_IGNORE);
        CHECK(!flag);
        MPI_Test(&general, &flag, MPI_STATUS_IGNORE);
        CHECK(!flag);
        MPI_Barrier(MPI_COMM_WORLD);
    }
    MPI_Mrecv(&probed, 1, MPI_INT, &message, &status);
    CHECK(probed == left && status.MPI_SOURCE == left && status.MPI_TAG == 25);
    MPI_Send(&rank, 1, MPI_INT, right, 21, MPI_COMM_WORLD);
    MPI_Wait(&early, &status);
    CHECK(early_in == left && status.MPI_SOURCE == left && status.MPI_TAG == 21);
    MPI_Recv(&ssend_in, 1, MPI_INT, left, 22, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    MPI_Wait(&synchronous, MPI_STATUS_IGNORE);
    CHECK(ssend_in == left + 40);
    MPI_Irecv(big_in, LARGE, MPI_INT, left, 23, MPI_COMM_WORLD, &large_in);
    MPI_Wait(&large_in, MPI_STATUS_IGNORE);
    MPI_Wait(&large_out, MPI_STATUS_IGNORE);
    int wrong = 0;
    for (int i = 0; i < LARGE; i++) wrong += big_in[i] != (i ^ left);
    CHECK(wrong == 0);
    MPI_Grequest_complete(general);
    MPI_Wait(&general, &status);
    int elements;
    MPI_Get_elements(&status, MPI_INT, &elements);
    CHECK(elements == 3 && status.MPI_TAG == 77 && extra == -1 && general == MPI_REQUEST_NULL);
    MPI_Wait(&nothing, MPI_STATUS_IGNORE);
    MPI_Request_free(&persistent[0]);
    MPI_Request_free(&persistent[1]);
    MPI_Request_free(&buffered);
    MPI_Buffer_detach(&detached, &detached_size);
    CHECK(detached == buffer);
    free(buffer);
    free(big);
    free(big_in);
}

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    make_types();
    make_comms();
    check_types();
    check_comms();
    for (int i = 0; i < 3; i++) {
        go();
        check_types();
        check_comms();
    }
    requests();
    int all = 0;
    MPI_Allreduce(&failures, &all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    if (rank == 0) printf("%d failures\n", all);
    MPI_Finalize();
    return all > 0;
}
