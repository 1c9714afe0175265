// The right side is made so that every solution is 1, 2, ... n, whatever the rank's coefficient.
#include <cmath>
#include <cstdio>
#include <mpi.h>
#include <string>
#include <vector>

extern "C" int solve(int n, double *u);
extern "C" double written_sum(const char *name, int n, const double *u, unsigned long *checksum);

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    int rank, ranks, n = 100;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    if (argc > 1) {
        if (rank == 0) std::fprintf(stderr, "no argument is known\n");
        MPI_Finalize();
        return 2;
    }
    bool good = true;
    for (int call = 1; call <= 3; call++) {
        std::vector<double> u(n);
        for (int i = 0; i < n; i++) u[i] = (1 + 2 * rank) * (i + 1) - rank * (i > 0 ? i : 0) - rank * (i < n - 1 ? i + 2 : 0);
        MPI_Barrier(MPI_COMM_WORLD);
        good = good && solve(n, u.data()) == call;
        for (int i = 0; i < n; i++) {
            good = good && std::abs(u[i] - (i + 1)) < 1e-9;
            u[i] = std::round(u[i]);
        }
        unsigned long checksum, first;
        double sum = written_sum(("diffusion-" + std::to_string(ranks) + "-" + std::to_string(rank) + ".h5").c_str(), n, u.data(), &checksum);
        first = checksum;
        MPI_Bcast(&first, 1, MPI_UNSIGNED_LONG, 0, MPI_COMM_WORLD);
        good = good && first == checksum && std::abs(sum - n * (n + 1) / 2) < 1e-9;
    }
    int mine = good, all;
    MPI_Allreduce(&mine, &all, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (rank == 0) std::printf("sum over %d ranks is %s\n", ranks, all ? "right" : "wrong");
    MPI_Finalize();
    return all ? 0 : 1;
}
