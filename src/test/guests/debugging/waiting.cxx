// For gdb: as waiting.c, with an object whose member function waits.
#include <cstdio>
#include <mpi.h>
#include <string>
#include <vector>

namespace grid {
static int global_rank;

class Exchange {
public:
    Exchange(std::string name, std::vector<double> values) : name(name), values(values) {}

    __attribute__((noinline)) int receive(int from)
    {
        volatile int value = 0;
        volatile int tag = 42 + global_rank;
        values[1] = global_rank * 1.5;
        MPI_Recv(const_cast<int *>(&value), 1, MPI_INT, from, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE); // here they wait
        return value;
    }

private:
    std::string name;
    std::vector<double> values;
};
}

int main(int argc, char **argv)
{
    int rank, size;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    grid::global_rank = rank;
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 0) {
        std::puts("ready");
        std::fflush(stdout);
        std::getchar();
        for (int i = 1; i < size; i++)
            MPI_Send(&i, 1, MPI_INT, i, 42 + i, MPI_COMM_WORLD);
    } else {
        grid::Exchange exchange("north", {1, 2, 3});
        if (exchange.receive(0) != rank)
            MPI_Abort(MPI_COMM_WORLD, 3);
    }
    MPI_Finalize();
    return 5;
}
