// Fills its heap, whose size MemoryTest gives: bad_alloc, destructors run, and there is room again.
#include <mpi.h>
#include <cstdio>
#include <list>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <vector>

int main(int argc, char **argv)
{
    int rank;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    for (int round = 0; round < 3; round++) {
        int caught = 0;
        try {
            std::map<int, std::string> map;
            std::list<std::unique_ptr<std::vector<double>>> list;
            for (int i = 0;; i++) {
                map[i] = std::string(100, 'x');
                list.push_back(std::make_unique<std::vector<double>>(i % 300, rank));
            }
        } catch (const std::bad_alloc &) {
            caught++;
        }
        if (caught != 1)
            return 1;
        MPI_Barrier(MPI_COMM_WORLD);
        // All of it has come back.
        std::vector<char> most(28 << 20);
        most[most.size() - 1] = 1;
    }
    std::printf("full and empty again %d\n", rank);
    MPI_Finalize();
}
