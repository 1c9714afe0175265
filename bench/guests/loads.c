/*
 * A stencil whose rows differ in cost: Jacobi's iteration for Poisson's equation on a square, in bands of rows, with so much arithmetic
 * more for each row as the pattern says, as if it had a chemistry of its own.
 *
 *     loads PATTERN BANDS WORK STEPS UNCOUNTED [PASS]
 *
 * PATTERN: "even": all rows cost the same; "imbalanced": the first quarter of the rows costs ten times as much as the others;
 *          "front": a quarter that costs ten times as much moves over all rows in PASS steps, and begins again. All patterns cost
 *          the same in sum, so "even" is what perfect balance would take.
 * BANDS:   of rows, a multiple of the ranks; a rank has the same number each.
 * WORK:    thousands of rounds of arithmetic that all rows of a band cost in a step, on average.
 * Printed is the time of a step, without the first UNCOUNTED ones. The residual and what the arithmetic gives are known and checked.
 */
#include "bench.h"
#include <math.h>

#define PI 3.14159265358979323846
#define ROWS 16 /* of a band */
#define WIDTH 256
#define HEAVY 10

typedef unsigned long word;

static const word factor = 6364136223846793005ul, increment = 1442695040888963407ul;
static enum { EVEN, IMBALANCED, FRONT } pattern;
static int all_rows, first, rows, pass;
static double unit; /* rounds that a row with the least cost takes in a step */

/* Whether the row is among the costly ones; of a front's first and last row, by how much. */
static double share(int row, int step)
{
    double width = all_rows / 4.0;
    if (pattern == IMBALANCED)
        return row < width;
    double from = fmod((double)step / pass, 1) * all_rows, inside = 0;
    for (int lap = 0; lap < 2; lap++) {
        double low = fmax(row, from - lap * all_rows), high = fmin(row + 1, from - lap * all_rows + width);
        inside += high > low ? high - low : 0;
    }
    return inside;
}

static long rounds(int row, int step)
{
    double times = pattern == EVEN ? 1 + (HEAVY - 1) / 4.0 : 1 + (HEAVY - 1) * share(row, step);
    return (long)(times * unit);
}

/* So many rounds at once. */
static word skip(word x, unsigned long count)
{
    word a = 1, b = 0, f = factor, c = increment;
    for (; count > 0; count >>= 1) {
        if (count & 1) {
            a *= f;
            b = b * f + c;
        }
        c *= f + 1;
        f *= f;
    }
    return a * x + b;
}

static double *allocate(void)
{
    double *grid = calloc((size_t)(rows + 2) * (WIDTH + 2), sizeof(double));
    if (grid == NULL)
        bench_fail("out of memory");
    return grid;
}

int main(int argc, char **argv)
{
    bench_start(&argc, &argv);
    if (argc < 6)
        bench_fail("usage: loads PATTERN BANDS WORK STEPS UNCOUNTED [PASS]");
    pattern = strcmp(argv[1], "even") == 0 ? EVEN : strcmp(argv[1], "front") == 0 ? FRONT : IMBALANCED;
    int bands = atoi(argv[2]), steps = atoi(argv[4]), uncounted = atoi(argv[5]);
    if (bands < 1 || bands % bench_size != 0)
        bench_fail("the number of bands is no multiple of the number of ranks");
    all_rows = bands * ROWS;
    rows = all_rows / bench_size;
    first = bench_rank * rows;
    pass = (int)bench_argument(argc, argv, 6, 1000);
    unit = atof(argv[3]) * 1000 / ROWS / (1 + (HEAVY - 1) / 4.0);
    double *now = allocate(), *next = allocate();
    double *wave_x = malloc((WIDTH + 2) * sizeof *wave_x), *wave_y = malloc((size_t)(rows + 2) * sizeof *wave_y);
    word *states = malloc((size_t)rows * sizeof *states);
    for (int i = 0; i < WIDTH + 2; i++)
        wave_x[i] = sin(PI * i / (WIDTH + 1));
    for (int i = 0; i < rows + 2; i++)
        wave_y[i] = sin(PI * (first + i) / (all_rows + 1));
    for (int i = 0; i < rows; i++)
        states[i] = (word)(first + i);
    /* The force is an eigenvector of the operator, so the error shrinks by the same factor in each step. */
    double eigenvalue = 4 - 2 * cos(PI / (WIDTH + 1)) - 2 * cos(PI / (all_rows + 1)), begin = 0;
    int above = bench_rank == 0 ? MPI_PROC_NULL : bench_rank - 1, below = bench_rank == bench_size - 1 ? MPI_PROC_NULL : bench_rank + 1;
    for (int step = 0; step < steps; step++) {
        if (step == uncounted) {
            MPI_Barrier(MPI_COMM_WORLD);
            begin = MPI_Wtime();
        }
        double *top = now + WIDTH + 2, *bottom = now + (size_t)rows * (WIDTH + 2);
        MPI_Request faces[4];
        MPI_Irecv(now, WIDTH + 2, MPI_DOUBLE, above, 0, MPI_COMM_WORLD, &faces[0]);
        MPI_Irecv(bottom + WIDTH + 2, WIDTH + 2, MPI_DOUBLE, below, 1, MPI_COMM_WORLD, &faces[1]);
        MPI_Isend(top, WIDTH + 2, MPI_DOUBLE, above, 1, MPI_COMM_WORLD, &faces[2]);
        MPI_Isend(bottom, WIDTH + 2, MPI_DOUBLE, below, 0, MPI_COMM_WORLD, &faces[3]);
        MPI_Waitall(4, faces, MPI_STATUSES_IGNORE);
        for (int y = 1; y <= rows; y++) {
            const double *u = now + (size_t)y * (WIDTH + 2);
            double *v = next + (size_t)y * (WIDTH + 2);
            for (int x = 1; x <= WIDTH; x++)
                v[x] = (u[x - 1] + u[x + 1] + u[x - (WIDTH + 2)] + u[x + (WIDTH + 2)] + eigenvalue * wave_x[x] * wave_y[y]) / 4;
            word state = states[y - 1];
            for (long i = rounds(first + y - 1, step); i > 0; i--)
                state = state * factor + increment;
            states[y - 1] = state;
        }
        double *swap = now;
        now = next;
        next = swap;
    }
    MPI_Barrier(MPI_COMM_WORLD);
    double time = MPI_Wtime() - begin, left = 1 - pow(1 - eigenvalue / 4, steps);
    int wrong = 0;
    for (int y = 1; y <= rows; y++) {
        for (int x = 1; x <= WIDTH; x++)
            wrong += fabs(now[(size_t)y * (WIDTH + 2) + (size_t)x] - left * wave_x[x] * wave_y[y]) > 1e-9;
        unsigned long count = 0;
        for (int step = 0; step < steps; step++)
            count += (unsigned long)rounds(first + y - 1, step);
        wrong += states[y - 1] != skip((word)(first + y - 1), count);
    }
    if (wrong > 0)
        bench_fail("the result is wrong");
    bench_sample("step", 0, time / (steps - uncounted) * 1e3, "ms");
    MPI_Finalize();
    return 0;
}
