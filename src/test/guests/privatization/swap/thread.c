/* Makes a thread, with --privatize=swap: refused. */
#include <mpi.h>
#include <pthread.h>
#include <stdio.h>

void *work(void *argument)
{
    return argument;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    MPI_Init(&argc, &argv);
    printf("before\n");
    pthread_create(&thread, NULL, work, NULL);
    printf("after\n");
    pthread_join(thread, NULL);
    MPI_Finalize();
}
