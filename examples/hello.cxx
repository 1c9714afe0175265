// Says hello from every rank, through iostreams and from a static object with a destructor.
#include <mpi.h>

#include <iostream>
#include <sstream>
#include <string>

namespace {

class Greeting {
public:
    ~Greeting() { std::cout << text_ << std::flush; }
    void set(int rank, int size)
    {
        std::ostringstream line;
        line << "Hello from rank " << rank << " of " << size << '\n';
        text_ = line.str();
    }

private:
    std::string text_;
};

Greeting greeting;

}  // namespace

int main(int argc, char **argv)
{
    int rank, size;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    greeting.set(rank, size);
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Finalize();
    return 0;
}
