// iostreams: output of many small pieces stays whole line by line, each rank formats with its own state, reads and writes
// its own file, and the standard containers, algorithms, threads-free concurrency primitives, locale, chrono and random
// work per rank.
//
// test: ranks 1 2 4
// test: flotilla-ranks 64
#include <mpi.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <complex>
#include <cstdio>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <mutex>
#include <numeric>
#include <random>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

thread_local std::string per_thread = "initial";
static std::once_flag once;
static int once_count;

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    int rank, size, failures = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);

    per_thread += std::to_string(rank);
    std::cout << std::setprecision(rank + 3);
    std::call_once(once, [] { ++once_count; });
    std::mutex mutex;
    {
        std::lock_guard<std::mutex> lock(mutex);
        MPI_Barrier(MPI_COMM_WORLD);
    }
    std::cout << "rank " << rank << ": pi is " << 3.14159265358979 << ", " << per_thread << ", once " << once_count
              << std::endl;

    for (int i = 0; i < 3; ++i) {
        std::cout << "rank " << rank << " line " << i << ':';
        for (int j = 0; j < 20; ++j)
            std::cout << ' ' << i * j;
        std::cout << std::endl;
    }

    std::string name = "streams-" + std::to_string(rank) + ".txt";
    {
        std::ofstream file(name);
        for (int i = 0; i < 100; ++i)
            file << rank << ' ' << i << ' ' << std::complex<double>(rank, i) << '\n';
        MPI_Barrier(MPI_COMM_WORLD);
        file << "end\n";
    }
    {
        std::ifstream file(name);
        int r, i, lines = 0;
        std::complex<double> z;
        while (file >> r >> i >> z) {
            if (r != rank || z != std::complex<double>(rank, i))
                ++failures;
            ++lines;
        }
        if (lines != 100)
            ++failures;
    }
    std::remove(name.c_str());

    std::mt19937 generator(rank + 1);
    std::vector<int> numbers(1000);
    std::iota(numbers.begin(), numbers.end(), 0);
    std::shuffle(numbers.begin(), numbers.end(), generator);
    MPI_Barrier(MPI_COMM_WORLD);
    std::sort(numbers.begin(), numbers.end());
    if (!std::is_sorted(numbers.begin(), numbers.end()))
        ++failures;

    std::smatch match;
    std::string sentence = "rank=" + std::to_string(rank) + " of " + std::to_string(size);
    if (!std::regex_search(sentence, match, std::regex("rank=(\\d+)")) || std::stoi(match[1]) != rank)
        ++failures;

    auto before = std::chrono::steady_clock::now();
    if (std::chrono::steady_clock::now() < before)
        ++failures;
    std::cout << "rank " << rank << ": " << generator() << " " << std::fixed << std::setprecision(2)
              << static_cast<long double>(rank) / 3 << std::endl;

    int all = 0;
    MPI_Allreduce(&failures, &all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    if (rank == 0)
        std::cout << all << " failures" << std::endl;
    MPI_Finalize();
    return all != 0;
}
