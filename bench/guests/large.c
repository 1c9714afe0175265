/*
 * A program with ten megabytes of code and constants and a little data, all of which each rank has read or written when it waits:
 * what a rank of a large program takes. usage: large input    as idle.c: waits until its input ends
 */
#include <mpi.h>
#include <stdio.h>
#include <string.h>

#define CODE (5 << 20)
#define CONSTANTS (5 << 20)
#define DATA (64 << 10)

__asm__(".text\n"
        "code_of_large: .fill 5242880, 1, 0x90\n"
        ".section .rodata\n"
        "constants_of_large: .fill 5242880, 1, 0x55\n"
        ".previous\n");
extern const char code_of_large[], constants_of_large[];
char data[DATA] = {1};

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    volatile long sum = 0;
    for (long i = 0; i < CODE; i += 4096)
        sum += code_of_large[i];
    for (long i = 0; i < CONSTANTS; i += 4096)
        sum += constants_of_large[i];
    for (long i = 0; i < DATA; i += 4096)
        data[i]++;
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 0) {
        puts("ready");
        fflush(stdout);
        while (getchar() != EOF)
            ;
    }
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Finalize();
    return argc > 1 && strcmp(argv[1], "input") == 0 ? 0 : sum == 0;
}
