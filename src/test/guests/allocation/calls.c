/*
 * Makes each call many times and prints how many bytes the host's threads have allocated meanwhile, per call of a rank: the
 * least of several rounds, as what is not compiled yet allocates more. Asks AllocationMeter by two named pipes, the arguments.
 * usage: calls QUESTIONS ANSWERS [KIND]
 */
#include <fcntl.h>
#include <mpi.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CALLS 20000
#define ROUNDS 15
#define LARGE 65536

static int rank, size, next, previous;
static char buffer[LARGE], other[LARGE];
static double in[LARGE / 8], out[LARGE / 8];
static MPI_Datatype strided;
static MPI_Request persistent[2];

static void send_receive(int bytes)
{
    /* Even ranks send first. */
    if (rank % 2 == 0) {
        MPI_Send(buffer, bytes, MPI_BYTE, next, 1, MPI_COMM_WORLD);
        MPI_Recv(other, bytes, MPI_BYTE, previous, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    } else {
        MPI_Recv(other, bytes, MPI_BYTE, previous, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        MPI_Send(buffer, bytes, MPI_BYTE, next, 1, MPI_COMM_WORLD);
    }
}

static void eager(void) { send_receive(8); }
static void medium(void) { send_receive(2000); }
static void large(void) { send_receive(LARGE); }

static void any_source(void)
{
    MPI_Status status;
    MPI_Send(buffer, 8, MPI_BYTE, next, 1, MPI_COMM_WORLD);
    MPI_Recv(other, 8, MPI_BYTE, MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &status);
}

static void synchronous(void)
{
    MPI_Request request;
    MPI_Irecv(other, 8, MPI_BYTE, previous, 1, MPI_COMM_WORLD, &request);
    MPI_Ssend(buffer, 8, MPI_BYTE, next, 1, MPI_COMM_WORLD);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
}

static void both(int bytes, MPI_Request *requests)
{
    MPI_Irecv(other, bytes, MPI_BYTE, previous, 1, MPI_COMM_WORLD, requests);
    MPI_Isend(buffer, bytes, MPI_BYTE, next, 1, MPI_COMM_WORLD, requests + 1);
}

static void wait(void)
{
    MPI_Request requests[2];
    both(8, requests);
    MPI_Wait(requests, MPI_STATUS_IGNORE);
    MPI_Wait(requests + 1, MPI_STATUS_IGNORE);
}

static void waitall(void)
{
    MPI_Request requests[2];
    both(8, requests);
    MPI_Waitall(2, requests, MPI_STATUSES_IGNORE);
}

static void waitall_large(void)
{
    MPI_Request requests[2];
    MPI_Status statuses[2];
    both(LARGE, requests);
    MPI_Waitall(2, requests, statuses);
}

static void waitany(void)
{
    MPI_Request requests[2];
    int index;
    both(8, requests);
    MPI_Waitany(2, requests, &index, MPI_STATUS_IGNORE);
    MPI_Waitany(2, requests, &index, MPI_STATUS_IGNORE);
}

static void test(void)
{
    MPI_Request requests[2];
    int flag = 0;
    both(8, requests);
    while (!flag)
        MPI_Test(requests, &flag, MPI_STATUS_IGNORE);
    for (flag = 0; !flag;)
        MPI_Testall(2, requests, &flag, MPI_STATUSES_IGNORE);
}

static void start(void)
{
    MPI_Startall(2, persistent);
    MPI_Waitall(2, persistent, MPI_STATUSES_IGNORE);
}

static void sendrecv(void)
{
    MPI_Sendrecv(buffer, 8, MPI_BYTE, next, 1, other, 8, MPI_BYTE, previous, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static void sendrecv_large(void)
{
    MPI_Sendrecv(buffer, LARGE, MPI_BYTE, next, 1, other, LARGE, MPI_BYTE, previous, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static void sendrecv_replace(void)
{
    MPI_Sendrecv_replace(buffer, 8, MPI_BYTE, next, 1, previous, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static void probe(void)
{
    MPI_Status status;
    MPI_Send(buffer, 8, MPI_BYTE, next, 1, MPI_COMM_WORLD);
    MPI_Probe(previous, 1, MPI_COMM_WORLD, &status);
    MPI_Recv(other, 8, MPI_BYTE, previous, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static void iprobe(void)
{
    int flag = 0;
    MPI_Send(buffer, 8, MPI_BYTE, next, 1, MPI_COMM_WORLD);
    while (!flag)
        MPI_Iprobe(previous, 1, MPI_COMM_WORLD, &flag, MPI_STATUS_IGNORE);
    MPI_Recv(other, 8, MPI_BYTE, previous, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static void datatype(void)
{
    MPI_Request request;
    MPI_Irecv(out, 1, strided, previous, 1, MPI_COMM_WORLD, &request);
    MPI_Send(in, 1, strided, next, 1, MPI_COMM_WORLD);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
}

static void pack(void)
{
    int position = 0;
    MPI_Pack(in, 1, strided, buffer, LARGE, &position, MPI_COMM_WORLD);
    position = 0;
    MPI_Unpack(buffer, LARGE, &position, out, 1, strided, MPI_COMM_WORLD);
}

static void yield(void) { sched_yield(); }
static void barrier(void) { MPI_Barrier(MPI_COMM_WORLD); }
static void bcast(void) { MPI_Bcast(in, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD); }
static void bcast_large(void) { MPI_Bcast(in, LARGE / 8, MPI_DOUBLE, 0, MPI_COMM_WORLD); }
static void reduce(void) { MPI_Reduce(in, out, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD); }
static void allreduce(void) { MPI_Allreduce(in, out, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD); }
static void allreduce_large(void) { MPI_Allreduce(in, out, LARGE / 8, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD); }
static void reduce_local(void) { MPI_Reduce_local(in, out, 100, MPI_DOUBLE, MPI_SUM); }
static void scan(void) { MPI_Scan(in, out, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD); }
static void gather(void) { MPI_Gather(in, 1, MPI_DOUBLE, out, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD); }
static void scatter(void) { MPI_Scatter(in, 1, MPI_DOUBLE, out, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD); }
static void allgather(void) { MPI_Allgather(in, 1, MPI_DOUBLE, out, 1, MPI_DOUBLE, MPI_COMM_WORLD); }
static void alltoall(void) { MPI_Alltoall(in, 1, MPI_DOUBLE, out, 1, MPI_DOUBLE, MPI_COMM_WORLD); }
static void alltoall_large(void) { MPI_Alltoall(in, 1000, MPI_DOUBLE, out, 1000, MPI_DOUBLE, MPI_COMM_WORLD); }

static const struct {
    const char *name;
    void (*call)(void);
} kinds[] = {
#define KIND(name) {#name, name}
    KIND(eager), KIND(medium), KIND(large), KIND(any_source), KIND(synchronous), KIND(wait), KIND(waitall),
    KIND(waitall_large), KIND(waitany), KIND(test), KIND(start), KIND(sendrecv), KIND(sendrecv_large),
    KIND(sendrecv_replace), KIND(probe), KIND(iprobe), KIND(datatype), KIND(pack), KIND(yield), KIND(barrier), KIND(bcast),
    KIND(bcast_large), KIND(reduce), KIND(allreduce), KIND(allreduce_large), KIND(reduce_local), KIND(scan), KIND(gather),
    KIND(scatter), KIND(allgather), KIND(alltoall), KIND(alltoall_large),
};

static int questions, answers;

/* Bytes that the host's threads have allocated so far; in rank 0. */
static long allocated(void)
{
    char text[32];
    ssize_t length = write(questions, "?", 1) == 1 ? read(answers, text, sizeof text - 1) : -1;
    if (length <= 0) {
        fprintf(stderr, "the meter does not answer\n");
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
    text[length] = '\0';
    return atol(text);
}

static double measure(void (*call)(void))
{
    double least = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        long before = 0;
        MPI_Barrier(MPI_COMM_WORLD);
        if (rank == 0)
            before = allocated();
        MPI_Barrier(MPI_COMM_WORLD);
        for (int i = 0; i < CALLS; i++)
            call();
        MPI_Barrier(MPI_COMM_WORLD);
        double each = 0;
        if (rank == 0)
            each = (double)(allocated() - before) / CALLS / size;
        MPI_Bcast(&each, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD);
        least = each < least ? each : least;
        if (least < 0.1)
            break;
    }
    return least;
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    next = (rank + 1) % size;
    previous = (rank + size - 1) % size;
    if (rank == 0) {
        questions = open(argv[1], O_WRONLY);
        answers = open(argv[2], O_RDONLY);
    }
    MPI_Type_vector(100, 1, 2, MPI_DOUBLE, &strided);
    MPI_Type_commit(&strided);
    MPI_Recv_init(other, 8, MPI_BYTE, previous, 1, MPI_COMM_WORLD, persistent);
    MPI_Send_init(buffer, 8, MPI_BYTE, next, 1, MPI_COMM_WORLD, persistent + 1);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (argc > 3 && strcmp(argv[3], kinds[i].name))
            continue;
        double least = measure(kinds[i].call);
        if (rank == 0)
            printf("%s %.2f\n", kinds[i].name, least);
    }
    MPI_Finalize();
    return 0;
}
