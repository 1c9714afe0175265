/*
 * IFUNCs: in the program (called, and its address kept in data), in a library, and those of libc and libm.
 *
 * test: ranks 1 2
 * test: flotilla-ranks 6
 * test: library ifunc library/ifunc.c
 */
#include "../support/check.h"
#include <math.h>

static int resolved;
static int plain(int x) { return x + 1; }
static int never(int x) { return -x; }

static int (*choose(void))(int)
{
    __builtin_cpu_init();
    resolved++;
    return __builtin_cpu_supports("sse2") ? plain : never;
}
int chosen(int x) __attribute__((ifunc("choose")));
static int (*kept)(int) = chosen;
static struct {
    const char *name;
    int (*function)(int);
} table[] = {{"chosen", chosen}};

int library_chosen(int x);
int library_calls_it(int x);
static int (*from_library)(int) = library_chosen;

int main(int argc, char **argv)
{
    start(&argc, &argv);
    CHECK(resolved >= 1);
    CHECK_EQUAL(chosen(41), 42);
    CHECK_EQUAL(kept(1), 2);
    CHECK_EQUAL(table[0].function(9), 10);
    CHECK_EQUAL(library_chosen(4), 104);
    CHECK_EQUAL(from_library(5), 105);
    CHECK_EQUAL(library_calls_it(6), 106);

    /* libm's and libc's, through volatile so that they are called. */
    volatile double x = 2.0, nine = 9.0;
    CHECK(fabs(sin(x) - 0.9092974268256817) < 1e-15);
    CHECK(fabs(exp(x) - 7.38905609893065) < 1e-14);
    CHECK(fabs(pow(x, 0.5) - 1.4142135623730951) < 1e-15);
    CHECK(floor(2.7 * x) == 5 && sqrt(nine) == 3 && fma(x, x, x) == 6 && rint(2.5) == 2);
    double (*const volatile cosine)(double) = cos;
    CHECK(fabs(cosine(x) + 0.4161468365471424) < 1e-15);
    char text[64] = "abcdefghijklmnopqrstuvwxyz";
    void *(*volatile mover)(void *, const void *, size_t) = memmove;
    mover(text + 1, text, 26);
    CHECK(strcmp(text, "aabcdefghijklmnopqrstuvwxyz") == 0);
    CHECK(strchr(text, 'q') == text + 17 && strlen(text) == 27 && memcmp(text, "aab", 3) == 0);
    return finish("IFUNC");
}
