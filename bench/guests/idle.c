/*
 * Ranks that wait. Each says hello; when all have, rank 0 prints "ready", and whoever has started the job looks what it
 * uses. usage: idle recv SECONDS    all but rank 0 wait in MPI_Recv for it, and it sleeps
 *              idle sleep SECONDS   all sleep
 *              idle input           all but rank 0 wait in MPI_Recv, and it reads its input to the end
 */
#include "bench.h"
#include <unistd.h>

int main(int argc, char **argv)
{
    bench_start(&argc, &argv);
    const char *how = argc > 1 ? argv[1] : "recv";
    unsigned seconds = (unsigned)bench_argument(argc, argv, 2, 5);
    int token = 0;
    printf("Hello from rank %d of %d\n", bench_rank, bench_size);
    fflush(stdout);
    MPI_Barrier(MPI_COMM_WORLD);
    if (bench_rank == 0) {
        printf("ready\n");
        fflush(stdout);
    }
    if (bench_rank == 0 && strcmp(how, "input") == 0)
        while (getchar() != EOF)
            continue;
    if (strcmp(how, "sleep") == 0 || (bench_rank == 0 && strcmp(how, "recv") == 0))
        sleep(seconds);
    if (strcmp(how, "sleep") != 0) {
        if (bench_rank == 0)
            for (int i = 1; i < bench_size; i++)
                MPI_Send(&token, 1, MPI_INT, i, 0, MPI_COMM_WORLD);
        else
            MPI_Recv(&token, 1, MPI_INT, 0, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    }
    MPI_Finalize();
    return 0;
}
