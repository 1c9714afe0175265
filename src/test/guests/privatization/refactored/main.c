/*
 * What C knows of variables that live as long as the program, for `flotilla refactor`: run before with private variables
 * and after with shared ones, it has to print the same.
 */
#define _GNU_SOURCE
#include "grid.h"
#include <mpi.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH 3
#define CHECK(condition) ((condition) ? 0 : (failures++, printf("line %d: %s\n", __LINE__, #condition)))
#define NOTE(text) log_line("%s", text)
#define SECRET hidden_value
#define ADDRESS_OF(what) (&what)

static int failures;
static int counter = 1;                                /* grid.c has one, too */
static int a = 3, *b = &a, c[LENGTH] = {1, 2}, d;      /* a list of declarators */
static int t[] = {1, 2, 3}, u[sizeof t / sizeof *t + 1];
static char text[] = "text", padded[16] = "padded", *words[] = {"one", "two", text};
static struct { int x, y; } pair = {4, 5}, pairs[] = {{1, 2}, {3, 4}};
static struct node { struct node *next; int value; } first = {&first, 1}, *list = &first;
static enum { RED, GREEN = 5 } colour = GREEN;
static union { int i; float f; } either = {.i = 9};
static const int constant = 12, *moving = &constant;
static const int *const fixed_pointer = &a;            /* constant, but made of what moves */
static const struct option { const char *name; int *value; } options[] = {{"a", &a}, {"d", &d}, {NULL, NULL}};
static int designated[5] = {[1] = 10, [3] = 30};
static struct point corner = {.y = 2.5}, *corners[2] = {&corner, &origin};
static MPI_Comm communicator;
static MPI_Datatype type;
static MPI_Op operation;
static bool ready = true;
static size_t lengths[LENGTH + 1];
static int (*chosen)(int) = abs;
static int (*table[2])(const void *, const void *);
static double matrix[2][LENGTH] = {{1, 2, 3}, {4, 5, 6}};
static int hidden_value = 17;
static _Alignas(64) char aligned[64] = {1};
static __attribute__((unused)) int attributed = 8;
static long long wide = 1LL << 40;
static int columns = 4;
static volatile sig_atomic_t caught;                   /* stays where it is */
static _Thread_local int per_thread = 3;
static int big[200000] = {1};
enum { WORDS = sizeof words / sizeof *words };
_Static_assert(sizeof text == 5, "text");

static int forward(int depth);                         /* a prototype before */
static int twice(int x) { return 2 * x + counter - counter; }

/* Its address is taken: it keeps its parameters. */
static int by_distance(const void *left, const void *right)
{
    counter += 0;
    return abs(*(const int *)left - a) - abs(*(const int *)right - a);
}

static void add(void *in, void *inout, int *length, MPI_Datatype *unused)
{
    (void)unused;
    for (int i = 0; i < *length; i++)
        ((int *)inout)[i] += ((int *)in)[i] + d;
}

static void on_signal(int number)
{
    caught = number;
    d++;
}

static int hook(int argument)
{
    return argument + counter + d;
}

/* Names of variables mean something else here. */
static int shadows(int a, int counter)
{
    struct { int rank, d; } s = {.rank = a, .d = counter};
    int t = s.rank + s.d;
    for (int c = 0; c < 2; c++)
        t += c;
    {
        int size = 2;
        t += size;
    }
    goto d;
d:
    return t + rank;
}

static int recurse(int depth)
{
    static int calls;
    calls++;
    return depth == 0 ? calls : forward(depth - 1);
}

static int forward(int depth) { return recurse(depth) + d; }

static int statics(void)
{
    static int calls = 10, *self = &calls;
    static enum { OFF, ON } state = ON;
    static struct { int n; } inner = {3};
    struct local { int n, m; };
    static struct local known[2] = {{1, 2}, {3, 4}};
    static const char *const names[] = {"x", "y"};
    static int counted = sizeof known / sizeof *known;
    (*self)++;
    state = state == ON ? OFF : ON;
    inner.n += known[1].m;
    known[1].m++;
    return calls * 1000 + state * 100 + inner.n + counted + names[0][0] - 'x';
}

static int other_statics(void)
{
    static int calls = 20;
    return calls++;
}

/* Bounds of arrays and typeof, which compilers' trees do not show. */
static int bounds(int n, int square[n][columns])
{
    int row[columns];
    __typeof__(wide) copy = wide;
    int (*rows)[columns] = (int (*)[columns])square;
    void (*unused)(int columns, int t) = NULL;
    (void)unused;
    for (int i = 0; i < columns; i++)
        row[i] = rows[n - 1][i];
    return (int)(sizeof row / sizeof *row) + row[columns - 1] + (int)(sizeof(int[columns + 1])) + (copy == wide);
}

static int variadic(int n, ...)
{
    return n + counter;
}

static const char *phase_name(void)
{
    switch (phase) {
    case IDLE: return "idle";
    case BUSY: return "busy";
    default: return "done";
    }
}

static double sum(void)
{
    extern real weights[];
    double total = 0;
    for (size_t i = 0; i < number_of_weights(); i++)
        total += WEIGHT(i) * matrix[i / LENGTH][i % LENGTH];
    return total;
}

static void leave(void)
{
    printf("rank %d leaves with %d\n", rank, counter);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Comm_dup(MPI_COMM_WORLD, &communicator);
    atexit(leave);

    CHECK(constant == 12 && *moving == 12 && *fixed_pointer == 3 && b == &a && c[1] == 2 && c[2] == 0 && d == 0);
    CHECK(t[2] == 3 && sizeof t == 3 * sizeof(int) && sizeof u / sizeof *u == 4 && WORDS == 3 && words[2] == text);
    CHECK(strcmp(text, "text") == 0 && strcmp(padded, "padded") == 0 && sizeof(padded) == 16);
    CHECK(pair.y == 5 && pairs[1].x == 3 && list->next == &first && colour == GREEN && either.i == 9);
    CHECK(designated[3] == 30 && corner.y == 2.5 && corners[1] == &origin && corners[0] == &corner && origin.y == 2);
    CHECK(((size_t)aligned & 63) == 0 && aligned[0] == 1 && attributed == 8 && wide >> 40 == 1 && ready && big[0] == 1);
    CHECK(options[1].value == &d && strcmp(title, "grid") == 0 && chosen(-3) == 3 && SECRET == 17 && *ADDRESS_OF(hidden_value) == 17);

    /* Each rank writes its own into everything, then all wait for all. */
    a += rank;
    *options[1].value = rank;
    c[0] = RANK_PLUS(1);
    counter += 10 * rank;
    text[0] = (char)('a' + rank % 26);
    pair.x = pairs[0].x = rank;
    first.value = rank;
    colour = rank % 2 ? RED : GREEN;
    corner.x = rank;
    origin.x += rank;
    corners[0]->y += 1;
    weights[1] += rank;
    phase = rank % 2 ? IDLE : DONE;
    title = words[rank % 2];
    chosen = rank % 2 ? twice : abs;
    table[0] = by_distance;
    lengths[LENGTH] = strlen(text) + rank;
    SECRET += rank;
    columns = 4 + rank % 3;
    wide += rank;
    per_thread += rank;
    big[199999] = rank;
    set_hook(hook);
    everywhere = rank;
    middle.x = 2 * rank;
    middles[1] = &middle;
    for (int i = 0; i <= rank % 5; i++) {
        statics();
        other_statics();
        touch();
        ADVANCE();
    }
    signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
    MPI_Barrier(communicator);

    CHECK(*b == 3 + rank && *fixed_pointer == *b && d == rank + 1 && c[0] == rank + 1);
    CHECK(first.value == rank && list->value == rank && caught == SIGUSR1 && big[199999] == rank);
    int values[4] = {a + 5, a - 1, a, a + 2};
    qsort(values, 4, sizeof *values, by_distance);
    CHECK(values[0] == a && values[1] == a - 1 && values[2] == a + 2 && table[0](values, values + 1) < 0);
    MPI_Type_contiguous(1, MPI_INT, &type);
    MPI_Op_create(add, 1, &operation);
    int mine = rank, all = 0;
    MPI_Allreduce(&mine, &all, 1, MPI_INT, operation, communicator);
    CHECK(all >= size * (size - 1) / 2);
    int square[2][8] = {{0}};
    CHECK(bounds(1, (int (*)[columns])square) == columns + (columns + 1) * (int)sizeof(int) + 1);
    CHECK(shadows(1, 2) == 1 + 2 + 1 + 2 + rank);
    log_line("%d %d %d %s %s %c", a, counter, d, phase_name(), title, text[0]);
    log_line("%d %d %d %d", statics(), other_statics(), touch(), touched);
    log_line("%d %d %d %d", ADVANCE(), grid_touched(), recurse(3), variadic(2, 3, 4));
    log_line("%g %g %d", middle.x, middle.y, everywhere);
    log_line("%g %g %g %g %d", sum(), origin.x, corner.y, last_point.x, call_hook(5));
    log_line("%d %d %zu %d %d", SECRET, chosen(-4), lengths[LENGTH], per_thread, (int)(wide & 0xffff));
    NOTE(pairs[0].x == rank ? "its own" : "another's");
    int total = 0;
    MPI_Reduce(&failures, &total, 1, MPI_INT, MPI_SUM, 0, communicator);
    if (rank == 0)
        printf("%d failures\n", total);
    MPI_Type_free(&type);
    MPI_Op_free(&operation);
    MPI_Comm_free(&communicator);
    MPI_Finalize();
    return failures != 0;
}
