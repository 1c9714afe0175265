/* Never ends, in the way that its argument says; says "ready" when it has begun. Run by JobSignalTest. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int rank;
    volatile long n = 0;
    const char *how = argc > 1 ? argv[1] : "wait";
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    printf("rank %d was here\n", rank);
    MPI_Barrier(MPI_COMM_WORLD);
    if (!strcmp(how, "print"))
        for (long i = 0;; i++)
            printf("line %ld of rank %d\n", i, rank);
    if (rank == 0) {
        /* The others have time to come to where they wait. */
        usleep(300000);
        fprintf(stderr, "ready\n");
        if (!strcmp(how, "compute"))
            for (;;)
                n++;
        if (!strcmp(how, "trap"))
            for (;;)
                n += MPI_Wtime() > 0;
        if (!strcmp(how, "host"))
            system("exec sleep 4711");
        if (!strcmp(how, "fork") && fork() == 0) {
            execlp("sleep", "sleep", "4711", (char *)NULL);
            _exit(1);
        }
        sleep(1000000);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Finalize();
    return 0;
}
