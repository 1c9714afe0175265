/*
 * Handlers of faults run in the rank whose code faults: they may repair the cause and return, change the context, jump out,
 * run on a stack of their own. Faults inside of libc's functions are the rank's as well.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/check.h"
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

static sigjmp_buf away;
static char *page, *stack;
static volatile int repaired, jumped, expected_code, on_stack;

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | flags;
    CHECK_EQUAL(sigaction(signal, &action, NULL), 0);
}

static void repair(int signal, siginfo_t *info, void *context)
{
    (void)context;
    if (signal != SIGSEGV || (char *)info->si_addr < page || (char *)info->si_addr >= page + 4096)
        _exit(50);
    repaired++;
    mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

static void skip(int signal, siginfo_t *info, void *context)
{
    ucontext_t *user = context;
    (void)signal;
    (void)info;
    user->uc_mcontext.gregs[REG_RIP] += 2; /* ud2 */
    user->uc_mcontext.gregs[REG_RBX] = 1000 + check_rank;
}

static void leave(int signal, siginfo_t *info, void *context)
{
    char here;
    (void)context;
    on_stack = &here >= stack && &here < stack + 65536;
    expected_code = info->si_code;
    jumped++;
    siglongjmp(away, signal);
}

__attribute__((noinline)) static int deep(volatile int *up)
{
    volatile int room[1000];
    room[0] = *up + 1;
    return deep(room) + room[0];
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack = malloc(65536);
    stack_t alternate = {.ss_sp = stack, .ss_size = 65536};
    CHECK_EQUAL(sigaltstack(&alternate, NULL), 0);

    handle(SIGSEGV, repair, 0);
    for (int i = 0; i < 20; i++) {
        mprotect(page, 4096, i % 2 ? PROT_NONE : PROT_READ);
        double a = 1.5 + i, b = 2.5;
        page[i] = (char)(i + check_rank);
        CHECK(a + b == 4.0 + i);
        if (i % 5 == 0)
            MPI_Barrier(MPI_COMM_WORLD);
    }
    CHECK_EQUAL(repaired, 20);
    mprotect(page, 4096, PROT_NONE);
    memset(page, check_rank, 4096); /* in libc */
    CHECK_EQUAL(repaired, 21);
    CHECK_EQUAL(page[4095], (char)check_rank);

    handle(SIGILL, skip, SA_ONSTACK);
    long value = 0;
    for (int i = 0; i < 5; i++) {
        __asm__ volatile("mov $7, %%rbx\n\tud2\n\tmov %%rbx, %0" : "=r"(value) : : "rbx");
        CHECK_EQUAL(value, 1000 + check_rank);
    }

    handle(SIGSEGV, leave, 0);
    handle(SIGFPE, leave, SA_ONSTACK);
    handle(SIGTRAP, leave, 0);
    handle(SIGBUS, leave, SA_NODEFER);
    for (volatile int i = 0; i < 100; i++) {
        int signal = sigsetjmp(away, 1);
        if (signal == 0) {
            volatile int zero = 0;
            switch (i % 4) {
            case 0: *(volatile int *)(8 * (zero + 1)) = 1;
            case 1: zero = 1234 / zero;
            case 2: __asm__ volatile("int3");
            case 3: check_failures += strlen((char *)(zero + 16L));
            }
            check_failed(__FILE__, __LINE__, "case %d went on", i % 4);
        }
        static const int signals[] = {SIGSEGV, SIGFPE, SIGTRAP, SIGSEGV};
        CHECK_EQUAL(signal, signals[i % 4]);
        CHECK_EQUAL(on_stack, signal == SIGFPE);
        if (i % 25 == 0)
            MPI_Barrier(MPI_COMM_WORLD);
    }
    CHECK_EQUAL(jumped, 100);

    /* No stack is left but the handler's own. */
    handle(SIGSEGV, leave, SA_ONSTACK);
    on_stack = 0;
    for (volatile int i = 0; i < 3; i++) {
        /* Each fills its whole stack. */
        if (check_rank % 16 == i && sigsetjmp(away, 1) == 0)
            deep(&(int){0});
        CHECK_EQUAL(on_stack, check_rank % 16 <= i);
        MPI_Barrier(MPI_COMM_WORLD);
    }
    stack_t before;
    alternate.ss_flags = SS_DISABLE;
    CHECK_EQUAL(sigaltstack(&alternate, &before), 0);
    CHECK(before.ss_sp == stack && before.ss_flags == 0);
    signal(SIGSEGV, SIG_DFL);
    return finish("faults");
}
