/*
 * The drand48 family: X(n+1) = (a X(n) + c) mod 2^48 (POSIX). The multiplier and the addend that lcong48 sets apply to
 * the functions with a state of the caller's as well.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "flotilla.h"
#include "names.h"

#define STANDARD_MULTIPLIER 0x5DEECE66Dul
#define STANDARD_ADDEND 0xBul
#define MASK 0xFFFFFFFFFFFFul

static unsigned short current[3], previous[3];
static uint64_t multiplier = STANDARD_MULTIPLIER, addend = STANDARD_ADDEND;

static uint64_t value_of(const unsigned short state[3]) {
    return (uint64_t)state[2] << 32 | (uint64_t)state[1] << 16 | state[0];
}

static void put(unsigned short state[3], uint64_t value) {
    state[0] = (unsigned short)value;
    state[1] = (unsigned short)(value >> 16);
    state[2] = (unsigned short)(value >> 32);
}

static uint64_t step(unsigned short state[3]) {
    uint64_t value = (value_of(state) * multiplier + addend) & MASK;
    put(state, value);
    return value;
}

double flotilla_erand48(unsigned short state[3]) {
    return (double)step(state) * 0x1p-48;
}

long flotilla_nrand48(unsigned short state[3]) {
    return (long)(step(state) >> 17);
}

long flotilla_jrand48(unsigned short state[3]) {
    return (int32_t)(step(state) >> 16);
}

double flotilla_drand48(void) {
    return flotilla_erand48(current);
}

long flotilla_lrand48(void) {
    return flotilla_nrand48(current);
}

long flotilla_mrand48(void) {
    return flotilla_jrand48(current);
}

void flotilla_srand48(long seed) {
    put(current, (uint64_t)(uint32_t)seed << 16 | 0x330E);
    multiplier = STANDARD_MULTIPLIER;
    addend = STANDARD_ADDEND;
}

unsigned short *flotilla_seed48(unsigned short seed[3]) {
    memcpy(previous, current, sizeof previous);
    memcpy(current, seed, sizeof current);
    multiplier = STANDARD_MULTIPLIER;
    addend = STANDARD_ADDEND;
    return previous;
}

void flotilla_lcong48(unsigned short parameters[7]) {
    memcpy(current, parameters, sizeof current);
    multiplier = value_of(parameters + 3);
    addend = parameters[6];
}

FLOTILLA_NAMES(flotilla_drand48, drand48)
FLOTILLA_NAMES(flotilla_erand48, erand48)
FLOTILLA_NAMES(flotilla_lrand48, lrand48)
FLOTILLA_NAMES(flotilla_nrand48, nrand48)
FLOTILLA_NAMES(flotilla_mrand48, mrand48)
FLOTILLA_NAMES(flotilla_jrand48, jrand48)
FLOTILLA_NAMES(flotilla_srand48, srand48)
FLOTILLA_NAMES(flotilla_seed48, seed48)
FLOTILLA_NAMES(flotilla_lcong48, lcong48)
