/*
 * The logarithm of the gamma function leaves its sign in signgam, which is the rank's.
 */
#define _GNU_SOURCE
#include <math.h>

#include "flotilla.h"
#include "names.h"

FLOTILLA_EXPORT int __signgam;
extern int signgam __attribute__((alias("__signgam"), visibility("default")));

double flotilla_lgamma(double x) {
    return lgamma_r(x, &__signgam);
}

float flotilla_lgammaf(float x) {
    return lgammaf_r(x, &__signgam);
}

long double flotilla_lgammal(long double x) {
    return lgammal_r(x, &__signgam);
}

FLOTILLA_NAMES(flotilla_lgamma, lgamma, gamma, lgammaf64, lgammaf32x)
FLOTILLA_NAMES(flotilla_lgammaf, lgammaf, gammaf, lgammaf32)
FLOTILLA_NAMES(flotilla_lgammal, lgammal, gammal, lgammaf64x)
