/*
 * The medium code model: megabytes in .lbss, .ldata and .lrodata.
 *
 * test: ranks 1 2
 * test: flotilla-ranks 8
 * test: flags -mcmodel=medium
 */
#include "../support/check.h"

static double large[4 << 20];  /* 32 MiB in .lbss */
static int initialized[100000] = {[0] = 1, [99999] = 2};
static const int constants[100000] = {[50000] = 3};
static int small = 4;

int main(int argc, char **argv)
{
    start(&argc, &argv);
    large[0] = check_rank;
    large[(4 << 20) - 1] = check_rank + 0.5;
    initialized[99999] += check_rank;
    small += check_rank;
    MPI_Barrier(MPI_COMM_WORLD);
    CHECK(large[0] == check_rank && large[(4 << 20) - 1] == check_rank + 0.5 && large[1 << 20] == 0);
    CHECK_EQUAL(initialized[99999], 2 + check_rank);
    CHECK_EQUAL(initialized[0], 1);
    CHECK_EQUAL(constants[50000], 3);
    CHECK_EQUAL(small, 4 + check_rank);
    return finish("medium code model");
}
