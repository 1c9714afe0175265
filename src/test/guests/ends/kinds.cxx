// Ends in the way that is asked for: kinds KIND MOMENT RANK, as kinds.c.
#include <mpi.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <pthread.h>
#include <stdexcept>
#include <string>

static int rank, lines;

static void say(const char *text)
{
    std::printf("rank %d, %d: %s\n", rank, lines++, text);
}

struct Object {
    const char *name;
    ~Object() { say(name); }
};

static Object global{"global destroyed"};
static thread_local Object own{"thread's destroyed"};

static void terminated()
{
    say("terminate");
    std::fflush(stdout);
    std::abort();
}

static int finish(const std::string &kind)
{
    static Object inner{"function's static destroyed"};
    Object local{"local destroyed"};
    if (kind == "exit")
        std::exit(7);
    if (kind == "quick_exit")
        std::quick_exit(7);
    if (kind == "pthread_exit")
        pthread_exit(nullptr);
    if (kind == "throw")
        throw std::runtime_error("no such cell: 17");
    if (kind == "number")
        throw 17;
    if (kind == "terminate")
        std::set_terminate(terminated), std::terminate();
    if (kind == "noexcept")
        [&]() noexcept { throw std::logic_error("thrown where nothing may be"); }();
    if (kind == "caught") {
        try {
            throw std::runtime_error("caught");
        } catch (const std::exception &e) {
            say(e.what());
            return 3;
        }
    }
    return kind == "return" ? 7 : 0;
}

int main(int argc, char **argv)
{
    std::string kind = argv[1];
    int who = std::atoi(argv[3]);
    own.name = "thread's destroyed";
    if (std::strcmp(argv[2], "before") == 0) {
        rank = who;
        return finish(kind);
    }
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    say("starts");
    std::fflush(stdout);
    MPI_Barrier(MPI_COMM_WORLD);
    if (std::strcmp(argv[2], "between") == 0) {
        if (rank == who)
            return finish(kind);
        MPI_Barrier(MPI_COMM_WORLD);
        say("must not be reached");
    }
    MPI_Finalize();
    say("goes on after MPI_Finalize");
    std::fflush(stdout); // MPICH turns buffering off, Flotilla doesn't.
    return finish(rank == who ? kind : "other");
}
