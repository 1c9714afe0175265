/* quick_exit runs its own functions only. */
#include <stdio.h>
#include <stdlib.h>

static void quickly(void) { printf("quickly\n"); fflush(stdout); }
static void also(void) { printf("also\n"); }
static void never(void) { printf("never\n"); fflush(stdout); }

int main(void) {
    atexit(never);
    at_quick_exit(quickly);
    at_quick_exit(also);
    printf("main\n");
    quick_exit(5);
}
