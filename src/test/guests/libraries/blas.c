/*
 * OpenBLAS and its LAPACK: products and solutions of another size on each rank, and the workspaces it keeps. Its kernels
 * are chosen for the processor when it is loaded, which must be the same choice in every rank.
 *
 * test: package libopenblas0-pthread
 * test: flags -l:libopenblas.so.0
 * test: environment OPENBLAS_NUM_THREADS=1
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include "support.h"
#include <math.h>

void dgemm_(const char *, const char *, const int *, const int *, const int *, const double *, const double *, const int *,
            const double *, const int *, const double *, double *, const int *);
void dgesv_(const int *, const int *, double *, const int *, int *, double *, const int *, int *);
void dsyev_(const char *, const char *, const int *, double *, const int *, double *, double *, const int *, int *);
double ddot_(const int *, const double *, const int *, const double *, const int *);
char *openblas_get_config(void);
char *openblas_get_corename(void);
int openblas_get_num_threads(void);

/* The product of a matrix and a plain loop's product agree. */
static void multiply(int n)
{
    double *a = malloc(sizeof(double) * n * n), *b = malloc(sizeof(double) * n * n), *c = calloc(n * n, sizeof *c);
    for (int i = 0; i < n * n; i++) {
        a[i] = (i * 7 + check_rank) % 11 - 5;
        b[i] = (i * 3 + check_rank) % 13 - 6;
    }
    double one = 1, zero = 0;
    dgemm_("N", "T", &n, &n, &n, &one, a, &n, b, &n, &zero, c, &n);
    interleave();
    int wrong = 0;
    for (int i = 0; i < n; i += 3)
        for (int j = 0; j < n; j += 5) {
            double sum = 0;
            for (int k = 0; k < n; k++)
                sum += a[i + k * n] * b[j + k * n];
            wrong += sum != c[i + j * n];
        }
    CHECK_EQUAL(wrong, 0);
    free(a);
    free(b);
    free(c);
}

/* A system with the solution 1, 2, 3... */
static double solve(int n)
{
    double *a = malloc(sizeof(double) * n * n), *b = calloc(n, sizeof *b);
    int *pivots = malloc(sizeof(int) * n), one = 1, info;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            a[i + j * n] = (i * 31 + j * 17 + check_rank) % 23 + (i == j ? 50.0 * n : 0);
            b[i] += a[i + j * n] * (j + 1);
        }
    interleave();
    dgesv_(&n, &one, a, &n, pivots, b, &n, &info);
    CHECK_EQUAL(info, 0);
    double worst = 0;
    for (int i = 0; i < n; i++)
        worst = fmax(worst, fabs(b[i] - (i + 1)));
    free(a);
    free(b);
    free(pivots);
    return worst;
}

/* The second difference has known eigenvalues. */
static double eigenvalues(int n)
{
    double *a = calloc(n * n, sizeof *a), *w = malloc(sizeof(double) * n), best, worst = 0;
    for (int i = 0; i < n; i++) {
        a[i + i * n] = 2;
        if (i > 0)
            a[i - 1 + i * n] = -1;
    }
    int query = -1, info;
    dsyev_("V", "U", &n, a, &n, w, &best, &query, &info);
    int length = (int)best;
    double *work = malloc(sizeof(double) * length);
    interleave();
    dsyev_("V", "U", &n, a, &n, w, work, &length, &info);
    CHECK_EQUAL(info, 0);
    for (int i = 0; i < n; i++)
        worst = fmax(worst, fabs(w[i] - 2 + 2 * cos(M_PI * (i + 1) / (n + 1))));
    free(a);
    free(w);
    free(work);
    return worst;
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    CHECK_EQUAL(openblas_get_num_threads(), 1);
    printf("rank %d of %d: kernels for %s\n", check_rank, check_size, openblas_get_corename());
    for (int round = 0; round < 3; round++) {
        multiply(40 + 13 * (check_rank % 7) + round);
        CHECK(solve(30 + 11 * (check_rank % 5) + round) < 1e-9);
        CHECK(eigenvalues(20 + 7 * (check_rank % 6) + round) < 1e-12);
    }
    return finish("OpenBLAS");
}
