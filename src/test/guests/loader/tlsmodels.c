/*
 * Every TLS model in one program: local-exec (here), initial-exec, general dynamic and local dynamic with the old
 * calling convention, and with TLS descriptors, in libraries that were linked.
 *
 * test: ranks 1 2 4
 * test: flotilla-ranks 12
 * test: library tlsgd library/tls.c -DPREFIX=gd -ftls-model=global-dynamic
 * test: library tlsld library/tls.c -DPREFIX=ld -ftls-model=local-dynamic
 * test: library tlsie library/tls.c -DPREFIX=ie -ftls-model=initial-exec
 * test: library tlsdesc library/tls.c -DPREFIX=desc -mtls-dialect=gnu2
 */
#include "../support/check.h"

static __thread int here = 3;
__thread char bulk[10000];

#define DECLARE(prefix) \
    extern __thread long prefix##_visible; \
    long prefix##_bump(void); \
    long prefix##_zero(int add); \
    void *prefix##_address(void);
DECLARE(gd)
DECLARE(ld)
DECLARE(ie)
DECLARE(desc)

#define TEST(prefix) \
    do { \
        CHECK_EQUAL(prefix##_visible, 100); \
        for (int i = 0; i < check_rank; i++) \
            prefix##_bump(); \
        prefix##_zero(check_rank); \
        MPI_Barrier(MPI_COMM_WORLD); \
        CHECK_EQUAL(prefix##_visible, 100 + check_rank); \
        CHECK(prefix##_address() == &prefix##_visible); \
        CHECK_EQUAL(prefix##_zero(1), check_rank + 1); \
        CHECK_EQUAL(prefix##_bump(), 100 + check_rank + 1 + 40); \
    } while (0)

int main(int argc, char **argv)
{
    start(&argc, &argv);
    CHECK_EQUAL(here, 3);
    CHECK_EQUAL(bulk[9999], 0);
    here += check_rank;
    bulk[9999] = (char)check_rank;
    TEST(gd);
    TEST(ld);
    TEST(ie);
    TEST(desc);
    CHECK_EQUAL(here, 3 + check_rank);
    CHECK_EQUAL(bulk[9999], check_rank);
    return finish("TLS models");
}
