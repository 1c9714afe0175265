/* A library's share of the work. */
double burn_in_library(long rounds);

double burn_in_library(long rounds) {
    volatile double product = 1;
    for (long i = 0; i < rounds; i++) {
        product *= 1.0000001;
    }
    return product;
}
