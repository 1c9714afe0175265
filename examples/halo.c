/*
 * A two-dimensional halo exchange, corners included, on a periodic grid of ranks: each rank owns a block of cells and
 * receives one layer from its eight neighbours through vector and subarray types and MPI_Neighbor_alltoallw. Every
 * halo cell is then compared with the owner's number for it.
 *
 * usage: halo [ROWS COLUMNS]     cells per rank (default 6 4)
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

static int rows = 6, columns = 4;
static int dims[2], place[2];

/* What the owner of cell (row, column) of the whole, periodic grid wrote into it. */
static int number_of(int row, int column)
{
    int all_rows = rows * dims[0], all_columns = columns * dims[1];
    row = (row % all_rows + all_rows) % all_rows;
    column = (column % all_columns + all_columns) % all_columns;
    return row * all_columns + column;
}

/* Along one dimension: the first cell and how many of them a message towards `direction` carries, or fills. */
static void slab(int direction, int cells, int receiving, int *start, int *length)
{
    *length = direction == 0 ? cells : 1;
    if (direction == 0)
        *start = 1;
    else if (direction < 0)
        *start = receiving ? 0 : 1;
    else
        *start = receiving ? cells + 1 : cells;
}

int main(int argc, char **argv)
{
    int rank, size, periods[2] = {1, 1};

    MPI_Init(&argc, &argv);
    if (argc > 2) {
        rows = atoi(argv[1]);
        columns = atoi(argv[2]);
    }
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Comm cartesian, neighbourhood;
    MPI_Dims_create(size, 2, dims);
    MPI_Cart_create(MPI_COMM_WORLD, 2, dims, periods, 0, &cartesian);
    MPI_Comm_rank(cartesian, &rank);
    MPI_Cart_coords(cartesian, rank, 2, place);

    int whole[2] = {rows + 2, columns + 2};
    int *cells = malloc(sizeof *cells * whole[0] * whole[1]);
    for (int i = 0; i < whole[0]; i++)
        for (int j = 0; j < whole[1]; j++)
            cells[i * whole[1] + j] = i >= 1 && i <= rows && j >= 1 && j <= columns
                                          ? number_of(place[0] * rows + i - 1, place[1] * columns + j - 1)
                                          : -1;

    int to[8], from[8], counts[8], n = 0;
    MPI_Aint displacements[8] = {0};
    MPI_Datatype sent[8], received[8];
    for (int dx = -1; dx <= 1; dx++) {
        for (int dy = -1; dy <= 1; dy++) {
            if (dx == 0 && dy == 0)
                continue;
            int there[2] = {place[0] + dx, place[1] + dy}, back[2] = {place[0] - dx, place[1] - dy};
            MPI_Cart_rank(cartesian, there, &to[n]);
            MPI_Cart_rank(cartesian, back, &from[n]);
            int start[2], length[2];
            slab(dx, rows, 0, &start[0], &length[0]);
            slab(dy, columns, 0, &start[1], &length[1]);
            MPI_Type_create_subarray(2, whole, length, start, MPI_ORDER_C, MPI_INT, &sent[n]);
            /* What was sent towards (dx, dy) comes from the neighbour on the other side. */
            slab(-dx, rows, 1, &start[0], &length[0]);
            slab(-dy, columns, 1, &start[1], &length[1]);
            MPI_Type_create_subarray(2, whole, length, start, MPI_ORDER_C, MPI_INT, &received[n]);
            MPI_Type_commit(&sent[n]);
            MPI_Type_commit(&received[n]);
            counts[n++] = 1;
        }
    }
    MPI_Dist_graph_create_adjacent(cartesian, n, from, MPI_UNWEIGHTED, n, to, MPI_UNWEIGHTED, MPI_INFO_NULL, 0,
                                   &neighbourhood);
    MPI_Neighbor_alltoallw(cells, counts, displacements, sent, cells, counts, displacements, received, neighbourhood);

    int wrong = 0, all_wrong;
    for (int i = 0; i < whole[0]; i++)
        for (int j = 0; j < whole[1]; j++)
            wrong += cells[i * whole[1] + j] != number_of(place[0] * rows + i - 1, place[1] * columns + j - 1);
    MPI_Allreduce(&wrong, &all_wrong, 1, MPI_INT, MPI_SUM, cartesian);
    if (rank == 0)
        printf("%d ranks of %dx%d cells: %d wrong halo cells: %s\n", size, rows, columns, all_wrong,
               all_wrong ? "WRONG" : "correct");

    for (int i = 0; i < n; i++) {
        MPI_Type_free(&sent[i]);
        MPI_Type_free(&received[i]);
    }
    free(cells);
    MPI_Comm_free(&neighbourhood);
    MPI_Comm_free(&cartesian);
    MPI_Finalize();
    return all_wrong != 0;
}
