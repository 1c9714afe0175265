/*
 * GMP and MPFR: memory functions of the program, and defaults that MPFR keeps in thread-local variables.
 *
 * test: package libmpfr-dev
 * test: flags -lmpfr -lgmp
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include "support.h"
#include <gmp.h>
#include <mpfr.h>

static long allocated;

static void *allocate(size_t size)
{
    allocated += (long)size;
    return malloc(size);
}

static void *reallocate(void *block, size_t old, size_t size)
{
    allocated += (long)size - (long)old;
    return realloc(block, size);
}

static void release(void *block, size_t size)
{
    allocated -= (long)size;
    free(block);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    mp_set_memory_functions(allocate, reallocate, release);
    int bits = 100 + 37 * (check_rank % 20);
    mpfr_set_default_prec(bits);
    mpfr_set_default_rounding_mode(check_rank % 2 ? MPFR_RNDU : MPFR_RNDD);
    mpfr_set_emax(1000 + check_rank);
    interleave();
    CHECK_EQUAL(mpfr_get_default_prec(), bits);
    CHECK_EQUAL(mpfr_get_default_rounding_mode(), check_rank % 2 ? MPFR_RNDU : MPFR_RNDD);
    CHECK_EQUAL(mpfr_get_emax(), 1000 + check_rank);

    mpfr_t x, y;
    mpfr_inits(x, y, (mpfr_ptr)0);
    /* A constant that MPFR caches, in this rank's precision. */
    mpfr_const_pi(x, mpfr_get_default_rounding_mode());
    interleave();
    mpfr_clear_flags();
    if (check_rank % 2)
        mpfr_log(y, y, MPFR_RNDN);
    else
        mpfr_sqrt_ui(y, 2, MPFR_RNDN);
    interleave();
    CHECK_EQUAL(mpfr_nanflag_p() != 0, check_rank % 2);
    mpfr_sin(y, x, MPFR_RNDN);
    mpfr_exp_t exponent;
    char *digits = mpfr_get_str(NULL, &exponent, 16, 20, x, MPFR_RNDN);
    printf("rank %d of %d: %s sine below 2^%ld\n", check_rank, check_size, digits, mpfr_get_exp(y));
    mpfr_free_str(digits);
    mpfr_clears(x, y, (mpfr_ptr)0);
    mpfr_free_cache();

    mpz_t factorial;
    mpz_init(factorial);
    mpz_fac_ui(factorial, 50 + (unsigned long)check_rank);
    interleave();
    CHECK(allocated > 0);
    printf("rank %d of %d: %zu digits\n", check_rank, check_size, mpz_sizeinbase(factorial, 10));
    mpz_clear(factorial);
    interleave();
    CHECK_EQUAL(allocated, 0);
    return finish("MPFR");
}
