/*
 * Weak symbols: undefined ones are null, a strong definition in a library wins over none, a weak definition in the
 * program over one in a library; versioned symbols of a library with two versions of one function.
 *
 * test: ranks 1 2
 * test: flotilla-ranks 5
 * test: library weak library/weak.c -Wl,--version-script=library/weak.map
 */
#include "../support/check.h"

extern int nowhere(void) __attribute__((weak));
extern int nowhere_data __attribute__((weak));
extern int in_library(void) __attribute__((weak));
__attribute__((weak)) int in_both(void) { return 1; }
int library_in_both(void);
int versioned(void);
__asm__(".symver old_versioned, versioned@VERSION_1");
int old_versioned(void);

int main(int argc, char **argv)
{
    start(&argc, &argv);
    int (*volatile missing)(void) = nowhere;
    int *volatile missing_data = &nowhere_data;
    CHECK(missing == NULL);
    CHECK(missing_data == NULL);
    CHECK(in_library != NULL && in_library() == 77);
    CHECK_EQUAL(in_both(), 1);
    CHECK_EQUAL(library_in_both(), 1);
    CHECK_EQUAL(versioned(), 2);
    CHECK_EQUAL(old_versioned(), 1);
    return finish("weak and versioned symbols");
}
