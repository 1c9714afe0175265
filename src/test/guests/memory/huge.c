/* Large blocks get huge pages, which are touched with few faults; nothing that is in no block is in a page of the rank's.
 * The argument says how large. Needs a system that has huge pages for whoever asks. */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/resource.h>

#include "own.h"

#define PAGE 4096ul
#define HUGE_PAGE (2ul << 20)
#define BYTES (64ul << 20)

/* Of this thread. */
static long faults(void)
{
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_minflt;
}

static long faults_of(size_t size)
{
    static char *blocks[BYTES / HUGE_PAGE];
    size_t count = BYTES / size;
    for (size_t i = 0; i < count; i++)
        blocks[i] = calloc(1, size);
    long before = faults();
    for (size_t i = 0; i < count; i++)
        for (size_t at = 0; at < size; at += PAGE)
            blocks[i][at]++;
    long made = faults() - before;
    /* What lies behind the last one belongs to no block. */
    unsigned char present[HUGE_PAGE / PAGE];
    char *beyond = (char *)(((uintptr_t)blocks[count - 1] + size + 2 * PAGE) & -PAGE);
    CHECK_EQUAL(mincore(beyond, HUGE_PAGE, present), 0);
    for (size_t i = 0; i < HUGE_PAGE / PAGE; i++)
        CHECK(!(present[i] & 1));
    return made;
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    size_t size = strtoul(argv[1], NULL, 10);
    CHECK(faults_of(size) < (long)(BYTES / PAGE / 2));
    return finish("huge");
}
