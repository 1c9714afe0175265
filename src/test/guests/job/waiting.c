/*
 * All ranks wait, in MPI_Recv or in sleep, as the first argument says; the first sleeps and then prints how much processor
 * time the process has used meanwhile, in milliseconds per second.
 */
#include <mpi.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SECONDS 5

static double processor_time(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    int rank, size, word = 0, receive = argc > 1 && strcmp(argv[1], "receive") == 0;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 0) {
        /* The JVM still compiles what the start has made hot. */
        sleep(1);
        double begin = processor_time();
        sleep(SECONDS);
        printf("%.2f\n", (processor_time() - begin) / SECONDS * 1000);
        for (int i = 1; i < size; i++)
            MPI_Send(&word, 1, MPI_INT, i, 0, MPI_COMM_WORLD);
    } else {
        if (!receive)
            sleep(SECONDS + 1);
        MPI_Recv(&word, 1, MPI_INT, 0, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    }
    MPI_Finalize();
    return 0;
}
