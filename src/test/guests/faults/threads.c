/* Faults under the guest's own FS base (thread-local variables in the program), in the main thread and in another one, in the
 * program's code and in a function of libc. Run by FaultTest. */
#include <mpi.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

static __thread int mine = 5;

static void *work(void *in_libc)
{
    mine++;
    if (in_libc)
        confstr(_CS_PATH, (char *)16, 100);
    *(volatile int *)0 = mine;
    return NULL;
}

int main(int argc, char **argv)
{
    int rank;
    pthread_t thread;
    const char *how = argc > 1 ? argv[1] : "main";
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    mine = rank;
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 2) {
        void *in_libc = strstr(how, "libc") ? &rank : NULL;
        if (!strncmp(how, "thread", 6)) {
            pthread_create(&thread, NULL, work, in_libc);
            pthread_join(thread, NULL);
        }
        work(in_libc);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Finalize();
    return 0;
}
