// operator new and delete in all their forms, std::pmr, containers, make_shared, bad_alloc.
// test: ranks 1 4
// test: flotilla-ranks 64
// test: stealing
// test: flags -std=c++17
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <memory_resource>
#include <new>
#include <string>
#include <unordered_map>
#include <vector>

#include "own.h"

struct alignas(256) Wide {
    char bytes[512];
    Wide() { memset(bytes, check_rank, sizeof bytes); }
    bool isSound() const {
        for (char byte : bytes)
            if (byte != (char)check_rank)
                return false;
        return (uintptr_t)this % 256 == 0;
    }
};

static int destroyed;

struct Counted {
    int value = check_rank;
    ~Counted() { destroyed++; }
};

static void operators()
{
    int *one = new int(check_rank), *many = new int[100](), *quiet = new (std::nothrow) int[10];
    CHECK_OWN(one);
    CHECK_OWN(many);
    CHECK_OWN(quiet);
    Wide *wide = new Wide, *wides = new Wide[5], *quietWide = new (std::nothrow) Wide;
    CHECK_OWN(wide);
    CHECK(wide->isSound() && wides[0].isSound() && wides[4].isSound() && quietWide->isSound());
    MPI_Barrier(MPI_COMM_WORLD);
    CHECK(*one == check_rank && many[99] == 0 && wide->isSound() && wides[2].isSound());
    delete one;
    delete[] many;
    delete[] quiet;
    delete wide;
    delete[] wides;
    delete quietWide;

    void *plain = ::operator new(100), *aligned = ::operator new(100, std::align_val_t(4096)),
         *array = ::operator new[](100, std::align_val_t(64), std::nothrow);
    CHECK_OWN(plain);
    CHECK((uintptr_t)aligned % 4096 == 0 && (uintptr_t)array % 64 == 0);
    ::operator delete(plain, 100);
    ::operator delete(aligned, 100, std::align_val_t(4096));
    ::operator delete[](array, std::align_val_t(64), std::nothrow);
    delete[] new Counted[7];
    CHECK_EQUAL(destroyed, 7);
    ::operator delete(nullptr);
}

static int handled;
static void *reserve;

static void giveUp()
{
    handled++;
    std::set_new_handler(nullptr);
}

static void failures()
{
    // A size that the compiler doesn't know to be too large.
    volatile size_t huge = size_t(1) << 46, most = std::numeric_limits<size_t>::max() / 2;
    int caught = 0;
    try {
        reserve = ::operator new(huge);
    } catch (const std::bad_alloc &) {
        caught++;
    }
    try {
        reserve = ::operator new(huge, std::align_val_t(128));
    } catch (const std::bad_alloc &) {
        caught++;
    }
    try {
        reserve = new long[most];
    } catch (const std::bad_array_new_length &) {
        caught++;
    }
    try {
        std::vector<char> vector;
        vector.reserve(most);
    } catch (const std::exception &) {
        caught++;
    }
    try {
        std::string(huge, 'x');
    } catch (const std::bad_alloc &) {
        caught++;
    }
    CHECK_EQUAL(caught, 5);
    CHECK(::operator new(huge, std::nothrow) == nullptr);
    std::set_new_handler(giveUp);
    CHECK(::operator new(huge, std::nothrow) == nullptr);
    CHECK_EQUAL(handled, 1);
    delete new int;
}

static void containers()
{
    std::vector<int> vector;
    std::deque<std::string> deque;
    std::list<int> list;
    std::map<int, std::string> map;
    std::unordered_map<std::string, int> table;
    for (int i = 0; i < 2000; i++) {
        vector.push_back(i + check_rank);
        deque.push_front("a text that is longer than what a string holds itself " + std::to_string(i + check_rank));
        list.push_back(i);
        map[i * 7 % 2000] = std::to_string(check_rank);
        table[std::to_string(i)] = check_rank;
        if (i % 500 == 0)
            MPI_Barrier(MPI_COMM_WORLD);
    }
    CHECK_OWN(vector.data());
    CHECK_OWN(deque.front().data());
    CHECK(vector[1999] == 1999 + check_rank && deque.front().find(std::to_string(1999 + check_rank)) != std::string::npos);
    CHECK(list.size() == 2000 && map.size() == 2000 && table.size() == 2000 && table["1999"] == check_rank);
    auto shared = std::make_shared<Wide>();
    CHECK_OWN(shared.get());
    CHECK(shared->isSound() && std::make_unique<Wide>()->isSound());
}

static void resources()
{
    std::pmr::monotonic_buffer_resource monotonic;
    std::pmr::unsynchronized_pool_resource pool;
    std::pmr::synchronized_pool_resource locked;
    for (std::pmr::memory_resource *resource :
         {static_cast<std::pmr::memory_resource *>(&monotonic), static_cast<std::pmr::memory_resource *>(&pool),
          static_cast<std::pmr::memory_resource *>(&locked), std::pmr::new_delete_resource(), std::pmr::get_default_resource()}) {
        std::pmr::vector<std::pmr::string> texts(resource);
        for (int i = 0; i < 300; i++)
            texts.emplace_back("a text that is longer than what a string holds itself");
        CHECK_OWN(texts.data());
        CHECK_OWN(texts[299].data());
        void *aligned = resource->allocate(1000, 128);
        CHECK_EQUAL((uintptr_t)aligned % 128, 0);
        resource->deallocate(aligned, 1000, 128);
    }
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    operators();
    failures();
    containers();
    resources();
    return finish("operators");
}
