/* Fills its heap, whose size MemoryTest gives: NULL and ENOMEM, nothing is lost, and it works on after freeing. */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>

#include "own.h"

#define MOST 100000

static struct {
    unsigned *memory;
    size_t words;
} blocks[MOST];

static unsigned long state = 88172645463325252ul;

static size_t number(size_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % limit;
}

static int fill(int count)
{
    for (; count < MOST; count++) {
        size_t words = 4 + number(count % 10 == 0 ? 20000 : 200);
        errno = 0;
        unsigned *memory = malloc(words * sizeof *memory);
        if (memory == NULL)
            break;
        for (size_t i = 0; i < words; i++)
            memory[i] = (unsigned)count;
        blocks[count].memory = memory;
        blocks[count].words = words;
    }
    CHECK(count < MOST && errno == ENOMEM);
    return count;
}

static void drop(int at)
{
    for (size_t i = 0; i < blocks[at].words; i++)
        if (blocks[at].memory[i] != (unsigned)at) {
            CHECK(!"a block was overwritten");
            break;
        }
    free(blocks[at].memory);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    size_t heap = strtoul(argv[1], NULL, 0);
    int count = fill(0);
    size_t filled = 0;
    for (int i = 0; i < count; i++)
        filled += blocks[i].words * sizeof(unsigned);
    /* What is left over in pieces, and in headers, is little. */
    CHECK(filled > heap - heap / 8);
    MPI_Barrier(MPI_COMM_WORLD);

    void *memory = &memory;
    errno = 0;
    CHECK(calloc(1000, 1000) == NULL && errno == ENOMEM);
    errno = 0;
    CHECK(realloc(blocks[0].memory, heap / 2) == NULL && errno == ENOMEM);
    errno = 0;
    CHECK(posix_memalign(&memory, 64, 1 << 20) == ENOMEM && memory == &memory && errno == 0);
    CHECK(aligned_alloc(4096, 1 << 20) == NULL && errno == ENOMEM);

    int kept = 0;
    for (int i = 0; i < count; i++) {
        if (i % 2 == 0) {
            drop(i);
        } else if (i > count / 2) {
            drop(i);
        } else {
            kept++;
        }
    }
    for (int i = 0; i < 1000; i++) {
        char *text = strdup("there is room again");
        CHECK(text != NULL);
        free(text);
    }
    memory = malloc(heap / 8);
    CHECK(memory != NULL);
    free(memory);
    for (int i = 1; i <= count / 2; i += 2)
        drop(i);
    /* All of it is in one piece again. */
    memory = malloc(heap / 10 * 9);
    CHECK(memory != NULL);
    free(memory);
    return finish("exhaustion");
}
