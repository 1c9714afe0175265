/*
 * Global variables in all the ways in which code and data refer to them, none of them static: compiled with --privatize=swap
 * every rank has its own. With a library compiled for it, too, and a plugin, which each rank opens for itself.
 *
 * test: library swapped library.c mpi --privatize=swap
 * test: plugin plugin plugin.c
 * test: flags -ldl
 */
#include <dlfcn.h>
#include <math.h>
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int zero;
int initialized = 41;
char text[32] = "text";
double big[50000];
int many[400000] = {7}; /* more than the loader copies: mapped from the file */
int rank, size, failures;

/* Addresses of globals in globals: of one, of its middle, of its end, of each other. */
struct node {
    struct node *next;
    int *where;
    int value;
};
struct node nodes[3] = {{&nodes[1], &zero, 1}, {&nodes[2], &initialized, 2}, {&nodes[0], &many[399999], 3}};
int *pointer = &initialized;
double *middle = &big[25000];
int *end_of_many = many + 400000;
char *word = text;
const char *names[] = {"zero", "one", "two"};

/* The same in constants, which are shared and so belong to what is swapped. */
int *const constant_pointer = &zero;
static int *const table[] = {&initialized, &zero, &many[0]};

/* Addresses of functions: of the program, of libc and libm, one that is chosen when the program starts. */
int twice(int x) { return 2 * x; }
int thrice(int x) { return 3 * x; }
int (*function)(int) = twice;
double (*from_libm)(double) = sqrt;
size_t (*from_libc)(const char *) = strlen;
int (*choose(void))(int) { return thrice; }
int chosen(int x) __attribute__((ifunc("choose")));
int (*through_resolver)(int) = chosen;

/* Thread-local, with an address in its initial contents. */
__thread int *local = &zero;
__thread int local_count = 3;

/* Defined by the library; and by the program, for the library. */
extern int library_global;
extern int *library_pointer;
int *library_address(void);
int library_next(void);
int *library_sees(void);
int for_library = 500;

__attribute__((constructor)) void construct(void) { initialized++; }
__attribute__((destructor)) void destruct(void) { printf("rank %d: destructor sees %d\n", rank, initialized); }

static void check(int holds, const char *what)
{
    if (holds)
        return;
    failures++;
    printf("rank %d: %s does not hold\n", rank, what);
}
#define CHECK(condition) check(condition, #condition)

static void change(int r)
{
    zero = r + 7;
    initialized += r;
    snprintf(text + 4, sizeof text - 4, " of rank %d", r);
    for (int i = 0; i < 50000; i++)
        big[i] = r + i;
    many[0] += r;
    many[399999] = r;
    nodes[0].next->value = 50 + r;
    function = r % 2 ? thrice : twice;
    names[1] = text;
    local_count += r;
    for_library += r;
    library_global += r;
    for (int i = 0; i <= r; i++)
        library_next();
}

static void look(int r)
{
    char expected[32];
    snprintf(expected, sizeof expected, "text of rank %d", r);
    CHECK(zero == r + 7 && initialized == 42 + r);
    CHECK(strcmp(text, expected) == 0 && strcmp(word, expected) == 0 && strcmp(names[1], expected) == 0);
    CHECK(big[0] == r && big[49999] == r + 49999 && *middle == r + 25000);
    CHECK(many[0] == 7 + r && many[1] == 0 && many[399999] == r && end_of_many[-1] == r);
    CHECK(nodes[1].value == 50 + r && nodes[2].next == &nodes[0] && nodes[0].next == nodes + 1);
    CHECK(nodes[0].where == &zero && *nodes[1].where == 42 + r && *nodes[2].where == r);
    CHECK(pointer == &initialized && *pointer == 42 + r);
    CHECK(constant_pointer == &zero && *constant_pointer == r + 7);
    CHECK(*table[0] == 42 + r && *table[1] == r + 7 && *table[2] == 7 + r && table[2] == many);
    CHECK(function(7) == (r % 2 ? 21 : 14) && from_libm(2.25) == 1.5 && from_libc("four") == 4);
    CHECK(chosen(2) == 6 && through_resolver(2) == 6);
    CHECK(local == &zero && local_count == 3 + r);
    CHECK(library_global == 900 + r && *library_pointer == 900 + r && library_address() == &library_global);
    CHECK(library_sees() == &for_library && for_library == 500 + r);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    change(rank);
    for (int i = 0; i < 3; i++) {
        MPI_Barrier(MPI_COMM_WORLD);
        look(rank);
    }
    CHECK(library_next() == 102 + rank);

    void *plugin = dlopen("libplugin.so", RTLD_NOW);
    int (*read_zero)(void) = plugin == NULL ? NULL : (int (*)(void))dlsym(plugin, "plugin_reads");
    int *(*address)(void) = plugin == NULL ? NULL : (int *(*)(void))dlsym(plugin, "plugin_address");
    MPI_Barrier(MPI_COMM_WORLD);
    CHECK(read_zero != NULL && read_zero() == rank + 7 && address() == &zero);
    CHECK(dlsym(RTLD_DEFAULT, "initialized") == &initialized);

    /* A buffer in a global, sent on by another rank. */
    int from = -1, to = (rank + 1) % size;
    MPI_Sendrecv(&zero, 1, MPI_INT, to, 0, &from, 1, MPI_INT, (rank + size - 1) % size, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    CHECK(from == (rank + size - 1) % size + 7);
    MPI_Allreduce(MPI_IN_PLACE, &zero, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    CHECK(zero == size * (size - 1) / 2 + 7 * size);
    MPI_Barrier(MPI_COMM_WORLD);
    printf("rank %d: %d, %s, %d failures\n", rank, initialized, text, failures);
    MPI_Finalize();
    return failures != 0;
}
