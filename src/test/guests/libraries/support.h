/* What programs with libraries have in common. */
#ifndef LIBRARIES_SUPPORT_H
#define LIBRARIES_SUPPORT_H

#include "../support/interleave.h"

/* Rank 0 makes a folder, and all get its name. */
__attribute__((unused)) static const char *make_folder(void)
{
    static char name[40];
    strcpy(name, "/tmp/flotilla-libraries-XXXXXX");
    if (check_rank == 0)
        CHECK(mkdtemp(name) != NULL);
    MPI_Bcast(name, sizeof name, MPI_CHAR, 0, MPI_COMM_WORLD);
    return name;
}

/* Sends a block to the next rank in the ring, and answers the one that came from the previous, with its size. */
__attribute__((unused)) static void *pass_on(const void *data, int size, int *received)
{
    int next = (check_rank + 1) % check_size, previous = (check_rank + check_size - 1) % check_size;
    MPI_Sendrecv(&size, 1, MPI_INT, next, 1, received, 1, MPI_INT, previous, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    char *block = (char *)malloc((size_t)*received + 1);
    MPI_Sendrecv(data, size, MPI_BYTE, next, 2, block, *received, MPI_BYTE, previous, 2, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
    block[*received] = '\0';
    return block;
}

#endif
