/* The allocator under a long random mix of its whole family, while ranks interleave: blocks keep their contents, are
 * aligned, and overlap neither each other nor another rank's.
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <stdint.h>

#include "../support/check.h"

#define BLOCKS 400

static struct block {
    unsigned char *memory;
    size_t size, alignment;
    unsigned char byte;
} blocks[BLOCKS];

static uint64_t state;

static uint64_t number(uint64_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % limit;
}

/* Mostly small, seldom up to a megabyte: each power of two is as likely as the next. */
static size_t random_size(void)
{
    size_t most = (size_t)1 << number(number(20) == 0 ? 21 : 11);
    return number(most) + 1;
}

static int is_filled(const struct block *block, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (block->memory[i] != block->byte)
            return 0;
    return 1;
}

static void fill(struct block *block)
{
    /* Neighbours differ, and so do ranks. */
    block->byte = (unsigned char)(number(250) + 1 + check_rank);
    memset(block->memory, block->byte, block->size);
}

static int is_free_of_others(const struct block *block)
{
    for (int i = 0; i < BLOCKS; i++) {
        const struct block *other = &blocks[i];
        if (other != block && other->memory != NULL && block->memory < other->memory + other->size &&
            other->memory < block->memory + block->size)
            return 0;
    }
    return 1;
}

static void get(struct block *block)
{
    block->size = random_size();
    block->alignment = 16;
    void *memory = NULL;
    switch (number(8)) {
    case 0:
        memory = calloc(block->size, 1);
        block->byte = 0;
        block->memory = memory;
        CHECK(memory != NULL && is_filled(block, block->size));
        break;
    case 1:
        block->alignment = (size_t)16 << number(12);
        CHECK_EQUAL(posix_memalign(&memory, block->alignment, block->size), 0);
        break;
    case 2:
        block->alignment = (size_t)16 << number(8);
        memory = aligned_alloc(block->alignment, block->size);
        break;
    case 3:
        block->alignment = 4096;
        memory = number(2) ? valloc(block->size) : memalign(4096, block->size);
        break;
    case 4: memory = realloc(NULL, block->size); break;
    case 5: memory = reallocarray(NULL, block->size, 1); break;
    default: memory = malloc(block->size);
    }
    block->memory = memory;
    CHECK(memory != NULL && malloc_usable_size(memory) >= block->size);
    CHECK_EQUAL((uintptr_t)memory % block->alignment, 0);
    CHECK(is_free_of_others(block));
    fill(block);
}

static void step(void)
{
    struct block *block = &blocks[number(BLOCKS)];
    if (block->memory == NULL) {
        get(block);
        return;
    }
    CHECK(is_filled(block, block->size));
    if (number(3) != 0) {
        errno = 4711;
        free(block->memory);
        CHECK_EQUAL(errno, 4711);
        block->memory = NULL;
        return;
    }
    size_t size = random_size();
    block->memory = realloc(block->memory, size);
    CHECK(block->memory != NULL && malloc_usable_size(block->memory) >= size);
    CHECK_EQUAL((uintptr_t)block->memory % 16, 0);
    CHECK(is_filled(block, size < block->size ? size : block->size));
    block->size = size;
    CHECK(is_free_of_others(block));
    fill(block);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    state = 88172645463325252ul + (uint64_t)check_rank * 1234567;
    int steps = 200000 / (check_size < 8 ? 8 : check_size);
    for (int i = 0; i < steps; i++) {
        step();
        if (i % 500 == 0)
            MPI_Barrier(MPI_COMM_WORLD);
        if (i % 5000 == 4999)
            malloc_trim(0);
    }
    for (int i = 0; i < BLOCKS; i++) {
        if (blocks[i].memory != NULL)
            CHECK(is_filled(&blocks[i], blocks[i].size));
        free(blocks[i].memory);
    }
    return finish("soak");
}
