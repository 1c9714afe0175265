/*
 * Every rank keeps known values in its heap, globals, statics, thread-local variables, stack and a file, exchanges messages of all
 * sizes with its neighbours, by blocking and nonblocking calls, uses communicators, datatypes, attributes and operations of its own,
 * and checks everything in each round. Meanwhile ranks move.
 */
#include <mpi.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures, rank, size;
static _Thread_local int local = 7;
static long table[1000];
long global = 11;

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            failures++; \
            fprintf(stderr, "rank %d: soak.c:%d: %s\n", rank, __LINE__, #condition); \
        } \
    } while (0)

static void own_sum(void *in, void *inout, int *count, MPI_Datatype *type)
{
    (void)type;
    for (int i = 0; i < *count; i++) ((int *)inout)[i] += ((int *)in)[i];
}

static int value(int owner, int round, int index)
{
    return owner * 1000003 + round * 101 + index;
}

static void ring(int round, int ints, MPI_Comm comm, int blocking)
{
    int next = (rank + 1) % size, before = (rank + size - 1) % size;
    int *out = malloc(sizeof(int) * (ints + 1)), *in = malloc(sizeof(int) * (ints + 1));
    for (int i = 0; i < ints; i++) out[i] = value(rank, round, i);
    MPI_Status status;
    if (blocking) {
        MPI_Sendrecv(out, ints, MPI_INT, next, round, in, ints, MPI_INT, before, round, comm, &status);
    } else {
        MPI_Request requests[2];
        MPI_Isend(out, ints, MPI_INT, next, round, comm, &requests[0]);
        MPI_Irecv(in, ints, MPI_INT, before, round, comm, &requests[1]);
        MPI_Status both[2];
        MPI_Waitall(2, requests, both);
        status = both[1];
    }
    int count;
    MPI_Get_count(&status, MPI_INT, &count);
    CHECK(count == ints && status.MPI_SOURCE == before && status.MPI_TAG == round);
    int wrong = 0;
    for (int i = 0; i < ints; i++) wrong += in[i] != value(before, round, i);
    CHECK(wrong == 0);
    free(out);
    free(in);
}

static void order(int round, MPI_Comm comm)
{
    enum { MESSAGES = 20 };
    int next = (rank + 1) % size;
    MPI_Request sends[MESSAGES];
    int data[MESSAGES];
    for (int i = 0; i < MESSAGES; i++) {
        data[i] = value(rank, round, i);
        MPI_Isend(&data[i], 1, MPI_INT, next, 5, comm, &sends[i]);
    }
    for (int i = 0; i < MESSAGES; i++) {
        int got;
        MPI_Status status;
        MPI_Recv(&got, 1, MPI_INT, MPI_ANY_SOURCE, 5, comm, &status);
        CHECK(got == value(status.MPI_SOURCE, round, i));
    }
    MPI_Waitall(MESSAGES, sends, MPI_STATUSES_IGNORE);
}

/* Calls in which some members wait for long: of short and long vectors, blocking and not. */
static void collectives(int round, MPI_Comm comm)
{
    enum { LONG = 40000 };
    int wrong = 0, before = rank * (rank + 1) / 2, sum = size * (size - 1) / 2;
    int *mine = malloc(sizeof(int) * LONG), *all = malloc(sizeof(int) * LONG * size);
    int part[64], parts[64];
    MPI_Request requests[3];
    for (int i = 0; i < LONG; i++) mine[i] = value(rank, round, i);
    for (int i = 0; i < size; i++) part[i] = rank * 100 + i;
    MPI_Ialltoall(part, 1, MPI_INT, parts, 1, MPI_INT, comm, &requests[0]);
    MPI_Iallgather(mine, 1000, MPI_INT, all, 1000, MPI_INT, comm, &requests[1]);
    MPI_Ibarrier(comm, &requests[2]);
    MPI_Waitall(3, requests, MPI_STATUSES_IGNORE);
    for (int i = 0; i < size; i++) wrong += parts[i] != i * 100 + rank;
    for (int i = 0; i < size * 1000; i++) wrong += all[i] != value(i / 1000, round, i % 1000);
    MPI_Gather(mine, 100, MPI_INT, all, 100, MPI_INT, round % size, comm);
    for (int i = 0; rank == round % size && i < size * 100; i++) wrong += all[i] != value(i / 100, round, i % 100);
    int scanned;
    MPI_Scan(&rank, &scanned, 1, MPI_INT, MPI_SUM, comm);
    wrong += scanned != before;
    for (int i = 0; i < LONG; i++) mine[i] = rank + i;
    MPI_Allreduce(mine, all, LONG, MPI_INT, MPI_SUM, comm);
    for (int i = 0; i < LONG; i++) wrong += all[i] != sum + size * i;
    for (int i = 0; i < LONG; i++) mine[i] = rank == 0 ? value(0, round, i) : -1;
    MPI_Bcast(mine, LONG, MPI_INT, 0, comm);
    for (int i = 0; i < LONG; i++) wrong += mine[i] != value(0, round, i);
    CHECK(wrong == 0);
    free(all);
    free(mine);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    int rounds = argc > 1 ? atoi(argv[1]) : 100;
    MPI_Comm own, half;
    MPI_Comm_dup(MPI_COMM_WORLD, &own);
    MPI_Comm_split(MPI_COMM_WORLD, rank % 2, rank, &half);
    int half_size;
    MPI_Comm_size(half, &half_size);
    MPI_Datatype column;
    MPI_Type_vector(100, 1, 3, MPI_INT, &column);
    MPI_Type_commit(&column);
    MPI_Op sum;
    MPI_Op_create(own_sum, 1, &sum);
    int keyval;
    MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, MPI_COMM_NULL_DELETE_FN, &keyval, NULL);
    MPI_Comm_set_attr(own, keyval, &global);
    char *block = malloc(100000);
    memset(block, 'a' + rank % 26, 100000);
    FILE *file = tmpfile();
    char name[100];
    snprintf(name, sizeof name, "soak.%d", rank);
    fclose(file);
    file = fopen(name, "w+");
    for (int i = 0; i < 1000; i++) table[i] = rank + i;
    local += rank;
    global += rank;
    int on_stack[100];
    for (int i = 0; i < 100; i++) on_stack[i] = value(rank, 0, i);
    for (int round = 1; round <= rounds; round++) {
        ring(round, 10, MPI_COMM_WORLD, 1);
        ring(round, 1000, own, 0);
        ring(round, 50000, MPI_COMM_WORLD, round % 2);
        order(round, own);
        if (round % 2) collectives(round, round % 3 ? own : MPI_COMM_WORLD);
        int strided[300], plain[100];
        for (int i = 0; i < 300; i++) strided[i] = value(rank, round, i);
        MPI_Sendrecv(strided, 1, column, (rank + 1) % size, 9, plain, 100, MPI_INT, (rank + size - 1) % size, 9, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        int wrong = 0;
        for (int i = 0; i < 100; i++) wrong += plain[i] != value((rank + size - 1) % size, round, 3 * i);
        CHECK(wrong == 0);
        int all, mine = rank;
        MPI_Allreduce(&mine, &all, 1, MPI_INT, round % 2 ? MPI_SUM : sum, round % 3 ? MPI_COMM_WORLD : own);
        CHECK(all == size * (size - 1) / 2);
        int members;
        mine = 1;
        MPI_Allreduce(&mine, &members, 1, MPI_INT, MPI_SUM, half);
        CHECK(members == half_size);
        void *attribute;
        int found;
        MPI_Comm_get_attr(own, keyval, &attribute, &found);
        CHECK(found && attribute == &global);
        wrong = 0;
        for (int i = 0; i < 100000; i++) wrong += block[i] != 'a' + rank % 26;
        for (int i = 0; i < 1000; i++) wrong += table[i] != rank + i;
        for (int i = 0; i < 100; i++) wrong += on_stack[i] != value(rank, 0, i);
        CHECK(wrong == 0 && local == 7 + rank && global == 11 + rank);
        CHECK(fprintf(file, "round %6d\n", round) == 13);
        if (round % 10 == 0) {
            char line[20];
            CHECK(fseek(file, 13L * (round / 2), SEEK_SET) == 0 && fgets(line, sizeof line, file) != NULL && atoi(line + 6) == round / 2 + 1);
            CHECK(fseek(file, 0, SEEK_END) == 0 && ftell(file) == 13L * round);
        }
        if (round % 16 == 0) {
            char *bigger = realloc(block, 100000 + round);
            CHECK(bigger != NULL);
            block = bigger;
        }
    }
    fclose(file);
    remove(name);
    int total;
    MPI_Reduce(&failures, &total, 1, MPI_INT, MPI_SUM, 0, MPI_COMM_WORLD);
    if (rank == 0) printf("%d rounds, %d failures\n", rounds, total);
    MPI_Finalize();
    return failures != 0;
}
