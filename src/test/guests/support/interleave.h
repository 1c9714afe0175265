/*
 * Lets all ranks run in turns, so that state which two of them share is overwritten before it is looked at again.
 */
#ifndef INTERLEAVE_H
#define INTERLEAVE_H

#include "check.h"

__attribute__((unused)) static void interleave(void)
{
    for (int i = 0; i < 3; i++) {
        int out = check_rank, in = -1;
        MPI_Sendrecv(&out, 1, MPI_INT, (check_rank + 1) % check_size, 5, &in, 1, MPI_INT, (check_rank + check_size - 1) % check_size, 5,
                     MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        CHECK_EQUAL(in, (check_rank + check_size - 1) % check_size);
        MPI_Barrier(MPI_COMM_WORLD);
    }
}

#endif
