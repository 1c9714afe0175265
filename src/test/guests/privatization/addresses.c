/*
 * Initial values that hold addresses of variables: scalars, arrays with gaps and ranges, nested structures and unions, constants,
 * tables of strings beside them, statics of functions, compound literals, addresses of members and elements, and integers.
 *
 * test: ranks 1 2 4
 * test: flotilla-ranks 20
 */
#include "../support/check.h"
#include <stdint.h>

extern int declared_before;
extern int *const public_table[3];
static int value = 5;
static int array[10] = {[3] = 33, [7] = 77};
static struct pair { int a, b; } pairs[2] = {{1, 2}, {3, 4}};

int *to_scalar = &value, *to_element = &array[3], *to_member = &pairs[1].b;
static uintptr_t as_integer = (uintptr_t)&array[7];
int **to_pointer = &to_scalar;
static int *sparse[100] = {[10] = &value, [20 ... 29] = &array[7], [99] = &declared_before};
int *const public_table[3] = {&value, &declared_before};
static const struct option { const char *name; int *flag; int number; } options[] = {
    {"verbose", &value, 1}, {"quiet", NULL, 2}, {"before", &declared_before, 3}};
static struct tree { struct tree *left, *right; union { int *where; long number; } u; int weight; } nodes[3] = {
    {&nodes[1], &nodes[2], {&value}, 10}, {NULL, NULL, {.number = 7}, 20}, {&nodes[0], NULL, {&array[3]}, 30}};
static struct pair *literal = &(struct pair){8, 9};
static const char *const words[] = {"one", "two"};
const char *const *to_words = words;
static int *const *chain = public_table;
int declared_before = 11;

/* A function whose address a resolver tells. */
static int twice(int x) { return 2 * x; }
static int (*resolve(void))(int) { return twice; }
int chosen(int x) __attribute__((ifunc("resolve")));
static struct { int number; int (*function)(int); } to_function = {1, chosen};

static int *of_function(void)
{
    static int count = 100;
    static int *const self = &count;
    ++*self;
    return self;
}

static int sum_local(void)
{
    int *local[] = {&value, &array[3], &pairs[0].a};
    const struct option *const found = &options[2];
    return *local[0] + *local[1] + *local[2] + *found->flag;
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    value += check_rank;
    array[3] += check_rank;
    array[7] += check_rank;
    pairs[1].b += check_rank;
    declared_before += check_rank;
    literal->a += check_rank;
    for (int i = 0; i < check_rank; i++)
        of_function();
    MPI_Barrier(MPI_COMM_WORLD);

    CHECK(to_scalar == &value && *to_scalar == 5 + check_rank);
    CHECK_EQUAL(*to_element, 33 + check_rank);
    CHECK_EQUAL(*to_member, 4 + check_rank);
    CHECK_EQUAL(*(int *)as_integer, 77 + check_rank);
    CHECK(*to_pointer == &value);
    CHECK(sparse[10] == &value && sparse[19] == NULL && sparse[30] == NULL && sparse[99] == &declared_before);
    for (int i = 20; i < 30; i++)
        CHECK_EQUAL(*sparse[i], 77 + check_rank);
    CHECK(public_table[0] == &value && *public_table[1] == 11 + check_rank && public_table[2] == NULL);
    CHECK(options[0].flag == &value && options[1].flag == NULL && *options[2].flag == 11 + check_rank);
    CHECK(strcmp(options[1].name, "quiet") == 0 && options[2].number == 3);
    CHECK(nodes[0].left == &nodes[1] && nodes[2].left == &nodes[0] && *nodes[0].u.where == 5 + check_rank);
    CHECK(nodes[1].u.number == 7 && nodes[1].weight == 20 && *nodes[2].u.where == 33 + check_rank);
    CHECK(literal->a == 8 + check_rank && literal->b == 9);
    CHECK(strcmp(to_words[1], "two") == 0 && chain[0] == &value);
    CHECK_EQUAL(to_function.function(21 + check_rank), 42 + 2 * check_rank);
    to_function.function = check_rank == 0 ? chosen : NULL;
    CHECK_EQUAL(*of_function(), 101 + check_rank);
    CHECK_EQUAL(sum_local(), 5 + 33 + 1 + 11 + 3 * check_rank);
    printf("rank %d: %d\n", check_rank, *to_element);
    return finish("addresses");
}
