/*
 * Constructors run libraries first, in the order of their needs, destructors the other way round, .init_array by
 * priority; each once per rank.
 *
 * test: ranks 1 2
 * test: flotilla-ranks 4
 * test: library orderlow library/order.c -DWHO=low
 * test: library orderhigh library/order.c -DWHO=high -DNEEDS -lorderlow
 */
#include "../support/check.h"
#include <unistd.h>

char *order_log(void);
void high_here(void);

__attribute__((constructor(300))) static void early(void) { strcat(order_log(), "program300 "); }
__attribute__((constructor)) static void late(void) { strcat(order_log(), "program "); }
__attribute__((destructor)) static void last(void)
{
    /* Destructors of libraries follow. */
    printf("rank %d: destructor of the program\n", check_rank);
    fflush(stdout);
}
static void registered(void) { printf("rank %d: atexit\n", check_rank); }

int main(int argc, char **argv)
{
    start(&argc, &argv);
    high_here();
    atexit(registered);
    CHECK(strcmp(order_log(), "low high program300 program ") == 0);
    MPI_Barrier(MPI_COMM_WORLD);
    char number[16];
    snprintf(number, sizeof number, "%d", check_rank);
    setenv("ORDER_RANK", number, 1);
    return finish("order");
}
