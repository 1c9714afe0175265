/*
 * Every kind of mutable global state in C: initialized and zero globals, file statics, function statics, arrays,
 * structures with pointers into themselves, function pointers, strings, tables of pointers to functions of libc,
 * constructors and destructors, and libc's own state (environment, errno, rand, strtok).
 *
 * test: ranks 1 2 4
 * test: flotilla-ranks 20
 */
#include "../support/check.h"
#include <errno.h>
#include <math.h>

int zero;
int initialized = 41;
static long file_static = 1000;
static char text[32] = "text";
double big[5000];
const int constant = 12345;

struct node {
    struct node *next;
    int *where;
    int value;
};
static int target = 5;
static struct node nodes[3] = {{&nodes[1], &target, 1}, {&nodes[2], &zero, 2}, {&nodes[0], &initialized, 3}};

static int twice(int x) { return 2 * x; }
static int thrice(int x) { return 3 * x; }
static int (*chosen)(int) = twice;
static double (*const from_libm)(double) = sqrt;
static size_t (*const from_libc)(const char *) = strlen;
static char *const names[] = {"zero", "one", "two"};
static int (*comparison)(const char *, const char *) = strcmp;

static int constructed;
static char order[8];

__attribute__((constructor(200))) static void second(void) { strcat(order, "b"); }
__attribute__((constructor(150))) static void first(void) { strcat(order, "a"); }
__attribute__((constructor)) static void last(void)
{
    constructed++;
    strcat(order, "c");
}
__attribute__((destructor)) static void leave(void)
{
    printf("rank %d: destructor sees %d\n", check_rank, initialized);
}

static int count_calls(void)
{
    static int calls = 100;
    return ++calls;
}

static void at_exit(void)
{
    printf("rank %d: atexit sees %d\n", check_rank, zero);
}

int main(int argc, char **argv)
{
    atexit(at_exit);
    CHECK_EQUAL(constructed, 1);
    start(&argc, &argv);
    CHECK(strcmp(order, "abc") == 0);

    zero = check_rank + 7;
    initialized += check_rank;
    file_static *= check_rank + 1;
    snprintf(text + 4, sizeof text - 4, " of rank %d", check_rank);
    for (int i = 0; i < 5000; i++)
        big[i] = check_rank + i;
    chosen = check_rank % 2 ? thrice : twice;
    for (int i = 0; i <= check_rank; i++)
        count_calls();
    nodes[0].next->value = 50 + check_rank;
    char name[32], value[32];
    snprintf(name, sizeof name, "FLOTILLA_TEST_%d", check_rank);
    snprintf(value, sizeof value, "value %d", check_rank);
    setenv("FLOTILLA_TEST", value, 1);
    setenv(name, "mine", 1);
    srand(check_rank + 1);
    int random = rand();
    errno = 1000 + check_rank;

    MPI_Barrier(MPI_COMM_WORLD);

    CHECK_EQUAL(errno, 1000 + check_rank);
    CHECK_EQUAL(zero, check_rank + 7);
    CHECK_EQUAL(initialized, 41 + check_rank);
    CHECK_EQUAL(file_static, 1000 * (check_rank + 1));
    char expected[64];
    snprintf(expected, sizeof expected, "text of rank %d", check_rank);
    CHECK(strcmp(text, expected) == 0);
    for (int i = 0; i < 5000; i++)
        CHECK(big[i] == check_rank + i);
    CHECK_EQUAL(chosen(7), check_rank % 2 ? 21 : 14);
    CHECK_EQUAL(count_calls(), 102 + check_rank);
    CHECK_EQUAL(nodes[1].value, 50 + check_rank);
    CHECK(nodes[2].next == &nodes[0] && nodes[0].where == &target && *nodes[1].where == zero);
    CHECK(from_libm(2.25) == 1.5);
    CHECK_EQUAL(from_libc(names[2]), 3);
    CHECK(comparison(names[0], "zero") == 0);
    CHECK_EQUAL(constant, 12345);
    CHECK(strcmp(getenv("FLOTILLA_TEST"), value) == 0);
    for (int other = 0; other < check_size; other++) {
        snprintf(name, sizeof name, "FLOTILLA_TEST_%d", other);
        CHECK((getenv(name) != NULL) == (other == check_rank));
    }
    srand(check_rank + 1);
    CHECK_EQUAL(rand(), random);

    /* strtok keeps its place across a switch. */
    char list[] = "a,b,c";
    CHECK(strcmp(strtok(list, ","), "a") == 0);
    MPI_Barrier(MPI_COMM_WORLD);
    CHECK(strcmp(strtok(NULL, ","), "b") == 0);
    return finish("globals");
}
