/* A program full of pointers in data: every one must point into the rank's own image. */
#include "check.h"

#define ROW(n) &numbers[n], &numbers[n + 1], &numbers[n + 2], &numbers[n + 3],
#define ROWS(n) ROW(n) ROW(n + 4) ROW(n + 8) ROW(n + 12)

static int numbers[64];
static int *const addresses[] = {ROWS(0) ROWS(16) ROWS(32) ROWS(44)};
static int **const indirect = (int **)&addresses[20];
static const char *const words[] = {"one", "two", "three", "four", "five"};
static int first(void) { return 1; }
static int second(void) { return 2; }
static int (*functions[])(void) = {first, second, first};
extern char **environ;
static char ***const environment = &environ;
static FILE **const output = &stdout;

#ifdef WITH_INNER
int inner_total(int add);
static int (*inner)(int) = inner_total;
#endif

int main(int argc, char **argv)
{
    start(&argc, &argv);
    for (int i = 0; i < 64; i++)
        numbers[i] = check_rank * 100 + i;
    MPI_Barrier(MPI_COMM_WORLD);
    for (int i = 0; i < 48; i++)
        CHECK_EQUAL(*addresses[i], check_rank * 100 + i);
    CHECK_EQUAL(*indirect[0], check_rank * 100 + 20);
    CHECK(strcmp(words[4], "five") == 0);
    CHECK_EQUAL(functions[0]() + functions[1]() + functions[2](), 4);
    CHECK(*environment == environ && getenv("PATH") != NULL);
    CHECK(*output == stdout);
#ifdef WITH_INNER
    CHECK_EQUAL(inner(check_rank), check_rank);
    MPI_Barrier(MPI_COMM_WORLD);
    CHECK_EQUAL(inner_total(1), check_rank + 1);
#endif
    return finish("relocations");
}
