// What dlopen's scopes have in common: a variable of an inline function is one, whichever plugin it is found in
// (STB_GNU_UNIQUE); dlsym finds the caller's own instance of a thread-local variable; an undefined weak one has no address.
//
// test: ranks 1 3
// test: flotilla-ranks 9
// test: flags -ldl
// test: plugin scopeone library/scope.cxx -DBY=1 -mtls-dialect=gnu2
// test: plugin scopetwo library/scope.cxx -DBY=2
#include <dlfcn.h>
#include <mpi.h>

#include <cstdio>
#include <string>

using Look = void *(*)();

static void *need(void *found, const char *what)
{
    if (found == nullptr) {
        std::printf("%s: %s\n", what, dlerror());
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
    return found;
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    std::string program(argv[0]), folder = program.substr(0, program.rfind('/') + 1);
    void *one = need(dlopen((folder + "libscopeone.so").c_str(), RTLD_NOW | RTLD_LOCAL), "one");
    void *two = need(dlopen((folder + "libscopetwo.so").c_str(), RTLD_NOW | RTLD_LOCAL), "two");
    Look only_one = (Look)need(dlsym(one, "address_of_only"), "only"), only_two = (Look)need(dlsym(two, "address_of_only"), "only");
    Look own_one = (Look)need(dlsym(one, "address_of_own"), "own"), own_two = (Look)need(dlsym(two, "address_of_own"), "own");
    Look weak = (Look)need(dlsym(one, "address_of_absent"), "absent");
    *(int *)only_one() += rank;
    *(int *)own_one() += rank;
    MPI_Barrier(MPI_COMM_WORLD);
    std::printf("rank %d: %s, %d; own %s and %s, %d; absent %d\n", rank, only_one() == only_two() ? "one" : "two",
                *(int *)only_two() - rank, own_one() == dlsym(one, "own") ? "found" : "lost",
                own_two() == dlsym(two, "own") ? "found" : "lost", *(int *)dlsym(one, "own") - rank, weak() != nullptr);
    MPI_Finalize();
}
