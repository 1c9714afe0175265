/*
 * Prints the memory of its process in KiB when all ranks are there and have done nothing: what is not shared with files
 * (RssAnon), and everything, each page once however many ranks map it (Pss), with the page tables (VmPTE).
 */
#include <mpi.h>
#include <stdio.h>

static long value(const char *path, const char *name)
{
    char line[200], format[40];
    long kilobytes = -1;
    FILE *file = fopen(path, "r");
    snprintf(format, sizeof format, "%s: %%ld", name);
    while (kilobytes < 0 && fgets(line, sizeof line, file) != NULL)
        sscanf(line, format, &kilobytes);
    fclose(file);
    return kilobytes;
}

int main(int argc, char **argv)
{
    int rank;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 0)
        printf("%ld %ld\n", value("/proc/self/status", "RssAnon"),
               value("/proc/self/smaps_rollup", "Pss") + value("/proc/self/status", "VmPTE"));
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Finalize();
    return 0;
}
