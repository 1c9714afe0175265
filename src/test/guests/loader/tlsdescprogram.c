/*
 * TLS descriptors in the program's own position-independent code.
 *
 * test: ranks 1 2
 * test: flotilla-ranks 6
 * test: flags -mtls-dialect=gnu2 -fPIC
 */
#include "../support/check.h"

__thread int visible = 8;
static __thread double hidden[4] = {1.5, 2.5};

int main(int argc, char **argv)
{
    start(&argc, &argv);
    visible += check_rank;
    hidden[1] += check_rank;
    MPI_Barrier(MPI_COMM_WORLD);
    CHECK_EQUAL(visible, 8 + check_rank);
    CHECK(hidden[1] == 2.5 + check_rank && hidden[0] == 1.5);
    return finish("TLS descriptors");
}
