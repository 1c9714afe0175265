/*
 * Random numbers: each rank sees the sequence that it would see alone, whether it seeds or not.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/interleave.h"

/* Prints sequences, which MPICH's processes print as well; ranks take turns between any two numbers. */
static void show(const char *what, long (*next)(void))
{
    char line[200];
    int length = snprintf(line, sizeof line, "rank %d %s:", check_rank, what);
    for (int i = 0; i < 6; i++) {
        length += snprintf(line + length, sizeof line - (size_t)length, " %ld", next());
        if (check_rank % 3 == 1)
            next();
        interleave();
    }
    printf("%s\n", line);
}

static long next_rand(void) { return rand(); }
static long next_random(void) { return random(); }
static long next_lrand48(void) { return lrand48(); }
static long next_mrand48(void) { return mrand48(); }
static long next_drand48(void) { return (long)(drand48() * 1e15); }

int main(int argc, char **argv)
{
    static char state[128], small[32];
    start(&argc, &argv);
    show("rand without a seed", next_rand);
    show("drand48 without a seed", next_drand48);
    srand((unsigned)check_rank % 4);
    interleave();
    show("rand", next_rand);
    srandom(100u + (unsigned)check_rank % 4);
    interleave();
    show("random", next_random);
    char *first = initstate((unsigned)check_rank % 4, check_rank % 2 ? state : small, check_rank % 2 ? sizeof state : sizeof small);
    interleave();
    show("initstate", next_random);
    setstate(first);
    interleave();
    show("setstate", next_random);
    srand48(check_rank % 4);
    interleave();
    show("drand48", next_drand48);
    show("lrand48", next_lrand48);
    unsigned short seed[3] = {(unsigned short)check_rank % 4, 2, 3};
    unsigned short *old = seed48(seed);
    unsigned short copy[3] = {old[0], old[1], old[2]};
    interleave();
    CHECK(memcmp(copy, old, sizeof copy) == 0);
    show("seed48", next_mrand48);
    unsigned short parameters[7] = {1, 2, 3, (unsigned short)(check_rank % 4), 5, 6, 7};
    lcong48(parameters);
    interleave();
    show("lcong48", next_lrand48);
    return finish("random");
}
