// A std::thread that computes while its rank is asked to move: threads.h.
//
// test: flags -pthread
#include <atomic>
#include <thread>
#include <vector>

#include "threads.h"

static thread_local std::vector<int> own{1, 2, 3};

int main(int argc, char **argv) {
    prepare(&argc, &argv);
    std::atomic<bool> over{false};
    std::atomic<long> rounds{0};
    std::size_t in_thread = 0;
    std::thread thread;
    own.push_back(rank);
    if (rank == THREADED) {
        thread = std::thread([&] {
            while (!over) {
                rounds++;
                std::this_thread::yield();
            }
            in_thread = own.size();
        });
    }
    part(argv, 1);
    over = true;
    if (thread.joinable()) {
        thread.join();
        check(in_thread == 3 && rounds > 0, "what the thread has done");
    }
    part(argv, 0);
    check(own.size() == 4 && own.back() == rank, "thread-local variables");
    return end();
}
