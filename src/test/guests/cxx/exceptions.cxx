// Exceptions thrown and caught while other ranks run in between: through MPI calls, nested, rethrown, from destructors'
// neighbourhood, across a shared library, from a user-defined reduction's caller, std::exception_ptr, uncaught count.
//
// test: ranks 1 2 4
// test: flotilla-ranks 20
// test: library thrower library/thrower.cxx
#include <mpi.h>

#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

void throw_from_library(int rank);
int call_back(int (*function)(int), int argument);

namespace {

int rank, size, failures;

#define EXPECT(condition) \
    if (!(condition)) { \
        std::cerr << "rank " << rank << ": line " << __LINE__ << ": " #condition << std::endl; \
        ++failures; \
    }

struct RankError : std::runtime_error {
    explicit RankError(int r) : std::runtime_error("error of rank " + std::to_string(r)), from(r) {}
    int from;
};

struct Guard {
    explicit Guard(int &c) : count(c) {}
    ~Guard() { ++count; MPI_Barrier(MPI_COMM_WORLD); }  // switches while an exception is in flight
    int &count;
};

void dive(int depth, int &unwound)
{
    Guard guard(unwound);
    if (depth == 0)
        throw RankError(rank);
    dive(depth - 1, unwound);
}

void nested()
{
    try {
        int unwound = 0;
        try {
            dive(10, unwound);
            EXPECT(false);
        } catch (const RankError &error) {
            EXPECT(error.from == rank);
            EXPECT(unwound == 11);
            MPI_Barrier(MPI_COMM_WORLD);
            try {
                throw std::logic_error("inner " + std::to_string(rank));
            } catch (const std::logic_error &inner) {
                MPI_Barrier(MPI_COMM_WORLD);
                EXPECT(inner.what() == "inner " + std::to_string(rank));
            }
            EXPECT(error.what() == "error of rank " + std::to_string(rank));
            throw;
        }
    } catch (const std::exception &error) {
        EXPECT(error.what() == "error of rank " + std::to_string(rank));
    }
    EXPECT(std::uncaught_exceptions() == 0);
}

void pointer()
{
    std::exception_ptr kept;
    try {
        throw rank * 11;
    } catch (...) {
        kept = std::current_exception();
    }
    MPI_Barrier(MPI_COMM_WORLD);
    try {
        std::rethrow_exception(kept);
    } catch (int value) {
        EXPECT(value == rank * 11);
    }
}

int throwing(int argument)
{
    if (argument % 2)
        throw RankError(argument);
    return argument * 2;
}

void library()
{
    try {
        throw_from_library(rank);
        EXPECT(false);
    } catch (const std::out_of_range &error) {
        EXPECT(error.what() == "library " + std::to_string(rank));
    }
    try {
        int answer = call_back(throwing, rank);
        EXPECT(rank % 2 == 0 && answer == 2 * rank);
    } catch (const RankError &error) {
        EXPECT(rank % 2 == 1 && error.from == rank);
    }
}

void from_the_standard_library()
{
    std::vector<int> few(3);
    try {
        few.at(3 + rank) = 1;
        EXPECT(false);
    } catch (const std::out_of_range &) {
    }
    try {
        (void)std::stoi("no number");
        EXPECT(false);
    } catch (const std::invalid_argument &) {
    }
    std::cin.clear();
    std::cin.exceptions(std::ios::failbit);
    try {
        std::cin.setstate(std::ios::failbit);
        EXPECT(false);
    } catch (const std::ios_base::failure &) {
    }
}

}  // namespace

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    for (int round = 0; round < 5; ++round) {
        nested();
        pointer();
        library();
        from_the_standard_library();
    }
    // Only some ranks throw, between messages.
    try {
        int value = rank, got = -1;
        MPI_Sendrecv(&value, 1, MPI_INT, (rank + 1) % size, 0, &got, 1, MPI_INT, (rank + size - 1) % size, 0,
                     MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        if (got % 3 == 0)
            throw got;
        std::cout << "rank " << rank << " got " << got << std::endl;
    } catch (int got) {
        std::cout << "rank " << rank << " caught " << got << std::endl;
    }
    int all = 0;
    MPI_Allreduce(&failures, &all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    MPI_Finalize();
    return all != 0;
}
