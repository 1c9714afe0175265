// C++ variables that hold addresses or need code before main: references, constants of classes, inline variables, statics of
// templates, a registry that static objects fill, statics of functions with guards, mutable members, thread_local beside them.
//
// test: ranks 1 2 4
// test: flotilla-ranks 20
// test: flags -std=c++17
#include <mpi.h>

#include <cstdio>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

int value = 5;
int &reference = value;
constexpr int *constant_pointer = &value;
inline int *inline_pointer = &value;
inline std::string inline_text = "text";
const std::string &kept_alive = std::string("temporary");
static const std::map<std::string, int *> table = {{"value", &value}};

struct Registry {
    static std::vector<const char *> &names()
    {
        static std::vector<const char *> list;
        return list;
    }
    explicit Registry(const char *name) { names().push_back(name); }
};
Registry first("first"), second("second");

struct Shape {
    virtual ~Shape() = default;
    virtual int corners() const { return 0; }
};
struct Square : Shape {
    explicit Square(int c) : count(c) {}
    int corners() const override { return count; }
    int count;
};
Square square(4);
Shape *shape = &square;
const Square constant_square(7);

struct Cache {
    int a;
    mutable int hits;
};
extern const Cache cache;
const Cache cache = {1, 10};

template <typename T> struct Pool {
    static std::vector<T> items;
    static T total;
};
template <typename T> std::vector<T> Pool<T>::items = {1, 2};
template <typename T> T Pool<T>::total = T(3);
template <typename T> T *pointer_to_total = &Pool<T>::total;

thread_local int own = 12;
thread_local std::string own_text = "own";

namespace {
struct Early {
    Early() { value += 100; }
} early;
}

static int counted()
{
    static int calls = 10;
    static const int at_first = value;
    auto next = [] { static int inner; return ++inner; };
    return ++calls + at_first + next();
}

static int sum(std::initializer_list<int *> pointers)
{
    int all = 0;
    for (int *pointer : pointers) all += *pointer;
    return all;
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    int rank, failures = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    auto expect = [&](bool holds, int line) {
        if (!holds) {
            std::fprintf(stderr, "rank %d: addresses.cxx:%d\n", rank, line);
            ++failures;
        }
    };
    reference += rank;
    inline_text += std::to_string(rank);
    square.count += rank;
    cache.hits += rank;
    Pool<int>::items.resize(2 + rank);
    *pointer_to_total<int> += rank;
    own += rank;
    own_text += std::to_string(rank);
    for (int i = 0; i < rank; i++) counted();
    Registry mine(inline_text.c_str());
    MPI_Barrier(MPI_COMM_WORLD);

    expect(value == 105 + rank && &reference == &value, __LINE__);
    expect(*constant_pointer == 105 + rank && inline_pointer == &value, __LINE__);
    expect(inline_text == "text" + std::to_string(rank) && kept_alive == "temporary", __LINE__);
    expect(table.at("value") == &value, __LINE__);
    expect(Registry::names().size() == 3 && Registry::names()[1] == std::string("second"), __LINE__);
    expect(Registry::names()[2] == inline_text, __LINE__);
    expect(shape == &square && shape->corners() == 4 + rank && dynamic_cast<Square *>(shape) == &square, __LINE__);
    expect(constant_square.corners() == 7 && cache.hits == 10 + rank, __LINE__);
    expect(Pool<int>::items.size() == 2u + rank && Pool<int>::total == 3 + rank && Pool<long>::total == 3, __LINE__);
    expect(own == 12 + rank && own_text == "own" + std::to_string(rank), __LINE__);
    expect(counted() == 11 + rank + 105 + rank + 1 + rank, __LINE__);
    expect(sum({&value, &own, inline_pointer}) == 105 + 12 + 105 + 3 * rank, __LINE__);
    std::printf("rank %d: %s\n", rank, inline_text.c_str());
    int all = 0;
    MPI_Allreduce(&failures, &all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    MPI_Finalize();
    return all != 0;
}
