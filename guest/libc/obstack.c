/*
 * <obstack.h>: stacks of objects in chunks that functions of the program give and take, so it must be the rank that calls
 * them.
 */
#define _GNU_SOURCE
#include <obstack.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flotilla.h"
#include "names.h"

#define DEFAULT_CHUNK 4064
#define DEFAULT_ALIGNMENT 16

static _Noreturn void fail(void) {
    fprintf(stderr, "memory exhausted\n");
    exit(EXIT_FAILURE);
}

FLOTILLA_EXPORT void (*obstack_alloc_failed_handler)(void) = fail;
FLOTILLA_EXPORT int obstack_exit_failure = EXIT_FAILURE;

typedef struct _obstack_chunk *(*plain_get)(long);
typedef struct _obstack_chunk *(*get_with_argument)(void *, long);
typedef void (*plain_put)(struct _obstack_chunk *);
typedef void (*put_with_argument)(void *, struct _obstack_chunk *);

static struct _obstack_chunk *get_chunk(struct obstack *stack, long size) {
    struct _obstack_chunk *chunk = stack->use_extra_arg
                                       ? ((get_with_argument)(void (*)(void))stack->chunkfun)(stack->extra_arg, size)
                                       : ((plain_get)(void (*)(void))stack->chunkfun)(size);
    if (chunk == NULL) {
        obstack_alloc_failed_handler();
        abort(); /* it must not return */
    }
    return chunk;
}

static void put_chunk(struct obstack *stack, struct _obstack_chunk *chunk) {
    if (stack->use_extra_arg) {
        ((put_with_argument)(void (*)(void))stack->freefun)(stack->extra_arg, chunk);
    } else {
        ((plain_put)(void (*)(void))stack->freefun)(chunk);
    }
}

static char *aligned(const struct obstack *stack, char *address) {
    uintptr_t mask = (uintptr_t)stack->alignment_mask;
    return (char *)(((uintptr_t)address + mask) & ~mask);
}

static int begin(struct obstack *stack, int size, int alignment) {
    if (alignment == 0) alignment = DEFAULT_ALIGNMENT;
    stack->chunk_size = size == 0 ? DEFAULT_CHUNK : size;
    stack->alignment_mask = alignment - 1;
    struct _obstack_chunk *chunk = stack->chunk = get_chunk(stack, stack->chunk_size);
    stack->next_free = stack->object_base = aligned(stack, chunk->contents);
    stack->chunk_limit = chunk->limit = (char *)chunk + stack->chunk_size;
    chunk->prev = NULL;
    stack->maybe_empty_object = 0;
    stack->alloc_failed = 0;
    return 1;
}

int flotilla_obstack_begin(struct obstack *stack, int size, int alignment, void *(*get)(long), void (*put)(void *)) {
    stack->chunkfun = (get_with_argument)(void (*)(void))get;
    stack->freefun = (put_with_argument)(void (*)(void))put;
    stack->extra_arg = NULL;
    stack->use_extra_arg = 0;
    return begin(stack, size, alignment);
}

int flotilla_obstack_begin_1(struct obstack *stack, int size, int alignment, void *(*get)(void *, long),
                             void (*put)(void *, void *), void *argument) {
    stack->chunkfun = (get_with_argument)(void (*)(void))get;
    stack->freefun = (put_with_argument)(void (*)(void))put;
    stack->extra_arg = argument;
    stack->use_extra_arg = 1;
    return begin(stack, size, alignment);
}

/* The object that is growing moves into a chunk where it can grow by length more. */
void flotilla_obstack_newchunk(struct obstack *stack, int length) {
    struct _obstack_chunk *old = stack->chunk;
    size_t object = (size_t)(stack->next_free - stack->object_base);
    long size = (long)object + length + (long)(object >> 3) + stack->alignment_mask + 100;
    if (size < stack->chunk_size) size = stack->chunk_size;
    struct _obstack_chunk *chunk = get_chunk(stack, size);
    stack->chunk = chunk;
    chunk->prev = old;
    stack->chunk_limit = chunk->limit = (char *)chunk + size;
    char *base = memcpy(aligned(stack, chunk->contents), stack->object_base, object);
    /* A chunk that held nothing but this object is not needed any more. */
    if (!stack->maybe_empty_object && stack->object_base == aligned(stack, old->contents)) {
        chunk->prev = old->prev;
        put_chunk(stack, old);
    }
    stack->object_base = base;
    stack->next_free = base + object;
    stack->maybe_empty_object = 0;
}

static bool holds(const struct _obstack_chunk *chunk, const void *object) {
    return (const char *)object > (const char *)chunk && (const char *)object <= chunk->limit;
}

int flotilla_obstack_allocated_p(struct obstack *stack, void *object) {
    const struct _obstack_chunk *chunk = stack->chunk;
    while (chunk != NULL && !holds(chunk, object)) chunk = chunk->prev;
    return chunk != NULL;
}

/* Frees the object and what was made after it; everything for NULL. */
void flotilla_obstack_free(struct obstack *stack, void *object) {
    struct _obstack_chunk *chunk = stack->chunk;
    while (chunk != NULL && !holds(chunk, object)) {
        struct _obstack_chunk *below = chunk->prev;
        put_chunk(stack, chunk);
        chunk = below;
        stack->maybe_empty_object = 1;
    }
    if (chunk != NULL) {
        stack->object_base = stack->next_free = object;
        stack->chunk_limit = chunk->limit;
        stack->chunk = chunk;
    } else if (object != NULL) {
        abort(); /* not an object of this stack */
    } else {
        stack->chunk = NULL;
    }
}

int flotilla_obstack_memory_used(struct obstack *stack) {
    int bytes = 0;
    for (const struct _obstack_chunk *chunk = stack->chunk; chunk != NULL; chunk = chunk->prev) {
        bytes += (int)(chunk->limit - (const char *)chunk);
    }
    return bytes;
}

FLOTILLA_NAMES(flotilla_obstack_begin, _obstack_begin)
FLOTILLA_NAMES(flotilla_obstack_begin_1, _obstack_begin_1)
FLOTILLA_NAMES(flotilla_obstack_newchunk, _obstack_newchunk)
FLOTILLA_NAMES(flotilla_obstack_allocated_p, _obstack_allocated_p)
FLOTILLA_NAMES(flotilla_obstack_free, obstack_free, _obstack_free)
FLOTILLA_NAMES(flotilla_obstack_memory_used, _obstack_memory_used)
