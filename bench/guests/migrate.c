/*
 * A rank with a heap of a given size goes from PE to PE and back: the time from the wish until it runs again, there.
 * usage: migrate HEAP [MOVES [SAMPLES]]    HEAP in bytes; medians of MOVES moves are printed. With -DCODE=BYTES there is so much code.
 *        migrate HEAP wait                 rank 1 goes nowhere by itself: it waits for a message until rank 0's input ends
 */
#include "bench.h"
#include <flotilla.h>

#define PAGE 4096

#ifdef CODE
#define TEXT(number) #number
#define FILL(number) ".fill " TEXT(number) ", 1, 0x90\n"
__asm__(".text\ncode_of_migrate: " FILL(CODE) ".previous\n");
extern const char code_of_migrate[];
#endif

static char *heap;
static long heap_size;

/* Every page of the heap has come along; so has the code, from the program's file. */
static void look(void)
{
    for (long i = 0; i < heap_size; i += PAGE) {
        if (heap[i] != 1)
            bench_fail("a page has not come along");
    }
#ifdef CODE
    volatile long sum = 0;
    for (long i = 0; i < CODE; i += PAGE)
        sum += code_of_migrate[i];
#endif
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median of so many moves, in microseconds. */
static double moves(int count, double *times)
{
    int pes, pe, now;
    AMPI_Num_pes(&pes);
    for (int i = 0; i < count; i++) {
        AMPI_My_pe(&pe);
        double begin = MPI_Wtime();
        AMPI_Migrate_to_pe((pe + 1) % pes);
        times[i] = (MPI_Wtime() - begin) * 1e6;
        AMPI_My_pe(&now);
        if (now != (pe + 1) % pes)
            bench_fail("the rank has not moved");
        look();
    }
    qsort(times, (size_t)count, sizeof *times, by_value);
    return times[count / 2];
}

/* Until rank 0 has moved for the last time. On one node the PEs must not be idle, or they steal the rank that moves. */
static void stand_by(void)
{
    int nodes, over = 0;
    MPI_Request end;
    AMPI_Num_nodes(&nodes);
    MPI_Irecv(NULL, 0, MPI_CHAR, 0, 0, MPI_COMM_WORLD, &end);
    while (nodes == 1 && !over)
        MPI_Test(&end, &over, MPI_STATUS_IGNORE);
    MPI_Wait(&end, MPI_STATUS_IGNORE);
}

int main(int argc, char **argv)
{
    bench_start(&argc, &argv);
    heap_size = bench_argument(argc, argv, 1, 1000000);
    int waits = argc > 2 && strcmp(argv[2], "wait") == 0;
    int count = waits ? 0 : (int)bench_argument(argc, argv, 2, 40);
    int samples = (int)bench_argument(argc, argv, 3, 3);
    if (bench_rank == (waits ? 1 : 0)) {
        heap = malloc((size_t)heap_size);
        memset(heap, 1, (size_t)heap_size);
        look();
    }
    if (waits) {
        MPI_Barrier(MPI_COMM_WORLD);
        if (bench_rank == 0) {
            puts("ready");
            fflush(stdout);
            while (getchar() != EOF)
                ;
            MPI_Send(NULL, 0, MPI_CHAR, 1, 0, MPI_COMM_WORLD);
        } else {
            MPI_Recv(NULL, 0, MPI_CHAR, 0, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
            look();
        }
    } else if (bench_rank == 0) {
        double *times = malloc((size_t)count * sizeof *times);
        moves(count, times); /* A young JVM compiles. */
        for (int sample = 0; sample < samples; sample++)
            bench_sample("move", heap_size, moves(count, times), "us");
        for (int i = 1; i < bench_size; i++)
            MPI_Send(NULL, 0, MPI_CHAR, i, 0, MPI_COMM_WORLD);
    } else {
        stand_by();
    }
    MPI_Finalize();
    return 0;
}
