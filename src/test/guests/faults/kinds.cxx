// Ways to fail that C++ adds. Run by FaultTest.
#include <cstdlib>
#include <cstring>
#include <mpi.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace physics {
class Mesh {
public:
    virtual ~Mesh() = default;
    template <typename T> [[gnu::noinline]] void set(volatile T *where, T value) { *where = value; }
    [[gnu::noinline]] void check(const std::string &name) {
        if (name != "valid")
            throw std::runtime_error("no cell named " + name);
    }
};
} // namespace physics

struct Code {
    int number;
};

struct Failing {
    ~Failing() {
        if (fails)
            physics::Mesh().set<double>(nullptr, 1);
    }
    bool fails = false;
};
static Failing at_the_end;

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    std::string how = argc > 1 ? argv[1] : "null";
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 2) {
        physics::Mesh mesh;
        if (how == "null")
            mesh.set<double>(nullptr, 2.5);
        else if (how == "exception")
            mesh.check("seventh");
        else if (how == "number")
            throw Code{4};
        else if (how == "at")
            return std::vector<int>(3).at(7);
        else if (how == "destructor")
            at_the_end.fails = true;
    }
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Finalize();
    return 0;
}
