/* Prints the size of its stack; using most of what is left below 64 MiB must work. */
#include <mpi.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static int use(size_t bytes)
{
    volatile char array[bytes];
    for (size_t i = 0; i < bytes; i += 4096)
        array[i] = 1;
    return array[0];
}

int main(int argc, char **argv)
{
    int rank;
    struct rlimit limit;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    getrlimit(RLIMIT_STACK, &limit);
    use((limit.rlim_cur < 64 << 20 ? limit.rlim_cur : 64 << 20) - 300000);
    printf("rank %d: %lu\n", rank, (unsigned long)limit.rlim_cur);
    MPI_Finalize();
    return 0;
}
