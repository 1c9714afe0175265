// C++ with --privatize=swap: objects with constructors and destructors, inline and template variables, static members, and the
// variables of inline functions are each rank's own.
#include <mpi.h>

#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

struct Announcer {
    std::string name;
    explicit Announcer(const char *text) : name(text) {}
    ~Announcer() { std::cout << name + " destroyed\n"; }
};

Announcer announcer("an object with a long name");
std::vector<int> numbers{1, 2, 3};
std::map<std::string, int> counts;
inline std::string inlined = "inlined";
template <typename T> T variable_of = T(40);

struct Counter {
    static int all;
    virtual ~Counter() = default;
    virtual int next() { return ++all; }
};
int Counter::all = 10;
Counter *counter = nullptr;

inline int &calls()
{
    static int count = 100;
    return ++count;
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    int rank, size;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    announcer.name += " of rank " + std::to_string(rank);
    counter = new Counter;
    for (int i = 0; i <= rank; i++) {
        numbers.push_back(rank);
        calls();
        counter->next();
    }
    counts["rank " + std::to_string(rank)] = rank;
    inlined += std::to_string(rank);
    variable_of<int> += rank;
    MPI_Barrier(MPI_COMM_WORLD);
    try {
        if (numbers.at(3 + rank) != rank)
            throw std::string("another rank's");
        numbers.at(4 + rank);
    } catch (const std::exception &expected) {
        numbers[0] = 0;
    }
    MPI_Barrier(MPI_COMM_WORLD);
    std::ostringstream line;
    line << "rank " << rank << ": " << numbers.size() << ' ' << numbers[0] << ' ' << counts.size() << ' ' << counts.begin()->first << ' '
         << inlined << ' ' << variable_of<int> << ' ' << Counter::all << ' ' << calls() << '\n';
    std::cout << line.str() << std::flush;
    delete counter;
    MPI_Finalize();
}
