/*
 * What setjmp and its kin leave in memory can be used in any process of a job: the stack pointer and the address to return to
 * stand there as they are, not mangled with a process's pointer guard. Compiled with the checks that distributions compile with.
 *
 * test: ranks 1 3
 * test: flotilla-ranks 64
 * test: stealing
 * test: flags -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-all
 */
#define _GNU_SOURCE
#include "../support/interleave.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

extern char __executable_start, etext;

static sigjmp_buf place;
static volatile int left;

/* Under MPICH glibc mangles them. */
static int is_flotilla(void)
{
    return dlsym(RTLD_DEFAULT, "flotilla_control") != NULL;
}

/* The words of the buffer that lead into the program's text, and into its stack. */
static void look(void)
{
    const uintptr_t *words = (const uintptr_t *)place;
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    int text = 0, stack = 0;
    for (int i = 0; i < 8; i++) {
        text += words[i] >= (uintptr_t)&__executable_start && words[i] < (uintptr_t)&etext;
        stack += words[i] - here < 65536;
    }
    CHECK(!is_flotilla() || text >= 1);
    CHECK(!is_flotilla() || stack >= 1);
}

__attribute__((noinline)) static void leave(int how, int depth)
{
    volatile char frame[200];
    frame[depth] = (char)depth;
    if (depth > 0) {
        leave(how, depth - 1);
        left += frame[depth];
    }
    look();
    interleave();
    switch (how % 3) {
    case 0: longjmp((void *)place, how);
    case 1: _longjmp((void *)place, how);
    case 2: siglongjmp(place, how);
    }
}

static int blocked(void)
{
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    return sigismember(&now, SIGUSR2);
}

static void change_mask(int how)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(how, &set, NULL);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    for (volatile int how = 0; how < 12; how++) {
        volatile int mask_is_kept = 0;
        int value;
        change_mask(SIG_UNBLOCK);
        switch (how / 3) {
        case 0: value = setjmp((void *)place); break;
        case 1: value = _setjmp((void *)place); break;
        case 2: value = sigsetjmp(place, 0); break;
        default: value = sigsetjmp(place, 1); mask_is_kept = 1; break;
        }
        if (value == 0) {
            change_mask(SIG_BLOCK);
            leave(how, 5);
        }
        CHECK_EQUAL(value, how == 0 ? 1 : how);
        CHECK_EQUAL(blocked(), !mask_is_kept);
        interleave();
    }
    return finish("jumps");
}
