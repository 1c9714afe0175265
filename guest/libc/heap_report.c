/*
 * mallinfo, malloc_stats and malloc_info: the heap described in numbers.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <stdio.h>

#include "flotilla.h"
#include "heap_chunk.h"
#include "names.h"

static size_t cached_bytes(size_t *blocks) {
    size_t bytes = 0;
    *blocks = 0;
    for (size_t class = 0; class < CACHE_CLASSES; class++) {
        *blocks += flotilla_heap.cache[class].count;
        bytes += flotilla_heap.cache[class].count * class * GRANULE;
    }
    return bytes;
}

struct mallinfo2 flotilla_mallinfo2(void) {
    const struct heap *heap = &flotilla_heap;
    struct mallinfo2 info = {0};
    heap_lock();
    size_t end = (size_t)((heap->fresh > heap->top ? heap->fresh : heap->top) - heap->start);
    info.arena = end;
    info.fsmblks = cached_bytes(&info.smblks);
    info.keepcost = end - (size_t)(heap->top - heap->start);
    info.fordblks = heap->free_listed + info.fsmblks + info.keepcost;
    info.uordblks = end - info.fordblks;
    info.ordblks = 1; /* the free memory at the top */
    for (unsigned i = 0; i < FIRST_LEVELS * SECOND_LEVELS; i++) {
        const struct chunk *chunk = flotilla_heap_lists[i / SECOND_LEVELS][i % SECOND_LEVELS];
        for (; chunk != NULL; chunk = chunk->older) info.ordblks++;
    }
    heap_unlock();
    return info;
}

struct mallinfo flotilla_mallinfo(void) {
    struct mallinfo2 wide = flotilla_mallinfo2();
    return (struct mallinfo){
        .arena = (int)wide.arena,
        .ordblks = (int)wide.ordblks,
        .smblks = (int)wide.smblks,
        .fsmblks = (int)wide.fsmblks,
        .uordblks = (int)wide.uordblks,
        .fordblks = (int)wide.fordblks,
        .keepcost = (int)wide.keepcost,
    };
}

void flotilla_malloc_stats(void) {
    struct mallinfo2 info = flotilla_mallinfo2();
    fprintf(stderr, "Arena 0:\nsystem bytes     = %10zu\nin use bytes     = %10zu\n", info.arena, info.uordblks);
    fprintf(stderr, "Total (incl. mmap):\nsystem bytes     = %10zu\nin use bytes     = %10zu\n", info.arena,
            info.uordblks);
    fprintf(stderr, "max mmap regions = %10u\nmax mmap bytes   = %10lu\n", 0u, 0ul);
}

int flotilla_malloc_info(int options, FILE *stream) {
    if (options != 0) return EINVAL;
    struct mallinfo2 info = flotilla_mallinfo2();
    fprintf(stream,
            "<malloc version=\"1\">\n<heap nr=\"0\">\n<total type=\"fast\" count=\"%zu\" size=\"%zu\"/>\n"
            "<total type=\"rest\" count=\"%zu\" size=\"%zu\"/>\n<system type=\"current\" size=\"%zu\"/>\n</heap>\n"
            "</malloc>\n",
            info.smblks, info.fsmblks, info.ordblks, info.fordblks - info.fsmblks, info.arena);
    return 0;
}

FLOTILLA_NAMES(flotilla_malloc_stats, malloc_stats)
FLOTILLA_NAMES(flotilla_malloc_info, malloc_info)
FLOTILLA_NAMES(flotilla_mallinfo, mallinfo, __libc_mallinfo)
FLOTILLA_NAMES(flotilla_mallinfo2, mallinfo2, __libc_mallinfo2)
