/*
 * malloc_stats and malloc_info: the heap described to a person.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <stdio.h>

#include "flotilla.h"
#include "names.h"

void flotilla_malloc_stats(void) {
    struct mallinfo2 info = mallinfo2();
    fprintf(stderr, "Arena 0:\nsystem bytes     = %10zu\nin use bytes     = %10zu\n", info.arena, info.uordblks);
    fprintf(stderr, "Total (incl. mmap):\nsystem bytes     = %10zu\nin use bytes     = %10zu\n", info.arena,
            info.uordblks);
    fprintf(stderr, "max mmap regions = %10u\nmax mmap bytes   = %10lu\n", 0u, 0ul);
}

int flotilla_malloc_info(int options, FILE *stream) {
    if (options != 0) return EINVAL;
    struct mallinfo2 info = mallinfo2();
    fprintf(stream,
            "<malloc version=\"1\">\n<heap nr=\"0\">\n<total type=\"fast\" count=\"%zu\" size=\"%zu\"/>\n"
            "<total type=\"rest\" count=\"%zu\" size=\"%zu\"/>\n<system type=\"current\" size=\"%zu\"/>\n</heap>\n"
            "</malloc>\n",
            info.smblks, info.fsmblks, info.ordblks, info.fordblks - info.fsmblks, info.arena);
    return 0;
}

FLOTILLA_NAMES(flotilla_malloc_stats, malloc_stats)
FLOTILLA_NAMES(flotilla_malloc_info, malloc_info)
