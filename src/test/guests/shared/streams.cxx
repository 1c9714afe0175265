// C++ without mutable globals of its own, on a libstdc++ that has many: streams, exceptions, containers.
//
// test: ranks 1 4
// test: flotilla-ranks 8
#include <mpi.h>

#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    for (int i = 0; i < 10; i++) {
        try {
            std::vector<int> values(10);
            MPI_Barrier(MPI_COMM_WORLD);
            values.at(10 + rank) = 1;
        } catch (const std::out_of_range &) {
            std::ostringstream line;
            line << "rank " << rank << " caught number " << i << '\n';
            std::cout << line.str();
        }
    }
    std::map<std::string, int> words;
    for (int i = 0; i < 1000; i++) words["a word that needs memory of its own " + std::to_string(i % 37)] += rank;
    std::cout << "rank " << rank << " has " << words.size() << " words, the first " << words.begin()->second << std::endl;
    MPI_Finalize();
}
