/*
 * Poisson's equation on the unit cube by Jacobi's iteration: seven-point stencil, zero on the boundary, the box cut
 * into one block per rank, one layer of cells exchanged with the six neighbours in every iteration.
 *
 * The right-hand side is sin(pi x) sin(pi y) sin(pi z), an eigenvector of the discrete operator, and the start is zero.
 * So the residual after k iterations is known exactly: it shrinks by the factor
 *     (cos(pi hx)/hx^2 + cos(pi hy)/hy^2 + cos(pi hz)/hz^2) / (1/hx^2 + 1/hy^2 + 1/hz^2)
 * in each. The program compares, and says "correct" or "WRONG".
 *
 * usage: jacobi3d [-g N | -g NXxNYxNZ] [-i ITERATIONS] [-r REPORT_EVERY] [-q]
 *     -g  interior points of the grid (default 192x192x192)
 *     -i  iterations (default 100)
 *     -r  iterations between two lines of progress (default: a tenth of them)
 *     -q  prints no times, so that two runs print the same
 */
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PI 3.14159265358979323846

/* A rank's part of the grid. Global variables, as in many a grown code: under Flotilla each rank has its own. */
static int cells[3] = {192, 192, 192};  /* interior points of the whole grid */
static int blocks[3];                   /* ranks along each dimension */
static int first[3], count[3];          /* this rank's first point (from 0) and number of points */
static MPI_Comm grid;
static int rank;
static double *now, *next;              /* count + 2 points in each dimension */
static double *wave[3];                 /* sin(pi x) at this rank's points */

static size_t at(int x, int y, int z)
{
    return ((size_t)x * (count[1] + 2) + y) * (count[2] + 2) + z;
}

static void fail(const char *message)
{
    if (rank == 0)
        fprintf(stderr, "jacobi3d: %s\n", message);
    MPI_Finalize();
    exit(2);
}

static void decompose(int size)
{
    int coordinates[3], periods[3] = {0, 0, 0};

    MPI_Dims_create(size, 3, blocks);
    MPI_Cart_create(MPI_COMM_WORLD, 3, blocks, periods, 1, &grid);
    MPI_Comm_rank(grid, &rank);
    MPI_Cart_coords(grid, rank, 3, coordinates);
    for (int d = 0; d < 3; d++) {
        if (cells[d] < blocks[d])
            fail("the grid has fewer points than ranks in one dimension; choose a larger grid with -g");
        int share = cells[d] / blocks[d], rest = cells[d] % blocks[d];
        first[d] = coordinates[d] * share + (coordinates[d] < rest ? coordinates[d] : rest);
        count[d] = share + (coordinates[d] < rest);
    }
}

static void allocate(void)
{
    size_t points = (size_t)(count[0] + 2) * (count[1] + 2) * (count[2] + 2);

    now = calloc(points, sizeof *now);
    next = calloc(points, sizeof *next);
    if (now == NULL || next == NULL) {
        fprintf(stderr, "jacobi3d: out of memory\n");
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
    for (int d = 0; d < 3; d++) {
        wave[d] = malloc((count[d] + 2) * sizeof *wave[d]);
        for (int i = 0; i < count[d] + 2; i++)
            wave[d][i] = sin(PI * (first[d] + i) / (cells[d] + 1));
    }
}

/* The types of the two faces across dimension d: the layer to send and the layer of halo to receive into. */
static void make_faces(MPI_Datatype send[3][2], MPI_Datatype receive[3][2])
{
    int whole[3] = {count[0] + 2, count[1] + 2, count[2] + 2};

    for (int d = 0; d < 3; d++) {
        for (int side = 0; side < 2; side++) {
            int part[3] = {count[0], count[1], count[2]}, from[3] = {1, 1, 1};
            part[d] = 1;
            from[d] = side == 0 ? 1 : count[d];
            MPI_Type_create_subarray(3, whole, part, from, MPI_ORDER_C, MPI_DOUBLE, &send[d][side]);
            from[d] = side == 0 ? 0 : count[d] + 1;
            MPI_Type_create_subarray(3, whole, part, from, MPI_ORDER_C, MPI_DOUBLE, &receive[d][side]);
            MPI_Type_commit(&send[d][side]);
            MPI_Type_commit(&receive[d][side]);
        }
    }
}

static void exchange_halo(MPI_Datatype send[3][2], MPI_Datatype receive[3][2], int neighbours[3][2])
{
    MPI_Request requests[12];
    int pending = 0;

    for (int d = 0; d < 3; d++) {
        for (int side = 0; side < 2; side++) {
            /* What travels towards side 1 arrives at the receiver's side 0. */
            MPI_Irecv(now, 1, receive[d][side], neighbours[d][side], 2 * d + 1 - side, grid, &requests[pending++]);
            MPI_Isend(now, 1, send[d][side], neighbours[d][side], 2 * d + side, grid, &requests[pending++]);
        }
    }
    MPI_Waitall(pending, requests, MPI_STATUSES_IGNORE);
}

/* One sweep over this rank's points; answers the largest residual before the sweep. */
static double sweep(const double weight[3])
{
    double diagonal = 2 * (weight[0] + weight[1] + weight[2]), largest = 0;
    size_t step_x = at(1, 0, 0), step_y = at(0, 1, 0);

    for (int x = 1; x <= count[0]; x++) {
        for (int y = 1; y <= count[1]; y++) {
            double force_xy = wave[0][x] * wave[1][y];
            const double *u = now + at(x, y, 0);
            double *v = next + at(x, y, 0);
            for (int z = 1; z <= count[2]; z++) {
                double sum = weight[0] * (u[z - step_x] + u[z + step_x]) + weight[1] * (u[z - step_y] + u[z + step_y])
                             + weight[2] * (u[z - 1] + u[z + 1]) + force_xy * wave[2][z];
                double residual = fabs(sum - diagonal * u[z]);
                largest = residual > largest ? residual : largest;
                v[z] = sum / diagonal;
            }
        }
    }
    double *swap = now;
    now = next;
    next = swap;
    return largest;
}

/* The largest value of |sin(pi x) sin(pi y) sin(pi z)| on the grid: the residual at the start. */
static double first_residual(void)
{
    double product = 1;
    for (int d = 0; d < 3; d++)
        product *= sin(PI * ((cells[d] + 1) / 2) / (cells[d] + 1));
    return product;
}

int main(int argc, char **argv)
{
    int size, option, iterations = 100, report = 0, quiet = 0;

    MPI_Init(&argc, &argv);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    while ((option = getopt(argc, argv, "g:i:r:q")) != -1) {
        switch (option) {
        case 'g': {
            int read = sscanf(optarg, "%dx%dx%d", &cells[0], &cells[1], &cells[2]);
            if (read == 1)
                cells[1] = cells[2] = cells[0];
            else if (read != 3)
                fail("-g takes N or NXxNYxNZ");
            break;
        }
        case 'i': iterations = atoi(optarg); break;
        case 'r': report = atoi(optarg); break;
        case 'q': quiet = 1; break;
        default: fail("usage: jacobi3d [-g N | -g NXxNYxNZ] [-i ITERATIONS] [-r REPORT_EVERY] [-q]");
        }
    }
    if (cells[0] < 1 || cells[1] < 1 || cells[2] < 1 || iterations < 1)
        fail("the grid and the number of iterations must be positive");
    if (report < 1)
        report = iterations >= 10 ? iterations / 10 : 1;

    decompose(size);
    allocate();
    MPI_Datatype send[3][2], receive[3][2];
    make_faces(send, receive);
    int neighbours[3][2];
    double weight[3], shrink = 0, sum = 0;
    for (int d = 0; d < 3; d++) {
        double h = 1.0 / (cells[d] + 1);
        MPI_Cart_shift(grid, d, 1, &neighbours[d][0], &neighbours[d][1]);
        weight[d] = 1 / (h * h);
        shrink += weight[d] * cos(PI * h);
        sum += weight[d];
    }
    shrink /= sum;
    if (rank == 0)
        printf("%dx%dx%d points on %d ranks (%dx%dx%d), %d iterations\n", cells[0], cells[1], cells[2], size, blocks[0],
               blocks[1], blocks[2], iterations);

    double residual = 0, start, seconds;
    MPI_Barrier(grid);
    start = MPI_Wtime();
    for (int iteration = 1; iteration <= iterations; iteration++) {
        exchange_halo(send, receive, neighbours);
        double mine = sweep(weight);
        if (iteration % report == 0 || iteration == iterations) {
            MPI_Allreduce(&mine, &residual, 1, MPI_DOUBLE, MPI_MAX, grid);
            seconds = MPI_Wtime() - start;
            if (rank == 0 && quiet)
                printf("iteration %6d: residual %.9e\n", iteration, residual);
            else if (rank == 0)
                printf("iteration %6d: residual %.9e, %.3f ms per iteration\n", iteration, residual,
                       1e3 * seconds / iteration);
            fflush(stdout);
        }
    }
    seconds = MPI_Wtime() - start;

    double expected = first_residual() * pow(shrink, iterations - 1);
    int wrong = !(fabs(residual - expected) <= 1e-9 * expected);
    if (rank == 0) {
        printf("residual %.9e, expected %.9e: %s\n", residual, expected, wrong ? "WRONG" : "correct");
        if (!quiet)
            printf("%.3f ms per iteration, %.1f million points per second\n", 1e3 * seconds / iterations,
                   1e-6 * cells[0] * cells[1] * cells[2] * iterations / seconds);
    }

    for (int d = 0; d < 3; d++) {
        for (int side = 0; side < 2; side++) {
            MPI_Type_free(&send[d][side]);
            MPI_Type_free(&receive[d][side]);
        }
        free(wave[d]);
    }
    free(now);
    free(next);
    MPI_Comm_free(&grid);
    MPI_Finalize();
    return wrong;
}
