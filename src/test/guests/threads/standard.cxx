/*
 * C++'s threads in a rank: std::thread, async, futures, condition variables, call_once, thread_local objects with
 * destructors, exceptions that cross from a thread to its creator, shared pointers, iostreams.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 * test: flags -std=c++17 -pthread
 */
#include <mpi.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <iostream>
#include <memory>
#include <mutex>
#include <numeric>
#include <shared_mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

static std::atomic<int> made{0}, gone{0};
static int failures = 0, rank = 0, size = 0;

#define CHECK(condition)                                                                      \
    do {                                                                                      \
        if (!(condition)) {                                                                   \
            std::cerr << "rank " << rank << ": line " << __LINE__ << ": " #condition << '\n'; \
            failures++;                                                                       \
        }                                                                                     \
    } while (0)

struct Counted {
    int value = rank;
    Counted() { made++; }
    ~Counted() { gone++; }
};

static thread_local Counted counted;
static thread_local std::string name = "none";

static int fibonacci(int n) {
    if (n < 2) return n;
    if (n < 12) return fibonacci(n - 1) + fibonacci(n - 2);
    auto other = std::async(std::launch::async, fibonacci, n - 2);
    return fibonacci(n - 1) + other.get();
}

/* A queue between two threads. */
static long pass_along(int count) {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<int> queue;
    bool ended = false;
    long sum = 0;
    std::thread consumer([&] {
        std::unique_lock<std::mutex> lock(mutex);
        for (;;) {
            changed.wait(lock, [&] { return ended || !queue.empty(); });
            if (queue.empty()) return;
            for (int number : queue) sum += number;
            queue.clear();
        }
    });
    for (int i = 0; i < count; i++) {
        std::lock_guard<std::mutex> lock(mutex);
        queue.push_back(i);
        changed.notify_one();
    }
    {
        std::lock_guard<std::mutex> lock(mutex);
        ended = true;
    }
    changed.notify_all();
    consumer.join();
    return sum;
}

int main(int argc, char **argv) {
    int provided;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    CHECK(counted.value == rank);
    CHECK(fibonacci(15) == 610);
    CHECK(pass_along(500) == 500 * 499 / 2);
    MPI_Barrier(MPI_COMM_WORLD);

    int before = made, ended = gone;
    std::once_flag once;
    std::shared_mutex shared;
    std::atomic<int> first{0};
    auto common = std::make_shared<std::vector<int>>(3, 0);
    std::vector<std::thread> threads;
    std::vector<std::string> texts(3);
    for (int i = 0; i < 3; i++) {
        threads.emplace_back([&, i, common] {
            CHECK(name == "none" && counted.value == rank);
            name = "thread " + std::to_string(i);
            std::call_once(once, [&] { first++; });
            for (int k = 0; k < 100; k++) {
                if (k % 10 == 0) {
                    std::unique_lock<std::shared_mutex> lock(shared);
                    (*common)[i]++;
                } else {
                    std::shared_lock<std::shared_mutex> lock(shared);
                    CHECK((*common)[i] == k / 10 + 1);
                }
            }
            std::ostringstream text;
            text << name << " of rank " << rank << ' ' << 1.5 * i;
            texts[i] = text.str();
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        });
    }
    int sum = 0;
    MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    for (auto &thread : threads) thread.join();
    CHECK(sum == size * (size - 1) / 2);
    CHECK(first == 1 && name == "none");
    CHECK(made - before == 3 && gone - ended == 3);
    CHECK(std::accumulate(common->begin(), common->end(), 0) == 30 && common.use_count() == 1);
    for (int i = 0; i < 3; i++) CHECK(texts[i].rfind("thread " + std::to_string(i), 0) == 0);

    std::promise<int> promise;
    auto later = promise.get_future();
    std::thread keeper([&] {
        try {
            throw std::runtime_error("rank " + std::to_string(rank));
        } catch (...) {
            promise.set_exception(std::current_exception());
        }
    });
    try {
        later.get();
        CHECK(false);
    } catch (const std::runtime_error &error) {
        CHECK(error.what() == "rank " + std::to_string(rank));
    }
    keeper.join();
    CHECK(std::thread::hardware_concurrency() >= 1);

    std::cout << "rank " << rank << ": " << failures << " failures" << std::endl;
    MPI_Finalize();
    return failures != 0;
}
