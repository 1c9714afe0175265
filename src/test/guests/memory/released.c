/* What is freed goes back to the system: resident memory falls, whatever the sizes and the order. */
#define _GNU_SOURCE
#include <malloc.h>
#include <sys/mman.h>

#include "own.h"

#define BYTES (100ul << 20)
/* So much may be kept for what is allocated next. */
#define KEPT (36l << 20)

static void *blocks[BYTES / 100];

static long resident(void)
{
    long size, pages;
    FILE *file = fopen("/proc/self/statm", "r");
    if (fscanf(file, "%ld %ld", &size, &pages) != 2)
        pages = -1;
    fclose(file);
    return pages * 4096;
}

/* Fills the memory with blocks of a size, frees them in some order; answers how much of it is resident then. */
static long left_of(size_t size, unsigned long stride)
{
    size_t count = BYTES / size;
    long before = resident();
    for (size_t i = 0; i < count; i++) {
        blocks[i] = malloc(size);
        memset(blocks[i], 1, size);
    }
    CHECK(resident() - before > (long)BYTES / 10 * 9 - KEPT);
    for (size_t i = 0; i < count; i++)
        free(blocks[i * stride % count]);
    return resident() - before;
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    /* One rank after the other: they share the process. */
    for (int turn = 0; turn < check_size; turn++) {
        MPI_Barrier(MPI_COMM_WORLD);
        if (turn != check_rank)
            continue;
        /* At first little is kept; later more, by programs that free and allocate much all the time. */
        long start = resident();
        CHECK(left_of(5000, 1) < (long)BYTES / 5);
        const size_t sizes[] = {104, 5000, 3000000, BYTES};
        for (int i = 0; i < 4; i++) {
            CHECK(left_of(sizes[i], 1) < KEPT);
            /* Small blocks that are freed at random wait for malloc_trim, until what is freed next joins their pages. */
            left_of(sizes[i], sizes[i] > 10000 ? 1 : 7919);
            if (sizes[i] < 1000)
                malloc_trim(0);
            CHECK(resident() - start < KEPT);
        }
        /* Between blocks that stay. */
        size_t count = BYTES / 10000;
        long before = resident();
        for (size_t i = 0; i < count; i++) {
            blocks[i] = malloc(i % 100 == 0 ? 100 : 10000);
            memset(blocks[i], 1, 100);
            if (i % 100 != 0)
                memset(blocks[i], 1, 10000);
        }
        for (size_t i = 0; i < count; i++)
            if (i % 100 != 0)
                free(blocks[i]);
        malloc_trim(0);
        CHECK(resident() - before < (long)BYTES / 10);
        /* The pages of a freed block hold nothing. */
        char *large = malloc(BYTES);
        memset(large, 1, BYTES);
        char *middle = (char *)(((uintptr_t)large + BYTES / 2) & -4096ul);
        free(large);
        malloc_trim(0);
        unsigned char in_memory[4] = {1, 1, 1, 1};
        CHECK(mincore(middle, 4 * 4096, in_memory) == 0 && !(in_memory[0] & 1) && !(in_memory[3] & 1));
        for (size_t i = 0; i < count; i += 100)
            free(blocks[i]);
    }
    return finish("released");
}
