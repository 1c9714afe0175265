/*
 * What it costs to cut a fixed problem finer. Jacobi's iteration for Poisson's equation on a cube, the cube cut into blocks of
 * which each rank has the same number. Faces travel between blocks of one rank by a loop, between ranks by messages. So the
 * same cut can be run with one block per rank, where the runtime switches between blocks, and with many blocks on few ranks,
 * where the program does; what the second takes is what the cut itself costs.
 *
 * The right-hand side is an eigenvector of the operator, so the residual after k iterations is known, as in jacobi3d.c.
 * usage: blocks BLOCKS [POINTS [ITERATIONS]]    blocks of the whole cube, a multiple of the ranks; points along an edge
 */
#include "bench.h"
#include <math.h>

#define PI 3.14159265358979323846

typedef struct {
    int at[3], first[3], count[3];
    double *now, *next;
} Block;

static int points = 192, cut[3], blocks_each;
static Block *blocks;
static double *wave;

static int rank_of(int block)
{
    return block / blocks_each;
}

/* The number of the block beside one, across dimension d towards a side; -1 at the boundary. */
static int beside(const Block *block, int d, int side)
{
    int at[3] = {block->at[0], block->at[1], block->at[2]};
    at[d] += side == 0 ? -1 : 1;
    return at[d] < 0 || at[d] >= cut[d] ? -1 : (at[0] * cut[1] + at[1]) * cut[2] + at[2];
}

static size_t index_of(const Block *b, int x, int y, int z)
{
    return ((size_t)x * (size_t)(b->count[1] + 2) + (size_t)y) * (size_t)(b->count[2] + 2) + (size_t)z;
}

static void prepare(Block *block, int number)
{
    block->at[0] = number / (cut[1] * cut[2]);
    block->at[1] = number / cut[2] % cut[1];
    block->at[2] = number % cut[2];
    size_t all = 1;
    for (int d = 0; d < 3; d++) {
        int share = points / cut[d], rest = points % cut[d];
        block->first[d] = block->at[d] * share + (block->at[d] < rest ? block->at[d] : rest);
        block->count[d] = share + (block->at[d] < rest);
        all *= (size_t)block->count[d] + 2;
    }
    block->now = calloc(all, sizeof(double));
    block->next = calloc(all, sizeof(double));
    if (block->now == NULL || block->next == NULL)
        bench_fail("out of memory");
}

/* A layer of a block's points, as a datatype: the outermost of its own, or the ones beyond that a neighbour owns. */
static MPI_Datatype layer(const Block *block, int d, int side, int beyond)
{
    int whole[3], part[3], from[3] = {1, 1, 1};
    for (int i = 0; i < 3; i++) {
        whole[i] = block->count[i] + 2;
        part[i] = block->count[i];
    }
    part[d] = 1;
    from[d] = side == 0 ? 1 - beyond : block->count[d] + beyond;
    MPI_Datatype type;
    MPI_Type_create_subarray(3, whole, part, from, MPI_ORDER_C, MPI_DOUBLE, &type);
    MPI_Type_commit(&type);
    return type;
}

/* Between two blocks of this rank: the outermost layer of one becomes the layer beyond the other. */
static void copy_face(const Block *from, Block *to, int d, int side)
{
    int out = side == 0 ? 1 : from->count[d], in = side == 0 ? to->count[d] + 1 : 0;
    int u = d == 0 ? 1 : 0, v = d == 2 ? 1 : 2;
    int a[3], b[3];
    a[d] = out;
    b[d] = in;
    for (int i = 1; i <= from->count[u]; i++) {
        a[u] = b[u] = i;
        a[v] = b[v] = 1;
        const double *source = from->now + index_of(from, a[0], a[1], a[2]);
        double *target = to->now + index_of(to, b[0], b[1], b[2]);
        if (v == 2) {
            memcpy(target, source, (size_t)from->count[v] * sizeof(double));
        } else {
            size_t step = (size_t)from->count[2] + 2, other = (size_t)to->count[2] + 2;
            for (int j = 0; j < from->count[v]; j++)
                target[(size_t)j * other] = source[(size_t)j * step];
        }
    }
}

static double sweep(Block *block, double weight)
{
    size_t step_x = index_of(block, 1, 0, 0), step_y = index_of(block, 0, 1, 0);
    double largest = 0;
    for (int x = 1; x <= block->count[0]; x++) {
        for (int y = 1; y <= block->count[1]; y++) {
            double force = wave[block->first[0] + x] * wave[block->first[1] + y];
            const double *w = wave + block->first[2];
            const double *u = block->now + index_of(block, x, y, 0);
            double *v = block->next + index_of(block, x, y, 0);
            for (int z = 1; z <= block->count[2]; z++) {
                double sum = weight * (u[z - (long)step_x] + u[z + (long)step_x] + u[z - (long)step_y] + u[z + (long)step_y]
                                       + u[z - 1] + u[z + 1]) + force * w[z];
                double residual = fabs(sum - 6 * weight * u[z]);
                largest = residual > largest ? residual : largest;
                v[z] = sum / (6 * weight);
            }
        }
    }
    double *swap = block->now;
    block->now = block->next;
    block->next = swap;
    return largest;
}

int main(int argc, char **argv)
{
    bench_start(&argc, &argv);
    int total = (int)bench_argument(argc, argv, 1, bench_size);
    points = (int)bench_argument(argc, argv, 2, 192);
    int iterations = (int)bench_argument(argc, argv, 3, 40);
    if (total < 1 || total % bench_size != 0)
        bench_fail("the number of blocks is no multiple of the number of ranks");
    blocks_each = total / bench_size;
    MPI_Dims_create(total, 3, cut);
    for (int d = 0; d < 3; d++)
        if (cut[d] > points)
            bench_fail("more blocks than points along an edge");
    blocks = calloc((size_t)blocks_each, sizeof *blocks);
    wave = malloc(((size_t)points + 2) * sizeof *wave);
    for (int i = 0; i < points + 2; i++)
        wave[i] = sin(PI * i / (points + 1));
    MPI_Datatype(*own)[6] = malloc((size_t)blocks_each * sizeof *own);
    MPI_Datatype(*halo)[6] = malloc((size_t)blocks_each * sizeof *halo);
    MPI_Request *requests = malloc((size_t)blocks_each * 12 * sizeof *requests);
    int first = bench_rank * blocks_each;
    for (int i = 0; i < blocks_each; i++) {
        prepare(&blocks[i], first + i);
        for (int face = 0; face < 6; face++) {
            own[i][face] = layer(&blocks[i], face / 2, face % 2, 0);
            halo[i][face] = layer(&blocks[i], face / 2, face % 2, 1);
        }
    }
    double weight = (points + 1.0) * (points + 1.0), residual = 0, begin = 0;
    int uncounted = iterations / 5 + 1; /* They touch all memory for the first time, and a young JVM compiles. */
    for (int iteration = 0; iteration < uncounted + iterations; iteration++) {
        if (iteration == uncounted) {
            MPI_Barrier(MPI_COMM_WORLD);
            begin = MPI_Wtime();
        }
        int pending = 0;
        for (int i = 0; i < blocks_each; i++) {
            for (int face = 0; face < 6; face++) {
                int d = face / 2, side = face % 2, other = beside(&blocks[i], d, side);
                if (other < 0)
                    continue;
                if (rank_of(other) == bench_rank) {
                    copy_face(&blocks[i], &blocks[other - first], d, side);
                } else {
                    /* A message's tag is the receiving block and the face at which it arrives. */
                    MPI_Irecv(blocks[i].now, 1, halo[i][face], rank_of(other), (first + i) * 6 + face, MPI_COMM_WORLD,
                              &requests[pending++]);
                    MPI_Isend(blocks[i].now, 1, own[i][face], rank_of(other), other * 6 + 2 * d + 1 - side,
                              MPI_COMM_WORLD, &requests[pending++]);
                }
            }
        }
        MPI_Waitall(pending, requests, MPI_STATUSES_IGNORE);
        double largest = 0;
        for (int i = 0; i < blocks_each; i++)
            largest = fmax(largest, sweep(&blocks[i], weight));
        if (iteration == uncounted + iterations - 1)
            MPI_Allreduce(&largest, &residual, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    }
    double time = MPI_Wtime() - begin;
    double expected = pow(sin(PI * ((points + 1) / 2) / (points + 1)), 3) 
                      * pow(cos(PI / (points + 1)), uncounted + iterations - 1);
    if (fabs(residual - expected) > 1e-9 * expected)
        bench_fail("the residual is wrong");
    bench_sample("blocks", total, time / iterations * 1e3, "ms");
    for (int i = 0; i < blocks_each; i++) {
        for (int face = 0; face < 6; face++) {
            MPI_Type_free(&own[i][face]);
            MPI_Type_free(&halo[i][face]);
        }
    }
    MPI_Finalize();
    return 0;
}
