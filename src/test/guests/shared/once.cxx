// Constructors of shared images run once, before any rank's main, and destructors once, when the last rank ends.
#include <mpi.h>

#include <atomic>
#include <iostream>
#include <string>

struct Announcer {
    std::string name;
    explicit Announcer(const char *text) : name(text) { std::cout << name + " made\n"; }
    ~Announcer() { std::cout << name + " destroyed\n"; }
};

static Announcer global("a global object with a long name");

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    static Announcer local("a local object with a long name");
    static std::atomic<int> entered;
    entered++;
    MPI_Barrier(MPI_COMM_WORLD);
    std::cout << std::to_string(entered) + " ranks see " + global.name + "\n";
    MPI_Finalize();
}
