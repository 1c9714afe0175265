// Whether a rank has its own C++ objects, made by their constructors.
#include <cstdio>
#include <mpi.h>
#include <string>

#ifndef TAG
#define TAG
#endif

struct Named {
    std::string name;
    int value;
    Named() : name("a name too long to stand in the object itself"), value(-1) {}
};

struct Holder {
    static TAG int member;
};

TAG Named object;
TAG int Holder::member = -1;

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    int made = object.name.size() == 45 ? 1 : 0;
    MPI_Barrier(MPI_COMM_WORLD);
    object.value = rank;
    object.name = "rank " + std::to_string(rank) + " and more, so that it is not short either";
    Holder::member = rank;
    MPI_Barrier(MPI_COMM_WORLD);
    int mine = object.value == rank && Holder::member == rank && std::stoi(object.name.substr(5)) == rank, all[2], own[2] = {mine, made};
    MPI_Allreduce(own, all, 2, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (rank == 0)
        std::printf("objects: %s\n", !all[1] ? "not made" : all[0] ? "private" : "shared");
    MPI_Finalize();
}
