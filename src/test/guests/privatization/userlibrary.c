/*
 * A shared library of the user's own with globals, statics, constructors and a copy-relocated variable, and a library
 * that library needs.
 *
 * test: ranks 1 2 4
 * test: flotilla-ranks 16
 * test: library inner library/inner.c
 * test: library outer library/outer.c -linner
 */
#include "../support/check.h"

extern int outer_visible;  /* copied into the executable */
int outer_count(void);
int *outer_address(void);
int inner_total(int add);
int outer_calls_inner(int add);
const char *outer_greeting(void);

/* Interposes a function that the library defines as well. */
const char *replaceable(void)
{
    return "the program's";
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    CHECK_EQUAL(outer_visible, 4321);
    CHECK(outer_address() == &outer_visible);
    outer_visible += check_rank;
    for (int i = 0; i <= check_rank; i++)
        outer_count();
    inner_total(check_rank * 10);
    MPI_Barrier(MPI_COMM_WORLD);
    CHECK_EQUAL(*outer_address(), 4321 + check_rank);
    CHECK_EQUAL(outer_count(), 1002 + check_rank);
    CHECK_EQUAL(outer_calls_inner(1), check_rank * 10 + 1);
    CHECK(strcmp(outer_greeting(), "the program's") == 0);
    printf("rank %d: %d\n", check_rank, inner_total(0));
    return finish("user libraries");
}
