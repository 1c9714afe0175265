/*
 * pthread_exit in main leaves all frames: objects are destroyed and cleanup handlers run, in the order of the stack; then
 * exit's functions, once per rank. Other ranks go on.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include <mpi.h>
#include <cstdio>
#include <cstdlib>
#include <pthread.h>

static int rank, order;

struct Tracked {
    int expected;
    ~Tracked()
    {
        if (order++ != expected)
            std::printf("rank %d: destroyed as number %d, not %d\n", rank, order - 1, expected);
    }
};

static Tracked global{4};

static void cleanup(void *expected)
{
    if (order++ != *static_cast<int *>(expected))
        std::printf("rank %d: cleaned up as number %d\n", rank, order - 1);
}

static void at_exit()
{
    std::printf("rank %d: %d frames left\n", rank, order);
}

/* An object in a deeper frame. */
static void leave()
{
    Tracked zeroth{0};
    pthread_exit(nullptr);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    std::atexit(at_exit);
    Tracked first{3};
    static int second = 1, third = 2;
    pthread_cleanup_push(cleanup, &third);
    pthread_cleanup_push(cleanup, &second);
    MPI_Finalize();
    leave();
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
}
