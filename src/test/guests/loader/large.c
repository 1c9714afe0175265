/*
 * 300 MB of static arrays per rank, of which a few pages are touched: the rest costs no memory.
 *
 * test: ranks 1 2
 * test: flotilla-ranks 64
 */
#include "../support/check.h"

static char large[300 << 20];

int main(int argc, char **argv)
{
    start(&argc, &argv);
    for (size_t i = 0; i < sizeof large; i += 32 << 20)
        large[i] = (char)(check_rank + 1);
    MPI_Barrier(MPI_COMM_WORLD);
    int sum = 0;
    for (size_t i = 0; i < sizeof large; i += 32 << 20)
        sum += large[i];
    CHECK_EQUAL(sum, 10 * (check_rank + 1));
    CHECK_EQUAL(large[sizeof large - 1], 0);

    /* What the kernel says is resident: under Flotilla that is all ranks together. */
    FILE *file = fopen("/proc/self/statm", "r");
    long pages = 0, resident = 0;
    if (file != NULL && fscanf(file, "%ld %ld", &pages, &resident) == 2)
        CHECK(resident < (1 << 30) / 4096);
    if (file != NULL)
        fclose(file);
    return finish("large static arrays");
}
