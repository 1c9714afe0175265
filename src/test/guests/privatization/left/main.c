/*
 * What `flotilla refactor` leaves alone, each for another reason, and functions that can't get one more parameter. The
 * program prints the same before and after.
 */
#include "elsewhere.h"
#include <mpi.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int from_header = 4;
volatile int flag;
static int pointed;
static int *volatile points = &pointed;
__attribute__((section("mine"))) int sectioned = 3;
static int thread_count, thread_inner;
static int pasted = 3, pasted_calls;
static int started_by_pointer;
static int summed;
static int old_counter = 3;
static int in_macro = 2;
static int made = 5;
#define INITIALLY(value) = value
static int by_macro INITIALLY(6);
#define SHORT_LIVED 7
static int short_lived = SHORT_LIVED;
#undef SHORT_LIVED

#define GETTER(name) static int get_##name(void) { return made; }
GETTER(made)
#define SHOW(v) print_##v(v)
#define DECLARE(name) static int name
#define APPLY(f, x) f(x)
#define NAME call_it
DECLARE(declared) = 3;

struct flexible {
    int n;
    char s[];
};
static struct flexible flexible = {2, "ab"};

static int print_pasted(int v) { return v + pasted_calls++; }
int old(a, b) int a; char *b; { return a + old_counter + (int)strlen(b); }
int empty() { return old_counter; }
static void inner(void) { thread_inner++; }

static void *work(void *x)
{
    thread_count++;
    inner();
    return x;
}

static void *other_work(void *x)
{
    started_by_pointer++;
    return x;
}

static void in_thread(void *(*function)(void *))
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, function, NULL) == 0)
        pthread_join(thread, NULL);
}

static int labels(int i)
{
    static void *targets[] = {&&one, &&two};
    goto *targets[i];
one:
    return 1;
two:
    return 2;
}

static int call_it(int x) { return x + in_macro; }

static const char *here(void)
{
    static const char *name = __func__;
    return name;
}

int main(void)
{
    MPI_Init(NULL, NULL);
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, NULL) == 0)
        pthread_join(thread, NULL);
    in_thread(other_work);
#pragma omp parallel for reduction(+:summed)
    for (int i = 0; i < 3; i++)
        summed += i;
    flag = 1;
    printf("%d %d %d %d %d %d %d\n", from_header, *points, sectioned, thread_count, thread_inner, started_by_pointer, summed);
    printf("%d %d %d\n", SHOW(pasted), by_macro, short_lived);
    printf("%d %d %d %d %s\n", old(1, "abc"), empty(), get_made(), declared, flexible.s);
    printf("%d %d %d %s\n", labels(1), APPLY(call_it, 1), NAME(2), here());
    MPI_Finalize();
    return 0;
}
