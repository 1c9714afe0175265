/*
 * Makes and frees every kind of object again and again; what is freed must be gone. Arguments: iterations. Prints the growth
 * of the process's resident memory after the first tenth when that is large (64 MiB).
 *
 * test: ranks 1 2
 * test: flotilla-ranks 5
 * test: arguments 300
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int rank, size, copies, deletions, freed;

static long resident(void) {
    long total = 0, pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &total, &pages) != 2) {
        pages = 0;
    }
    if (file) {
        fclose(file);
    }
    return pages * sysconf(_SC_PAGESIZE);
}

static int copy(MPI_Comm comm, int key, void *extra, void *in, void *out, int *flag) {
    (void)comm, (void)key, (void)extra;
    *(void **)out = in;
    *flag = 1;
    copies++;
    return MPI_SUCCESS;
}

static int delete(MPI_Comm comm, int key, void *value, void *extra) {
    (void)comm, (void)key, (void)value, (void)extra;
    int size_here;
    MPI_Comm_size(comm, &size_here); /* callbacks may call MPI */
    deletions++;
    return MPI_SUCCESS;
}

static void first(void *in, void *inout, int *n, MPI_Datatype *type) {
    (void)type;
    for (int i = 0; i < *n; i++) {
        ((int *)inout)[i] = ((int *)in)[i];
    }
}

static int query(void *state, MPI_Status *status) {
    (void)state;
    MPI_Status_set_elements(status, MPI_INT, 2);
    MPI_Status_set_cancelled(status, 0);
    return MPI_SUCCESS;
}

static int release(void *state) {
    (void)state;
    freed++;
    return MPI_SUCCESS;
}

static int cancel(void *state, int complete) {
    (void)state, (void)complete;
    return MPI_SUCCESS;
}

static void handle(MPI_Comm *comm, int *code, ...) {
    (void)code;
    int r;
    MPI_Comm_rank(*comm, &r);
    freed++;
}

static void round_of(int i, int key) {
    MPI_Comm dup, split, cart, of_group;
    MPI_Group group, part;
    MPI_Datatype vector, record;
    MPI_Request requests[4];
    MPI_Op op;
    MPI_Info info;
    MPI_Errhandler handler;
    int out = i, in = -1, dims = size, period = 1, zero = 0;
    MPI_Comm_dup(MPI_COMM_WORLD, &dup);
    MPI_Comm_set_attr(dup, key, &copies);
    MPI_Comm_split(dup, rank % 2, 0, &split);
    MPI_Cart_create(dup, 1, &dims, &period, 0, &cart);
    MPI_Comm_group(dup, &group);
    MPI_Group_incl(group, 1, &zero, &part);
    MPI_Comm_create(dup, part, &of_group);
    MPI_Type_vector(3, 1, 2, MPI_INT, &vector);
    MPI_Type_create_resized(vector, 0, 64, &record);
    MPI_Type_commit(&record);
    MPI_Op_create(first, 0, &op);
    MPI_Info_create(&info);
    MPI_Info_set(info, "key", "value");
    MPI_Comm_create_errhandler(handle, &handler);
    MPI_Comm_set_errhandler(dup, handler);
    MPI_Send(&out, 1, MPI_INT, size + 3, 0, dup);
    MPI_Allreduce(&out, &in, 1, MPI_INT, op, dup);
    int to = (rank + 1) % size, from = (rank + size - 1) % size;
    MPI_Irecv(&in, 1, MPI_INT, from, 1, cart, &requests[0]);
    MPI_Isend(&out, 1, MPI_INT, to, 1, cart, &requests[1]);
    MPI_Ibarrier(split, &requests[2]);
    MPI_Grequest_start(query, release, cancel, NULL, &requests[3]);
    MPI_Grequest_complete(requests[3]);
    MPI_Waitall(4, requests, MPI_STATUSES_IGNORE);
    MPI_Request again;
    MPI_Send_init(&out, 1, MPI_INT, MPI_PROC_NULL, 0, dup, &again);
    MPI_Start(&again);
    MPI_Request_free(&again);
    MPI_Isend(&out, 1, MPI_INT, to, 2, dup, &again);
    MPI_Request_free(&again);
    MPI_Recv(&in, 1, MPI_INT, from, 2, dup, MPI_STATUS_IGNORE);
    MPI_Errhandler_free(&handler);
    MPI_Info_free(&info);
    MPI_Op_free(&op);
    MPI_Type_free(&record), MPI_Type_free(&vector);
    if (of_group != MPI_COMM_NULL) {
        MPI_Comm_free(&of_group);
    }
    MPI_Group_free(&part), MPI_Group_free(&group);
    MPI_Comm_free(&cart), MPI_Comm_free(&split), MPI_Comm_free(&dup);
    if (in != out) {
        printf("rank %d: %d received, %d expected\n", rank, in, out);
        MPI_Abort(MPI_COMM_WORLD, 3);
    }
}

int main(int argc, char **argv) {
    int iterations = argc > 1 ? atoi(argv[1]) : 2000, key;
    long early = 0;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Comm_create_keyval(copy, delete, &key, NULL);
    for (int i = 0; i < iterations; i++) {
        round_of(i, key);
        if (i == iterations / 10) {
            early = resident();
        }
    }
    MPI_Comm_free_keyval(&key);
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 0) {
        long growth = (resident() - early) >> 20;
        if (growth > 64) {
            printf("memory grew by %ld MiB\n", growth);
        }
        printf("resources: %s\n", deletions == iterations && freed == 2 * iterations ? "all freed" : "callbacks missing");
    }
    MPI_Finalize();
    return 0;
}
