/*
 * Calls what most MPI programs call. libexec/aot-cache runs it to learn which classes a job loads: what is not called here
 * works as well, and takes some milliseconds longer the first time.
 */
#include <flotilla.h>
#include <mpi.h>
#include <stdio.h>
#include <unistd.h>

static int rank, size;

static void messages(void)
{
    int next = (rank + 1) % size, previous = (rank + size - 1) % size;
    double sent[4000] = {0}, received[4000];
    MPI_Request requests[2];
    MPI_Status statuses[2];
    int there, count;

    for (int n = 1; n <= 4000; n *= 10) {
        if (rank % 2 == 0) {
            MPI_Send(sent, n, MPI_DOUBLE, next, n, MPI_COMM_WORLD);
            MPI_Recv(received, n, MPI_DOUBLE, previous, n, MPI_COMM_WORLD, statuses);
        } else {
            MPI_Probe(previous, n, MPI_COMM_WORLD, statuses);
            MPI_Get_count(statuses, MPI_DOUBLE, &count);
            MPI_Recv(received, count, MPI_DOUBLE, MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
            MPI_Send(sent, n, MPI_DOUBLE, next, n, MPI_COMM_WORLD);
        }
        MPI_Irecv(received, n, MPI_DOUBLE, previous, 0, MPI_COMM_WORLD, requests);
        MPI_Isend(sent, n, MPI_DOUBLE, next, 0, MPI_COMM_WORLD, requests + 1);
        MPI_Waitall(2, requests, statuses);
        MPI_Irecv(received, n, MPI_DOUBLE, previous, 0, MPI_COMM_WORLD, requests);
        MPI_Isend(sent, n, MPI_DOUBLE, next, 0, MPI_COMM_WORLD, requests + 1);
        MPI_Wait(requests, statuses);
        do
            MPI_Test(requests + 1, &there, statuses);
        while (!there);
        MPI_Sendrecv(sent, n, MPI_DOUBLE, next, 0, received, n, MPI_DOUBLE, previous, 0, MPI_COMM_WORLD, statuses);
    }
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, statuses);
}

static void collectives(void)
{
    int one = rank, all[64], counts[64], places[64];
    double sum, part = rank;

    for (int i = 0; i < size; i++) {
        counts[i] = 1;
        places[i] = i;
    }
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Bcast(&one, 1, MPI_INT, 0, MPI_COMM_WORLD);
    MPI_Reduce(&part, &sum, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
    MPI_Allreduce(&part, &sum, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    MPI_Gather(&one, 1, MPI_INT, all, 1, MPI_INT, 0, MPI_COMM_WORLD);
    MPI_Gatherv(&one, 1, MPI_INT, all, counts, places, MPI_INT, 0, MPI_COMM_WORLD);
    MPI_Scatter(all, 1, MPI_INT, &one, 1, MPI_INT, 0, MPI_COMM_WORLD);
    MPI_Scatterv(all, counts, places, MPI_INT, &one, 1, MPI_INT, 0, MPI_COMM_WORLD);
    MPI_Allgather(&one, 1, MPI_INT, all, 1, MPI_INT, MPI_COMM_WORLD);
    MPI_Allgatherv(&one, 1, MPI_INT, all, counts, places, MPI_INT, MPI_COMM_WORLD);
    for (int i = 0; i < size; i++)
        places[i] = i;
    MPI_Alltoall(places, 1, MPI_INT, all, 1, MPI_INT, MPI_COMM_WORLD);
    MPI_Scan(&one, all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
}

static void objects(void)
{
    int dims[2] = {0, 0}, periods[2] = {1, 1}, place[2], source, destination;
    MPI_Comm copy, half, grid;
    MPI_Datatype column, row;
    double block[16] = {0};

    MPI_Comm_dup(MPI_COMM_WORLD, &copy);
    MPI_Comm_split(copy, rank % 2, rank, &half);
    MPI_Dims_create(size, 2, dims);
    MPI_Cart_create(MPI_COMM_WORLD, 2, dims, periods, 0, &grid);
    MPI_Cart_coords(grid, rank, 2, place);
    MPI_Cart_shift(grid, 0, 1, &source, &destination);
    MPI_Type_vector(4, 1, 4, MPI_DOUBLE, &column);
    MPI_Type_commit(&column);
    MPI_Type_contiguous(4, MPI_DOUBLE, &row);
    MPI_Type_commit(&row);
    MPI_Sendrecv(block, 1, column, destination, 0, block + 8, 1, row, source, 0, grid, MPI_STATUS_IGNORE);
    MPI_Type_free(&row);
    MPI_Type_free(&column);
    MPI_Comm_free(&grid);
    MPI_Comm_free(&half);
    MPI_Comm_free(&copy);
}

/* What halos and particles are sent as. */
static void datatypes(void)
{
    int whole[3] = {6, 6, 6}, part[3] = {4, 4, 4}, start[3] = {1, 1, 1}, lengths[3] = {1, 2, 3}, places[3] = {0, 4, 9};
    int other = rank ^ 1;
    MPI_Aint bytes[3] = {0, 64, 128};
    MPI_Datatype kinds[3] = {MPI_INT, MPI_DOUBLE, MPI_CHAR}, types[6], resized;
    static double from[6 * 6 * 6], to[6 * 6 * 6];
    MPI_Request requests[2];

    for (int d = 0; d < 3; d++) {
        part[d] = 1;
        MPI_Type_create_subarray(3, whole, part, start, MPI_ORDER_C, MPI_DOUBLE, &types[d]);
        part[d] = 4;
    }
    MPI_Type_indexed(3, lengths, places, MPI_DOUBLE, &types[3]);
    MPI_Type_create_hvector(3, 1, 32, MPI_INT, &types[4]);
    MPI_Type_create_struct(3, lengths, bytes, kinds, &resized);
    MPI_Type_create_resized(resized, 0, 160, &types[5]);
    MPI_Type_free(&resized);
    for (int i = 0; i < 6; i++) {
        MPI_Type_commit(&types[i]);
        if (other < size) {
            MPI_Irecv(to, 1, types[i], other, i, MPI_COMM_WORLD, &requests[0]);
            MPI_Isend(from, 1, types[i], other, i, MPI_COMM_WORLD, &requests[1]);
            MPI_Waitall(2, requests, MPI_STATUSES_IGNORE);
        }
        MPI_Type_free(&types[i]);
    }
}

/* From node to node, where there are several. */
static void moves(void)
{
    for (int i = 0; i < 4; i++) {
        int pes;
        AMPI_Num_pes(&pes);
        AMPI_Migrate_to_pe((rank + i) % pes);
        MPI_Barrier(MPI_COMM_WORLD);
    }
}

int main(int argc, char **argv)
{
    char name[MPI_MAX_PROCESSOR_NAME];
    int length;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Get_processor_name(name, &length);
    double begin = MPI_Wtime();
    messages();
    collectives();
    objects();
    datatypes();
    moves();
    usleep(500000); /* Other commands find a job that has run for a while. */
    printf("rank %d of %d on %s: %g s\n", rank, size, name, MPI_Wtime() - begin);
    MPI_Finalize();
    return 0;
}
