/*
 * The rest of malloc's family, on top of flotilla_malloc and flotilla_memalign.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "flotilla.h"
#include "heap.h"
#include "heap_chunk.h"
#include "names.h"

static void *fail(int error) {
    errno = error;
    return NULL;
}

char *flotilla_strndup(const char *text, size_t limit) {
    size_t length = strnlen(text, limit);
    char *copy = malloc(length + 1);
    if (copy == NULL) return NULL;
    copy[length] = '\0';
    return memcpy(copy, text, length);
}

char *flotilla_strdup(const char *text) {
    size_t bytes = strlen(text) + 1;
    char *copy = malloc(bytes);
    return copy == NULL ? NULL : memcpy(copy, text, bytes);
}

void *flotilla_reallocarray(void *memory, size_t count, size_t each) {
    size_t bytes;
    if (__builtin_mul_overflow(count, each, &bytes)) return fail(ENOMEM);
    return realloc(memory, bytes);
}

static bool is_power_of_two(size_t value) {
    return value != 0 && (value & (value - 1)) == 0;
}

int flotilla_posix_memalign(void **answer, size_t alignment, size_t request) {
    if (!is_power_of_two(alignment) || alignment % sizeof(void *) != 0) return EINVAL;
    int error = errno;
    void *memory = flotilla_memalign(alignment, request);
    errno = error;
    if (memory == NULL) return ENOMEM;
    *answer = memory;
    return 0;
}

/* memalign and aligned_alloc of glibc 2.36 take any alignment and round it up to a power of two. */
void *flotilla_memalign_rounding(size_t alignment, size_t request) {
    if (alignment > SIZE_MAX / 2 + 1) return fail(EINVAL);
    size_t power = GRANULE;
    while (power < alignment) power <<= 1;
    return flotilla_memalign(power, request);
}

void *flotilla_valloc(size_t request) {
    return flotilla_memalign(PAGE, request);
}

void *flotilla_pvalloc(size_t request) {
    if (request > PTRDIFF_MAX - PAGE) return fail(ENOMEM);
    return flotilla_memalign(PAGE, (request + PAGE - 1) & -PAGE);
}

/* CPU_ALLOC and CPU_FREE of <sched.h>. */
cpu_set_t *flotilla_cpu_allocate(size_t count) {
    return malloc(CPU_ALLOC_SIZE(count));
}

void flotilla_cpu_free(cpu_set_t *set) {
    free(set);
}

/* Valgrind and mtrace call it at the end: what libc keeps is all ranks'. */
void flotilla_free_resources(void) {}

FLOTILLA_NAMES(flotilla_reallocarray, reallocarray, __libc_reallocarray)
FLOTILLA_NAMES(flotilla_strdup, strdup, __strdup)
FLOTILLA_NAMES(flotilla_strndup, strndup, __strndup)
FLOTILLA_NAMES(flotilla_posix_memalign, posix_memalign, __posix_memalign)
FLOTILLA_NAMES(flotilla_memalign_rounding, memalign, aligned_alloc, __libc_memalign)
FLOTILLA_NAMES(flotilla_valloc, valloc, __libc_valloc)
FLOTILLA_NAMES(flotilla_pvalloc, pvalloc, __libc_pvalloc)
FLOTILLA_NAMES(flotilla_cpu_allocate, __sched_cpualloc)
FLOTILLA_NAMES(flotilla_cpu_free, __sched_cpufree)
FLOTILLA_NAMES(flotilla_free_resources, __libc_freeres)
