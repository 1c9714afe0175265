/*
 * random and rand. The generator is 4.3BSD's additive feedback one, o(i) = o(i-degree) + o(i-separation), which glibc
 * has too, so a program sees the sequence that it sees alone. The state array of initstate is kept as glibc keeps it: the
 * first word names the kind of generator and where its rear pointer stands.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "flotilla.h"
#include "lock.h"
#include "names.h"

struct kind {
    size_t bytes; /* least size of the state array */
    int degree;
    int separation;
};

/* Trinomials x^degree + x^separation + 1; kind 0 is a linear congruential generator. */
static const struct kind kinds[] = {{8, 0, 0}, {32, 7, 3}, {64, 15, 1}, {128, 31, 3}, {256, 63, 1}};
#define KINDS 5
#define DEFAULT_KIND 3

static uint32_t default_state[32];

/* words[-1] is the first word of the array. */
static uint32_t *words;
static int kind;
static int front, rear;
static struct flotilla_lock lock;

static uint32_t step(void) {
    if (kinds[kind].degree == 0) {
        words[0] = (words[0] * 1103515245u + 12345u) & 0x7fffffffu;
        return words[0];
    }
    uint32_t value = words[front] += words[rear];
    if (++front == kinds[kind].degree) front = 0;
    if (++rear == kinds[kind].degree) rear = 0;
    return value >> 1;
}

static void seed(uint32_t start) {
    int degree = kinds[kind].degree;
    int32_t word = start == 0 ? 1 : (int32_t)start;
    words[0] = (uint32_t)word;
    if (degree == 0) return;
    for (int i = 1; i < degree; i++) {
        /* 16807 * word mod 2^31 - 1 without overflow (L. Schrage, 1979). */
        int32_t next = 16807 * (word % 127773) - 2836 * (word / 127773);
        word = next < 0 ? next + 2147483647 : next;
        words[i] = (uint32_t)word;
    }
    front = kinds[kind].separation;
    rear = 0;
    for (int i = 0; i < 10 * degree; i++) step();
}

static void ensure_started(void) {
    if (words != NULL) return;
    words = default_state + 1;
    kind = DEFAULT_KIND;
    seed(1);
}

static void remember_position(void) {
    words[-1] = (uint32_t)(kind == 0 ? 0 : KINDS * rear + kind);
}

long flotilla_random(void) {
    flotilla_lock(&lock);
    ensure_started();
    long number = step();
    flotilla_unlock(&lock);
    return number;
}

int flotilla_rand(void) {
    return (int)flotilla_random();
}

void flotilla_srandom(unsigned start) {
    flotilla_lock(&lock);
    ensure_started();
    seed(start);
    flotilla_unlock(&lock);
}

static char *change_state(unsigned start, char *state, size_t size) {
    ensure_started();
    if (state == NULL || size < kinds[0].bytes) {
        errno = EINVAL;
        return NULL;
    }
    uint32_t *old = words - 1;
    remember_position();
    kind = KINDS - 1;
    while (size < kinds[kind].bytes) kind--;
    words = (uint32_t *)(void *)state + 1;
    front = rear = 0;
    seed(start);
    remember_position();
    return (char *)old;
}

char *flotilla_initstate(unsigned start, char *state, size_t size) {
    flotilla_lock(&lock);
    char *old = change_state(start, state, size);
    flotilla_unlock(&lock);
    return old;
}

static char *restore_state(char *state) {
    ensure_started();
    uint32_t *old = words - 1;
    uint32_t position = *(uint32_t *)(void *)state;
    int new_kind = (int)(position % KINDS);
    uint32_t new_rear = position / KINDS;
    remember_position();
    if (new_kind != 0 && new_rear >= (uint32_t)kinds[new_kind].degree) {
        errno = EINVAL;
        return NULL;
    }
    kind = new_kind;
    words = (uint32_t *)(void *)state + 1;
    if (kind != 0) {
        rear = (int)new_rear;
        front = (rear + kinds[kind].separation) % kinds[kind].degree;
    }
    remember_position();
    return (char *)old;
}

char *flotilla_setstate(char *state) {
    flotilla_lock(&lock);
    char *old = restore_state(state);
    flotilla_unlock(&lock);
    return old;
}

FLOTILLA_NAMES(flotilla_random, random)
FLOTILLA_NAMES(flotilla_rand, rand)
FLOTILLA_NAMES(flotilla_srandom, srandom, srand)
FLOTILLA_NAMES(flotilla_initstate, initstate)
FLOTILLA_NAMES(flotilla_setstate, setstate)
