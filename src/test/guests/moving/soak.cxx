/*
 * Every rank has objects of all kinds: static, thread-local, on the heap, on the stack under exceptions that are being handled,
 * streams and a file. It exchanges what they say with its neighbours, and checks everything in each round. Meanwhile ranks move.
 */
#include <mpi.h>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

static int failures, rank, size;

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            failures++; \
            std::cerr << "rank " << rank << ": soak.cxx:" << __LINE__ << ": " << #condition << std::endl; \
        } \
    } while (0)

struct Counted {
    static int alive;
    int value;
    explicit Counted(int v) : value(v) { alive++; }
    Counted(const Counted &) = delete;
    ~Counted() { alive--; }
};
int Counted::alive;

static thread_local Counted of_thread(7);
static Counted of_program(11);

struct Shape {
    virtual ~Shape() = default;
    virtual long area() const = 0;
};
struct Square : Shape {
    long side;
    explicit Square(long s) : side(s) {}
    long area() const override { return side * side; }
};
struct Strip : Shape {
    long length;
    explicit Strip(long l) : length(l) {}
    long area() const override { return length; }
};

/* Sends a text to the next rank, answers the one from the rank before. */
static std::string exchange(const std::string &text, int tag)
{
    int next = (rank + 1) % size, before = (rank + size - 1) % size;
    MPI_Request request;
    MPI_Isend(text.data(), static_cast<int>(text.size()), MPI_CHAR, next, tag, MPI_COMM_WORLD, &request);
    MPI_Status status;
    MPI_Probe(before, tag, MPI_COMM_WORLD, &status);
    int length;
    MPI_Get_count(&status, MPI_CHAR, &length);
    std::string got(length, ' ');
    MPI_Recv(&got[0], length, MPI_CHAR, before, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    return got;
}

static std::string told(int by, int round, int padding)
{
    std::ostringstream out;
    out << "rank " << by << " in round " << std::setw(5) << round << std::string(padding, '.') << std::hex << round * 16;
    return out.str();
}

static int deep(int depth, int round)
{
    Counted here(depth);
    if (depth == 0) {
        exchange("deepest", 1);
        throw std::runtime_error(told(rank, round, 0));
    }
    return deep(depth - 1, round) + here.value;
}

static void exceptions(int round)
{
    int alive = Counted::alive;
    try {
        deep(10, round);
        CHECK(false);
    } catch (const std::exception &caught) {
        MPI_Barrier(MPI_COMM_WORLD); /* while it is being handled */
        CHECK(told(rank, round, 0) == caught.what());
        try {
            exchange("again", 2);
            throw;
        } catch (const std::runtime_error &again) {
            CHECK(exchange(again.what(), 3) == told((rank + size - 1) % size, round, 0));
            CHECK(&again == &caught);
        }
    }
    CHECK(Counted::alive == alive);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    int rounds = argc > 1 ? std::atoi(argv[1]) : 100;
    of_thread.value += rank;
    of_program.value += rank;
    std::map<std::string, std::vector<int>> notes;
    std::vector<std::unique_ptr<Shape>> shapes;
    for (int i = 0; i < 100; i++) {
        if (i % 2) shapes.emplace_back(new Square(rank + i));
        else shapes.emplace_back(new Strip(rank + i));
    }
    long area = 0;
    for (auto &shape : shapes) area += shape->area();
    int calls = 0;
    std::function<int(int)> closure = [&calls, own = std::string(50, 'c')](int more) {
        calls += more;
        return static_cast<int>(own.size());
    };
    std::string name = "soak.cxx." + std::to_string(rank);
    std::fstream file(name, std::ios::in | std::ios::out | std::ios::trunc);
    std::ostringstream log;
    for (int round = 1; round <= rounds; round++) {
        exceptions(round);
        int before = (rank + size - 1) % size;
        CHECK(exchange(told(rank, round, 40), 4) == told(before, round, 40));
        CHECK(exchange(told(rank, round, 100000), 5) == told(before, round, 100000));
        auto &note = notes["round " + std::to_string(round % 20)];
        note.assign(1000 + round, round);
        CHECK(std::accumulate(note.begin(), note.end(), 0L) == (1000L + round) * round);
        long now = 0, all;
        for (auto &shape : shapes) now += shape->area();
        CHECK(now == area);
        MPI_Allreduce(&now, &all, 1, MPI_LONG, MPI_MAX, MPI_COMM_WORLD);
        CHECK(all >= area);
        CHECK(closure(1) == 50 && calls == round);
        CHECK(of_thread.value == 7 + rank && of_program.value == 11 + rank);
        file << "round " << std::setw(6) << round << std::endl;
        log << round % 10;
        if (round % 10 == 0) {
            std::string line;
            file.seekg(13L * (round / 2));
            std::getline(file, line);
            CHECK(file && line == "round " + std::string(6 - std::to_string(round / 2 + 1).size(), ' ') + std::to_string(round / 2 + 1));
            file.seekp(0, std::ios::end);
            CHECK(file.tellp() == std::streampos(13L * round));
        }
    }
    CHECK(static_cast<int>(log.str().size()) == rounds);
    file.close();
    std::remove(name.c_str());
    int total;
    MPI_Reduce(&failures, &total, 1, MPI_INT, MPI_SUM, 0, MPI_COMM_WORLD);
    if (rank == 0) std::cout << rounds << " rounds, " << total << " failures" << std::endl;
    MPI_Finalize();
    return failures != 0;
}
