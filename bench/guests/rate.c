/*
 * Message rate: rank 0 sends windows of nonblocking messages of 8 bytes to rank 1, which answers each window by one message.
 * usage: rate [ORDER [WINDOW [OUTSTANDING [MESSAGES [SAMPLES]]]]]
 *     ORDER        same: receives are posted in the order of the sends; mixed: in another, so that matching must search
 *     WINDOW       messages of a window (64)
 *     OUTSTANDING  receives that rank 1 has posted before, and that nothing matches until the end (0)
 */
#include "bench.h"

enum { ANSWER = 1000000, OUTSIDE = 2000000 };

static long window;
static int *tags;
static MPI_Request *requests;
static long *data;

/* The i-th of window numbers in an order that jumps about: a step that has no divisor in common with their count. */
static int mixed(long i)
{
    long step = window * 5 / 8 + 1;
    for (long a = step, b = window;;) {
        while (b != 0) {
            long rest = a % b;
            a = b;
            b = rest;
        }
        if (a == 1)
            return (int)((window - 1 - i) * step % window);
        a = ++step;
        b = window;
    }
}

static void send_window(void)
{
    int answer;
    for (long i = 0; i < window; i++)
        MPI_Isend(&data[i], 1, MPI_LONG, 1, (int)i, MPI_COMM_WORLD, &requests[i]);
    MPI_Waitall((int)window, requests, MPI_STATUSES_IGNORE);
    MPI_Recv(&answer, 1, MPI_INT, 1, ANSWER, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static void receive_window(void)
{
    int answer = 1;
    for (long i = 0; i < window; i++)
        MPI_Irecv(&data[tags[i]], 1, MPI_LONG, 0, tags[i], MPI_COMM_WORLD, &requests[i]);
    MPI_Waitall((int)window, requests, MPI_STATUSES_IGNORE);
    MPI_Send(&answer, 1, MPI_INT, 0, ANSWER, MPI_COMM_WORLD);
}

int main(int argc, char **argv)
{
    bench_start(&argc, &argv);
    const char *order = argc > 1 ? argv[1] : "same";
    window = bench_argument(argc, argv, 2, 64);
    long outstanding = bench_argument(argc, argv, 3, 0);
    long windows = bench_argument(argc, argv, 4, 1000000) / window;
    windows = windows > 0 ? windows : 1;
    int samples = (int)bench_argument(argc, argv, 5, 3);
    if (bench_size != 2)
        bench_fail("this benchmark wants 2 ranks");
    tags = malloc((size_t)window * sizeof *tags);
    data = malloc((size_t)window * sizeof *data);
    requests = malloc((size_t)window * sizeof *requests);
    for (long i = 0; i < window; i++) {
        tags[i] = strcmp(order, "mixed") == 0 ? mixed(i) : (int)i;
        data[i] = bench_rank == 0 ? i * i : 0;
    }
    long unused = 0;
    MPI_Request *others = malloc((size_t)(outstanding + 1) * sizeof *others);
    if (bench_rank == 1)
        for (long i = 0; i < outstanding; i++)
            MPI_Irecv(&unused, 0, MPI_LONG, 0, OUTSIDE + (int)i, MPI_COMM_WORLD, &others[i]);
    for (int sample = -1; sample < samples; sample++) {
        MPI_Barrier(MPI_COMM_WORLD);
        double begin = MPI_Wtime();
        for (long i = 0; i < windows; i++) {
            if (bench_rank == 0)
                send_window();
            else
                receive_window();
        }
        double time = MPI_Wtime() - begin;
        if (sample >= 0)
            bench_sample("rate", 0, time / (double)(windows * window) * 1e9, "ns");
    }
    for (long i = 0; i < window; i++)
        if (data[i] != i * i)
            bench_fail("a message went to another receive");
    for (long i = 0; i < outstanding; i++) {
        if (bench_rank == 0)
            MPI_Send(&unused, 0, MPI_LONG, 1, OUTSIDE + (int)i, MPI_COMM_WORLD);
        else
            MPI_Wait(&others[i], MPI_STATUS_IGNORE);
    }
    MPI_Finalize();
    return 0;
}
