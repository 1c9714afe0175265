/* The strongest frequency of a real signal; keeps its plan for the next signal of the same length. */
#include <fftw3.h>
#include <math.h>
#include <string.h>

static int length;
static double *signal_copy;
static fftw_complex *spectrum;
static fftw_plan plan;

int strongest(int n, const double *signal) {
    if (n != length) {
        if (length != 0) {
            fftw_destroy_plan(plan);
            fftw_free(signal_copy);
            fftw_free(spectrum);
        }
        length = n;
        signal_copy = fftw_alloc_real(n);
        spectrum = fftw_alloc_complex(n / 2 + 1);
        plan = fftw_plan_dft_r2c_1d(n, signal_copy, spectrum, FFTW_ESTIMATE);
    }
    memcpy(signal_copy, signal, sizeof(double) * n);
    fftw_execute(plan);
    int best = 0;
    for (int i = 1; i <= n / 2; i++) {
        if (hypot(spectrum[i][0], spectrum[i][1]) > hypot(spectrum[best][0], spectrum[best][1])) best = i;
    }
    return best;
}

/* For Fortran, whose compilers append an underscore. */
int strongest_(const int *n, const double *signal) {
    return strongest(*n, signal);
}
