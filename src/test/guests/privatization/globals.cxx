// Mutable global state in C++: static members, function-local statics with guards, template statics, inline variables,
// static objects with constructors and destructors in reverse order, static containers, std::string, iostream state.
//
// test: ranks 1 2 4
// test: flotilla-ranks 20
#include <mpi.h>

#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

int rank = -1;

struct Announcer {
    explicit Announcer(const char *n) : name(n) { ++constructed; }
    ~Announcer() { std::cout << "rank " << rank << ": " << name << " goes with " << held << std::endl; }
    std::string name;
    int held = 0;
    static int constructed;
};
int Announcer::constructed = 0;

Announcer one("one");
Announcer two("two");
std::vector<int> numbers = {1, 2, 3};
std::map<std::string, std::string> dictionary = {{"key", "value"}};
std::unique_ptr<int> owned = std::make_unique<int>(99);

template <typename T> struct Counter {
    static inline T count = T(10);
};

Announcer &local()
{
    static Announcer announcer("local");
    return announcer;
}

int failures = 0;
#define EXPECT(condition) \
    if (!(condition)) { \
        std::cerr << "rank " << rank << ": line " << __LINE__ << ": " #condition << std::endl; \
        ++failures; \
    }

}  // namespace

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    int size;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);

    EXPECT(Announcer::constructed == 2);
    one.held = rank;
    two.held = 10 * rank;
    local().held = 100 * rank;
    numbers.resize(3 + rank, rank);
    dictionary["rank"] = std::to_string(rank);
    *owned += rank;
    Counter<int>::count += rank;
    Counter<double>::count *= rank + 1;
    std::cout << std::hex << std::setfill('0');
    std::ostringstream line;
    line << "rank " << rank << " has ";

    MPI_Barrier(MPI_COMM_WORLD);

    EXPECT(Announcer::constructed == 3);
    EXPECT(one.held == rank && two.held == 10 * rank && local().held == 100 * rank);
    EXPECT(numbers.size() == 3u + rank && (rank == 0 || numbers.back() == rank));
    EXPECT(dictionary.size() == 2 && dictionary["rank"] == std::to_string(rank));
    EXPECT(*owned == 99 + rank);
    EXPECT(Counter<int>::count == 10 + rank && Counter<double>::count == 10.0 * (rank + 1));
    line << numbers.size() << " numbers\n";
    std::cout << std::dec << line.str() << std::flush;

    int all = 0;
    MPI_Allreduce(&failures, &all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    MPI_Finalize();
    return all != 0;
}
