/*
 * GSL: its default generator, seeded through the environment, its error handler and its generators' states are a rank's
 * own.
 *
 * test: package libgsl-dev
 * test: pkg-config gsl
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include "support.h"
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sf.h>
#include <math.h>

static int complaints, last_error;

static void complain(const char *reason, const char *file, int line, int error)
{
    (void)reason, (void)file, (void)line;
    complaints++;
    last_error = error;
}

static double bell(double x, void *width)
{
    return exp(-x * x / *(double *)width);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    /* What the library writes about it on standard error is the same in both cases, and not compared. */
    char seed[20];
    snprintf(seed, sizeof seed, "%d", 100 + check_rank);
    setenv("GSL_RNG_SEED", seed, 1);
    setenv("GSL_RNG_TYPE", check_rank % 2 ? "taus" : "mt19937", 1);
    interleave();
    gsl_rng_env_setup();
    interleave();
    CHECK_EQUAL(gsl_rng_default_seed, 100 + check_rank);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_default);
    for (int i = 0; i < 3; i++) {
        printf("rank %d of %d: %s %lu\n", check_rank, check_size, gsl_rng_name(random), gsl_rng_get(random));
        interleave();
    }

    /* The handler counts in the rank that set it; odd ranks have none. */
    gsl_error_handler_t *before = check_rank % 2 ? gsl_set_error_handler_off() : gsl_set_error_handler(complain);
    CHECK(before == NULL);
    interleave();
    gsl_sf_result result;
    CHECK_EQUAL(gsl_sf_log_e(-1.0, &result), GSL_EDOM);
    interleave();
    CHECK_EQUAL(complaints, check_rank % 2 == 0);
    CHECK_EQUAL(last_error, check_rank % 2 ? 0 : GSL_EDOM);

    /* Quadrature calls back into the program; the workspace is kept across a wait. */
    gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(100);
    double width = 1 + check_rank, value, error;
    gsl_function function = {bell, &width};
    CHECK_EQUAL(gsl_integration_qagi(&function, 1e-10, 1e-10, 100, workspace, &value, &error), 0);
    interleave();
    CHECK(fabs(value - sqrt(M_PI * width)) < 1e-9);
    gsl_integration_workspace_free(workspace);

    size_t n = 3 + check_rank % 4;
    gsl_matrix *matrix = gsl_matrix_alloc(n, n);
    gsl_permutation *permutation = gsl_permutation_alloc(n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            gsl_matrix_set(matrix, i, j, i == j ? 2 + check_rank % 4 : 1);
    interleave();
    int sign;
    gsl_linalg_LU_decomp(matrix, permutation, &sign);
    /* All ones and a diagonal: (d - 1)^(n - 1) * (d - 1 + n). */
    double d = 1 + check_rank % 4;
    CHECK(fabs(gsl_linalg_LU_det(matrix, sign) - pow(d, n - 1) * (d + n)) < 1e-9);
    gsl_matrix_free(matrix);
    gsl_permutation_free(permutation);
    gsl_rng_free(random);
    return finish("GSL");
}
