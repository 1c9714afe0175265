/*
 * FFTW: plans and wisdom. A rank's planner knows the sizes that this rank has planned, and no others; forgetting makes one
 * rank forget.
 *
 * test: package libfftw3-dev
 * test: pkg-config fftw3
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include "support.h"
#include <complex.h>
#include <fftw3.h>
#include <math.h>

/* Between this and its double there are 77 sizes. */
#define SMALLEST 512

static int has_small_factors(int n)
{
    static const int primes[] = {2, 3, 5, 7, 11, 13};
    for (int i = 0; i < 6; i++)
        while (n % primes[i] == 0)
            n /= primes[i];
    return n == 1;
}

/*
 * A plan also teaches the sizes that it is made of: factors, and one less than a prime factor. None of these sizes is one
 * of another's.
 */
static int size_of(int rank)
{
    int n = SMALLEST;
    while (!has_small_factors(n) || rank-- > 0)
        n++;
    return n;
}

/* Whether the planner knows this size without trying. */
static int knows(int n, fftw_complex *in, fftw_complex *out)
{
    fftw_plan plan = fftw_plan_dft_1d(n, in, out, FFTW_FORWARD, FFTW_MEASURE | FFTW_WISDOM_ONLY);
    if (plan != NULL)
        fftw_destroy_plan(plan);
    return plan != NULL;
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    int n = size_of(check_rank);
    fftw_complex *in = fftw_alloc_complex(2 * SMALLEST), *out = fftw_alloc_complex(2 * SMALLEST), *back = fftw_alloc_complex(2 * SMALLEST);
    CHECK_EQUAL(fftw_alignment_of((double *)in), 0);
    CHECK_EQUAL(knows(n, in, out), 0);
    interleave();
    fftw_plan forward = fftw_plan_dft_1d(n, in, out, FFTW_FORWARD, FFTW_MEASURE);
    fftw_plan backward = fftw_plan_dft_1d(n, out, back, FFTW_BACKWARD, FFTW_MEASURE | FFTW_PRESERVE_INPUT);
    interleave();
    for (int round = 0; round < 3; round++) {
        /* One wave, with another number of periods on each rank: one line in the spectrum. */
        int periods = (check_rank + round) % n;
        for (int i = 0; i < n; i++)
            in[i] = cexp(2 * M_PI * I * periods * i / n);
        interleave();
        fftw_execute(forward);
        for (int i = 0; i < n; i++)
            CHECK(cabs(out[i] - (i == periods ? n : 0)) < 1e-10);
        interleave();
        fftw_execute(backward);
        for (int i = 0; i < n; i++)
            CHECK(cabs(back[i] / n - in[i]) < 1e-12);
    }
    for (int other = 0; other < check_size; other++)
        CHECK_VALUE("wisdom", knows(size_of(other), in, out), other == check_rank);
    interleave();
    if (check_rank % 2 == 0)
        fftw_forget_wisdom();
    interleave();
    CHECK_EQUAL(knows(n, in, out), check_rank % 2 != 0);
    /* Wisdom travels as text. */
    char *wisdom = fftw_export_wisdom_to_string();
    int length;
    char *received = pass_on(wisdom, (int)strlen(wisdom), &length);
    CHECK(fftw_import_wisdom_from_string(received));
    int previous = (check_rank + check_size - 1) % check_size;
    CHECK_EQUAL(knows(size_of(previous), in, out), previous % 2 != 0);
    free(received);
    free(wisdom);
    fftw_destroy_plan(forward);
    fftw_destroy_plan(backward);
    fftw_cleanup();
    fftw_free(in);
    fftw_free(out);
    fftw_free(back);
    return finish("FFTW");
}
