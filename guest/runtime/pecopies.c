/*
 * Variables of which each PE has one (flotilla_scope(pe), plugin/auto-tls): the program asks here for the current PE's at each
 * access. They are the process's, outside of all slots: ranks come and go.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "shared.h"

struct copy {
    struct copy *next;
    const void *original;
    int thread;
    _Alignas(64) char value[];
};

enum { CHAINS = 64 };
static struct copy *copies[CHAINS];

/* Not the rank's own mmap, whose memory goes with the rank. */
static struct copy *allocate(size_t size) {
    register long flags __asm__("r10") = MAP_PRIVATE | MAP_ANONYMOUS;
    register long file __asm__("r8") = -1;
    register long offset __asm__("r9") = 0;
    long answer;
    __asm__ volatile("syscall"
                     : "=a"(answer)
                     : "a"(SYS_mmap), "D"(0L), "S"(sizeof(struct copy) + size), "d"((long)(PROT_READ | PROT_WRITE)), "r"(flags), "r"(file), "r"(offset)
                     : "rcx", "r11", "memory");
    return answer < 0 && answer > -4096 ? NULL : (struct copy *)answer;
}

FLOTILLA_EXPORT void *flotilla_copy_of_pe(void *original, size_t size);

/*
 * The current PE's copy of a variable, which begins as the variable does. PEs are known by their threads; a thread that a rank
 * has made is a PE by itself. Only a PE makes its own copies, so none is made twice.
 */
void *flotilla_copy_of_pe(void *original, size_t size) {
    if (!flotilla_is_sharing()) return original;
    int thread = flotilla_here()->host_thread;
    struct copy **chain = &(*FLOTILLA_COMMON(copies))[((uintptr_t)original / 8 + (uintptr_t)thread) % CHAINS];
    struct copy *newest = __atomic_load_n(chain, __ATOMIC_ACQUIRE);
    for (struct copy *copy = newest; copy != NULL; copy = copy->next) {
        if (copy->original == original && copy->thread == thread) return copy->value;
    }
    struct copy *made = allocate(size);
    if (made == NULL) __builtin_trap(); /* there is nothing that a plain access could answer */
    made->original = original;
    made->thread = thread;
    memcpy(made->value, original, size);
    do made->next = newest;
    while (!__atomic_compare_exchange_n(chain, &newest, made, false, __ATOMIC_RELEASE, __ATOMIC_ACQUIRE));
    return made->value;
}
