/*
 * OpenBLAS with threads of its own, made by its constructor, before main: a pool in each rank, of a size the rank chose.
 *
 * test: package libopenblas0-pthread
 * test: flags -l:libopenblas.so.0
 * test: environment OPENBLAS_NUM_THREADS=3
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include "../support/interleave.h"

void dgemm_(const char *, const char *, const int *, const int *, const int *, const double *, const double *, const int *,
            const double *, const int *, const double *, double *, const int *);
void dgesv_(const int *, const int *, double *, const int *, int *, double *, const int *, int *);
int openblas_get_num_threads(void);
int openblas_get_parallel(void);
void openblas_set_num_threads(int);

int main(int argc, char **argv)
{
    start(&argc, &argv);
    CHECK_EQUAL(openblas_get_parallel(), 1);
    CHECK(openblas_get_num_threads() > 1);
    int most = openblas_get_num_threads(), threads = 1 + check_rank % most;
    openblas_set_num_threads(threads);
    interleave();
    for (int round = 0; round < 2; round++) {
        /* Large enough for the library to divide the work. */
        int n = 150 + 10 * (check_rank % 4) + round, one = 1, info, wrong = 0;
        double *a = malloc(sizeof(double) * n * n), *b = malloc(sizeof(double) * n * n), *c = malloc(sizeof(double) * n * n);
        double *x = calloc(n, sizeof *x), unit = 1, zero = 0;
        int *pivots = malloc(sizeof(int) * n);
        for (int i = 0; i < n * n; i++) {
            a[i] = (i * 7 + check_rank) % 11 - 5;
            b[i] = (i * 3 + check_rank) % 13 - 6;
        }
        dgemm_("N", "N", &n, &n, &n, &unit, a, &n, b, &n, &zero, c, &n);
        interleave();
        CHECK_EQUAL(openblas_get_num_threads(), threads);
        for (int i = 0; i < n; i += 7)
            for (int j = 0; j < n; j += 5) {
                double sum = 0;
                for (int k = 0; k < n; k++)
                    sum += a[i + k * n] * b[k + j * n];
                wrong += sum != c[i + j * n];
            }
        CHECK_EQUAL(wrong, 0);
        for (int i = 0; i < n; i++) {
            a[i + i * n] += 100.0 * n;
            for (int j = 0; j < n; j++)
                x[j] += a[j + i * n] * (i + 1);
        }
        interleave();
        dgesv_(&n, &one, a, &n, pivots, x, &n, &info);
        CHECK_EQUAL(info, 0);
        for (int i = 0; i < n; i++)
            wrong += x[i] < i + 1 - 1e-8 || x[i] > i + 1 + 1e-8;
        CHECK_EQUAL(wrong, 0);
        free(a);
        free(b);
        free(c);
        free(x);
        free(pivots);
    }
    return finish("OpenBLAS with threads");
}
