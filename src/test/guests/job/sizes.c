/* Uses so many megabytes of stack and of heap; status 3 when malloc says no. */
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

static volatile int sink;

__attribute__((noinline)) static int recurse(long kilobytes)
{
    volatile char frame[1024];
    frame[kilobytes % 1024] = 1;
    return kilobytes <= 0 ? 0 : recurse(kilobytes - 1) + frame[kilobytes % 1024];
}

int main(int argc, char **argv)
{
    int status = 0;
    MPI_Init(&argc, &argv);
    sink = recurse(argc > 1 ? atol(argv[1]) * 900 : 0);
    for (long megabytes = argc > 2 ? atol(argv[2]) : 0; megabytes > 0; megabytes -= 100) {
        char *block = malloc((size_t)100 << 20);
        if (block == NULL) {
            status = 3;
            break;
        }
        block[0] = block[(100 << 20) - 1] = 1;
    }
    MPI_Finalize();
    return status;
}
