/*
 * Mixes of malloc, realloc and free that programs are made of. Prints for each its name, 0 and the nanoseconds that one
 * operation takes, the least of three passes. Uses MPI for nothing: the program is the same with and without it.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t state;

static inline uint64_t number(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Of this thread on a processor: other programs on the machine do not count. */
static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void *get(size_t size) {
    char *memory = malloc(size);
    if (memory == NULL) {
        fprintf(stderr, "mixes: malloc(%zu) failed\n", size);
        exit(1);
    }
    memory[0] = 1;
    memory[size - 1] = 1;
    return memory;
}

static void **blocks;

/* One size, one block at a time. */
static long fixed_pairs(void) {
    for (int i = 0; i < 5000000; i++) {
        void *volatile memory = get(48);
        free(memory);
    }
    return 5000000;
}

/* One size, blocks freed in the order in which they came. */
static long fixed_queue(void) {
    enum { LIVE = 1000, COUNT = 4000000 };
    for (int i = 0; i < LIVE; i++) blocks[i] = get(64);
    for (int i = 0; i < COUNT; i++) {
        free(blocks[i % LIVE]);
        blocks[i % LIVE] = get(64);
    }
    for (int i = 0; i < LIVE; i++) free(blocks[i]);
    return COUNT;
}

/* Small blocks of random sizes, freed at random. */
static long random_of(int live, int count, size_t least, size_t most) {
    for (int i = 0; i < live; i++) blocks[i] = get(least + number() % (most - least));
    for (int i = 0; i < count; i++) {
        int at = (int)(number() % (uint64_t)live);
        free(blocks[at]);
        blocks[at] = get(least + number() % (most - least));
    }
    for (int i = 0; i < live; i++) free(blocks[i]);
    return count + live;
}

static long small_random(void) {
    return random_of(1000, 4000000, 8, 512);
}

/* What falls through small caches: hundreds of KiB live in sizes up to 16 KiB. */
static long middle_random(void) {
    return random_of(1000, 2000000, 64, 16384);
}

static long large_random(void) {
    return random_of(100, 60000, 20000, 400000);
}

/* Millions of live blocks. */
static long many_live(void) {
    return random_of(2000000, 2000000, 16, 200);
}

/* Lists are built and torn down: all blocks, then none. */
static long build_and_drop(void) {
    long operations = 0;
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 200000; i++) blocks[i] = get(16 + (size_t)(i & 7) * 16);
        for (int i = 0; i < 200000; i++) free(blocks[i]);
        operations += 200000;
    }
    return operations;
}

/* Arrays that grow as they are filled: by half, and by a little. */
static long grow(void) {
    long operations = 0;
    for (int round = 0; round < 20000; round++) {
        size_t size = 16;
        char *memory = get(size);
        while (size < 100000) {
            size += size / 2;
            memory = realloc(memory, size);
            if (memory == NULL) exit(1);
            memory[size - 1] = 1;
            operations++;
        }
        free(memory);
    }
    return operations;
}

static long grow_slowly(void) {
    long operations = 0;
    for (int round = 0; round < 200; round++) {
        char *memory = NULL;
        for (size_t size = 100; size < 1000000; size += 1000) {
            memory = realloc(memory, size);
            if (memory == NULL) exit(1);
            memory[size - 1] = 1;
            operations++;
        }
        free(memory);
    }
    return operations;
}

/* Work arrays: large, wholly written, freed after each step. */
static long work_arrays(void) {
    enum { COUNT = 400 };
    for (int i = 0; i < COUNT; i++) {
        char *a = get(3000000), *b = get(1000000), *c = get(200000);
        memset(a, i, 3000000);
        memset(b, i, 1000000);
        memset(c, i, 200000);
        free(a);
        free(b);
        free(c);
    }
    return COUNT * 3;
}

static long zeroed(void) {
    enum { COUNT = 1000000 };
    for (int i = 0; i < COUNT; i++) {
        int at = i % 1000;
        if (i >= 1000) free(blocks[at]);
        blocks[at] = calloc(1 + number() % 20, 24);
        if (blocks[at] == NULL) exit(1);
        *(char *)blocks[at] = 1;
    }
    for (int i = 0; i < 1000; i++) free(blocks[i]);
    return COUNT;
}

static long aligned(void) {
    enum { COUNT = 1000000 };
    for (int i = 0; i < COUNT; i++) {
        int at = i % 1000;
        if (i >= 1000) free(blocks[at]);
        if (posix_memalign(&blocks[at], 64, 64 + number() % 2000) != 0) exit(1);
        *(char *)blocks[at] = 1;
    }
    for (int i = 0; i < 1000; i++) free(blocks[i]);
    return COUNT;
}

static const struct {
    const char *name;
    long (*run)(void);
} mixes[] = {
    {"fixed-pairs", fixed_pairs},       {"fixed-queue", fixed_queue},   {"small-random", small_random},
    {"middle-random", middle_random},   {"large-random", large_random}, {"build-and-drop", build_and_drop},
    {"grow", grow},                     {"grow-slowly", grow_slowly},   {"work-arrays", work_arrays},
    {"zeroed", zeroed},                 {"aligned", aligned},           {"many-live", many_live},
};

/* mixes [NAME]: all of them, or one. */
int main(int argc, char **argv) {
    blocks = calloc(2000000, sizeof *blocks);
    for (size_t i = 0; i < sizeof mixes / sizeof *mixes; i++) {
        if (argc > 1 && strcmp(argv[1], mixes[i].name) != 0) continue;
        double least = 0;
        for (int pass = 0; pass < 3; pass++) {
            state = 88172645463325252ul;
            double start = seconds();
            long operations = mixes[i].run();
            double each = (seconds() - start) / (double)operations;
            if (pass == 0 || each < least) least = each;
        }
        printf("%s 0 %.2f ns\n", mixes[i].name, least * 1e9);
        fflush(stdout);
    }
    return 0;
}
