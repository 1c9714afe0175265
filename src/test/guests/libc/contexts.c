/* Coroutines by getcontext, makecontext, swapcontext, setcontext. */
#define _GNU_SOURCE
#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

static ucontext_t scheduler, first, second;
static char stacks[2][65536];

static void counts(int from, int to, int step, int a, int b, int c, int d, int e) {
    printf("start %d %d %d %d %d %d %d %d\n", from, to, step, a, b, c, d, e);
    for (int i = from; i < to; i += step) {
        char *memory = malloc(100);
        snprintf(memory, 100, "%d in %.1f", i, i / 2.0);
        printf("%s\n", memory);
        swapcontext(from == 0 ? &first : &second, from == 0 ? &second : &first);
        free(memory);
    }
    printf("end %d\n", from);
}

int main(void) {
    volatile int rounds = 0;
    getcontext(&first);
    first.uc_stack.ss_sp = stacks[0];
    first.uc_stack.ss_size = sizeof stacks[0];
    first.uc_link = &second;
    makecontext(&first, (void (*)(void))counts, 8, 0, 5, 1, 4, 5, 6, 7, 8);
    getcontext(&second);
    second.uc_stack.ss_sp = stacks[1];
    second.uc_stack.ss_size = sizeof stacks[1];
    second.uc_link = &scheduler;
    makecontext(&second, (void (*)(void))counts, 8, 100, 105, 1, 40, 50, 60, 70, 80);
    fesetround(FE_UPWARD);
    printf("swap %d rounding up %d\n", swapcontext(&scheduler, &first), fegetround() == FE_UPWARD);
    getcontext(&scheduler);
    if (rounds++ < 3) {
        printf("again %d\n", rounds);
        setcontext(&scheduler);
    }
    printf("rounds %d\n", rounds);
    return 0;
}
