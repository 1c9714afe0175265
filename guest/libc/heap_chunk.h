/*
 * The heap's chunks and its state, for the files heap*.c alone.
 *
 * A chunk is a header word, the payload, and the first word of the next chunk, which belongs to the payload while the
 * chunk is in use and holds the chunk's size while it is free (a boundary tag, so that neighbours merge in O(1)).
 *
 *   chunk ->  +0   previous_size   payload of the chunk below, or its size when that is free
 *             +8   header          mark (16 bits) | size in bytes (a multiple of 16) | LOWER_USED
 *   payload ->+16  ...             newer, older: links while free
 *
 * The mark says what the chunk is; that it is one of few rare patterns is how stray pointers and overruns are found.
 */
#ifndef FLOTILLA_LIBC_HEAP_CHUNK_H
#define FLOTILLA_LIBC_HEAP_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flotilla.h"
#include "lock.h"

struct chunk {
    size_t previous_size;
    size_t header;
    struct chunk *newer, *older;
};

#define OVERHEAD offsetof(struct chunk, newer)
#define SMALLEST sizeof(struct chunk)
#define GRANULE ((size_t)16)
#define PAGE ((size_t)4096)

#define LOWER_USED ((size_t)1) /* the chunk below is not in the segregated lists */
#define ZERO_PAGES ((size_t)2) /* free: every whole page between its links and its end is zero */
#define MARK_SHIFT 48
#define SIZE_MASK ((((size_t)1 << MARK_SHIFT) - 1) & ~(GRANULE - 1))
#define USED ((size_t)0xA5E1 << MARK_SHIFT)
#define CACHED ((size_t)0xCA3D << MARK_SHIFT)
#define FREE ((size_t)0xF4B7 << MARK_SHIFT)
#define GUARDED ((size_t)0x6E9B << MARK_SHIFT)     /* in use, given in the debug mode: ends with a red zone */
#define QUARANTINED ((size_t)0x9D53 << MARK_SHIFT) /* freed in the debug mode, and kept back for a while */
#define MARK_MASK ((size_t)0xFFFF << MARK_SHIFT)

/* Small chunks up to this size, header included, are cached. */
#define CACHE_LIMIT ((size_t)1040)
#define CACHE_CLASSES (CACHE_LIMIT / GRANULE + 1)

/* Lists: below LINEAR_LIMIT one for each size, above 2^LEVEL_BITS for each power of two. */
#define LINEAR_BITS 9
#define LINEAR_LIMIT ((size_t)1 << LINEAR_BITS)
#define LEVEL_BITS 5
#define SECOND_LEVELS (1u << LEVEL_BITS)
#define FIRST_LEVELS (MARK_SHIFT - LINEAR_BITS + 1)

#define RELEASE_LEAST ((size_t)128 << 10)

/* All that changes, but the lists, which are large: everything here and there is behind heap_lock. */
struct heap {
    char *start, *end;
    char *top;   /* where the next chunk that fits nowhere else is made; end when exhausted */
    char *fresh; /* from here on memory is zero */
    char *huge_end; /* huge pages have been asked for up to here; NULL: for none */

    struct {
        struct chunk *newest;
        unsigned count;
        unsigned refills; /* times that none was left, up to what is worth making at once */
    } cache[CACHE_CLASSES];

    uint64_t first_level_bitmap;
    uint32_t second_level_bitmap[FIRST_LEVELS];

    size_t release_threshold;
    size_t merged_since_release; /* bytes freed that may hold pages worth giving back */
    size_t refreshed;            /* bytes handed out of what holds no pages, since pages were released */
    size_t free_listed;          /* bytes in the segregated lists */
    bool debugging;              /* malloc guards blocks; while it is on nothing is cached */
};

extern struct heap flotilla_heap;
extern struct chunk *flotilla_heap_lists[FIRST_LEVELS][SECOND_LEVELS];

extern struct flotilla_lock flotilla_heap_lock;

/* The one place where threads of a rank come to exclude each other. Not held while anything outside the heap runs; nested
 * never. */
static inline void heap_lock(void) {
    flotilla_lock(&flotilla_heap_lock);
}

static inline void heap_unlock(void) {
    flotilla_unlock(&flotilla_heap_lock);
}

/* ---- Chunks ---- */

static inline size_t size_of(const struct chunk *chunk) {
    return chunk->header & SIZE_MASK;
}

static inline size_t mark_of(const struct chunk *chunk) {
    return chunk->header & MARK_MASK;
}

static inline struct chunk *chunk_at(const void *address) {
    return (struct chunk *)address;
}

static inline struct chunk *above(const struct chunk *chunk) {
    return chunk_at((const char *)chunk + size_of(chunk));
}

static inline struct chunk *below(const struct chunk *chunk) {
    return chunk_at((const char *)chunk - chunk->previous_size);
}

static inline void *payload_of(const struct chunk *chunk) {
    return (char *)chunk + OVERHEAD;
}

static inline struct chunk *chunk_of(const void *payload) {
    return chunk_at((const char *)payload - OVERHEAD);
}

static inline size_t capacity(const struct chunk *chunk) {
    return size_of(chunk) - sizeof chunk->header;
}

static inline bool below_top(const void *address) {
    const struct heap *heap = &flotilla_heap;
    return (size_t)((const char *)address - heap->start) < (size_t)(heap->top - heap->start);
}

/* Bytes of the chunk for a request, or 0 when no chunk could be so large. */
static inline size_t chunk_size(size_t request) {
    if (__builtin_expect(request > PTRDIFF_MAX - PAGE, 0)) return 0;
    size_t size = (request + sizeof(size_t) + GRANULE - 1) & -GRANULE;
    return size < SMALLEST ? SMALLEST : size;
}

/* ---- What the files call of each other; the lock is held ---- */

/* A used chunk whose payload stands at a multiple of the alignment (a power of two, or at most GRANULE), or NULL. */
struct chunk *flotilla_heap_take(size_t alignment, size_t size);

/* Merges a chunk that is in no list with what is free around it, and files or releases the result. */
void flotilla_heap_put(struct chunk *chunk);

/* Empties the cache of small chunks. */
void flotilla_heap_flush(void);

/* ---- The debug mode (heap_debug.c); the lock is held ---- */

void *flotilla_debug_allocate(size_t alignment, size_t request);
void flotilla_debug_free(struct chunk *chunk, const char *function);

/* What the program asked for when it got a GUARDED block. Its red zone has been checked. */
size_t flotilla_debug_request(const struct chunk *chunk, const char *function);

/* ---- Reports; the lock is held, and let go ---- */

/* A pointer that is not a block in use was given to the function. */
_Noreturn void flotilla_heap_refuse(const void *memory, const char *function);

/* A chunk's header or neighbourhood was overwritten; NULL: it cannot be told which chunk's. */
_Noreturn void flotilla_heap_damaged(const struct chunk *chunk, const char *function, const char *what);

#endif
