/*
 * What is said when the heap is found damaged, and the debug mode that finds it out early: MALLOC_CHECK_ or
 * MALLOC_PERTURB_ in the environment, or mallopt(M_PERTURB).
 *
 * In the debug mode a block ends with a red zone, of bytes that a program seldom writes, and with the size that was asked
 * for. Both are looked at when the block is freed or resized. A freed block is filled and kept back in a queue, so that
 * writing to it is noticed when it leaves, and freeing it twice as long as it is there. With MALLOC_CHECK_ all blocks are
 * looked at now and then, and at the rank's end. A write before the start of a block hits its header, or the red zone of
 * the block below.
 *
 *   payload ->  request bytes | RED_BYTE, 24 or more | request ^ key(chunk), 8 bytes | next chunk's header
 */
#define _GNU_SOURCE
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flotilla.h"
#include "heap.h"
#include "heap_chunk.h"
#include "names.h"

#define RED_ZONE ((size_t)24)
#define RED_BYTE 0xFD
#define FREED_BYTE 0xDF

/* Freed blocks that are kept back: at most so many, and so many bytes of them. */
#define KEPT_COUNT 1024
#define KEPT_BYTES ((size_t)16 << 20)
#define KEPT_LARGEST ((size_t)1 << 20)

static struct {
    unsigned char perturbation; /* M_PERTURB, MALLOC_PERTURB_ */
    unsigned check_interval;    /* MALLOC_CHECK_: all blocks are looked at after so many calls; 0: never */
    unsigned calls;
    unsigned oldest, count; /* of the kept blocks */
    size_t kept_bytes;
} debug;

static struct chunk *kept[KEPT_COUNT] FLOTILLA_LARGE;

/* ---- Reports ---- */

static __attribute__((format(printf, 1, 2))) _Noreturn void report(const char *format, ...) {
    static char message[512] FLOTILLA_LARGE;
    va_list arguments;
    int length = snprintf(message, sizeof message, "heap corruption: ");
    va_start(arguments, format);
    vsnprintf(message + length, sizeof message - (size_t)length, format, arguments);
    va_end(arguments);
    heap_unlock();
    flotilla_abort(message);
}

static bool is_mark(size_t mark) {
    return mark == USED || mark == CACHED || mark == FREE || mark == GUARDED || mark == QUARANTINED;
}

/* Whether a header can be one, of a chunk that ends below the top. */
static bool is_plausible(const struct chunk *chunk) {
    size_t size = size_of(chunk);
    return is_mark(mark_of(chunk)) && size >= SMALLEST && size <= (size_t)(flotilla_heap.top - (char *)chunk);
}

static size_t *request_word(const struct chunk *chunk) {
    return (size_t *)((char *)payload_of(chunk) + capacity(chunk)) - 1;
}

static size_t key(const struct chunk *chunk) {
    return (uintptr_t)chunk * 0x9E3779B97F4A7C15u;
}

/* The block's size in the program's eyes, as far as it can be told. */
static size_t told_size(const struct chunk *chunk) {
    if (mark_of(chunk) == GUARDED || mark_of(chunk) == QUARANTINED) {
        size_t request = *request_word(chunk) ^ key(chunk);
        if (request <= capacity(chunk)) return request;
    }
    return capacity(chunk);
}

/* Walks the heap to the chunk that an address lies in, or to the first one whose header is damaged. NULL: above the top. */
static struct chunk *chunk_around(const void *address, const struct chunk **lower) {
    *lower = NULL;
    for (const char *at = flotilla_heap.start; at != NULL && at < flotilla_heap.top;) {
        struct chunk *chunk = chunk_at(at);
        if (!is_plausible(chunk)) return chunk;
        if ((const char *)address < (char *)payload_of(above(chunk))) return chunk;
        *lower = chunk;
        at += size_of(chunk);
    }
    return NULL;
}

_Noreturn void flotilla_heap_damaged(const struct chunk *chunk, const char *function, const char *what) {
    if (chunk == NULL) report("%s: %s", function, what);
    const struct chunk *lower;
    const struct chunk *found = chunk_around(payload_of(chunk), &lower);
    if (found != NULL && !is_plausible(found)) {
        if (lower == NULL) report("%s: the header of the block at %p was overwritten", function, payload_of(found));
        report("%s: the header of the block at %p was overwritten, probably by a write beyond the end of the %sblock of "
               "%zu bytes at %p", function, payload_of(found), mark_of(lower) == USED || mark_of(lower) == GUARDED ? "" : "freed ",
               told_size(lower), payload_of(lower));
    }
    report("%s: block of %zu bytes at %p: %s", function, told_size(chunk), payload_of(chunk), what);
}

static const char *owner_of(const void *address) {
    const struct flotilla_control *control = flotilla_control;
    uintptr_t at = (uintptr_t)address;
    if (!flotilla_in_slot(address)) return "memory that is not the rank's";
    if (at - control->stack_base < control->stack_size) return "a variable on the stack";
    if (at - control->map_base < control->map_size) return "memory from mmap";
    return "a variable of the program or a library";
}

_Noreturn void flotilla_heap_refuse(const void *memory, const char *function) {
    const struct heap *heap = &flotilla_heap;
    size_t offset = (size_t)((const char *)memory - heap->start);
    if (heap->start == NULL || offset >= (size_t)(heap->end - heap->start)) {
        report("%s(%p): invalid pointer: not a block of malloc but %s", function, memory, owner_of(memory));
    }
    const struct chunk *lower;
    const struct chunk *chunk = chunk_around(memory, &lower);
    if (chunk == NULL) report("%s(%p): invalid pointer: no block is there (one that was may have been freed already)", function, memory);
    if (!is_plausible(chunk)) flotilla_heap_damaged(chunk, function, "its header was overwritten");
    size_t mark = mark_of(chunk);
    bool in_use = mark == USED || mark == GUARDED;
    if (payload_of(chunk) == memory) {
        report("%s(%p): double free: the block of %zu bytes was freed already", function, memory, told_size(chunk));
    }
    if (!in_use) {
        report("%s(%p): invalid pointer: it points into free memory (its block may have been freed already)", function, memory);
    }
    report("%s(%p): invalid pointer: it points %td bytes into the block of %zu bytes at %p", function, memory,
           (const char *)memory - (const char *)payload_of(chunk), told_size(chunk), payload_of(chunk));
}

/* ---- Guarded blocks ---- */

size_t flotilla_debug_request(const struct chunk *chunk, const char *function) {
    unsigned char *payload = payload_of(chunk);
    size_t request = *request_word(chunk) ^ key(chunk), limit = capacity(chunk) - sizeof(size_t);
    if (!is_plausible(chunk)) flotilla_heap_damaged(chunk, function, "its header was overwritten");
    if (request > limit - RED_ZONE) {
        report("%s: block at %p (of %zu bytes or less) was written beyond its end", function, (void *)payload, limit - RED_ZONE);
    }
    for (size_t i = request; i < limit; i++) {
        if (payload[i] == RED_BYTE) continue;
        report("%s: block of %zu bytes at %p was written beyond its end: byte %zu is 0x%02x", function, request,
               (void *)payload, i, payload[i]);
    }
    return request;
}

static unsigned char freed_byte(void) {
    return debug.perturbation != 0 ? debug.perturbation : FREED_BYTE;
}

static void check_kept(const struct chunk *chunk, const char *function) {
    const unsigned char *payload = payload_of(chunk);
    unsigned char byte = freed_byte();
    for (size_t i = 0; i < capacity(chunk) - sizeof(size_t); i++) {
        if (payload[i] == byte) continue;
        report("%s: block of %zu bytes at %p was written after it was freed: byte %zu is 0x%02x", function,
               told_size(chunk), (const void *)payload, i, payload[i]);
    }
}

/* The oldest kept block becomes free memory. */
static void let_go(void) {
    struct chunk *chunk = kept[debug.oldest];
    if (!is_plausible(chunk) || mark_of(chunk) != QUARANTINED) {
        flotilla_heap_damaged(chunk, "free", "its header was overwritten after it was freed");
    }
    check_kept(chunk, "free");
    debug.oldest = (debug.oldest + 1) % KEPT_COUNT;
    debug.count--;
    debug.kept_bytes -= size_of(chunk);
    chunk->header ^= QUARANTINED ^ USED;
    flotilla_heap_put(chunk);
}

static void let_all_go(void) {
    while (debug.count > 0) let_go();
}

static void check_heap(const char *function) {
    const struct heap *heap = &flotilla_heap;
    size_t lower_free = 0;
    for (const char *at = heap->start; at < heap->top;) {
        struct chunk *chunk = chunk_at(at);
        if (!is_plausible(chunk)) flotilla_heap_damaged(chunk, function, "its header was overwritten");
        if (((chunk->header & LOWER_USED) == 0) != (lower_free != 0) ||
            (lower_free != 0 && chunk->previous_size != lower_free)) {
            flotilla_heap_damaged(chunk, function, "the free memory below was overwritten");
        }
        if (mark_of(chunk) == FREE && lower_free != 0) flotilla_heap_damaged(chunk, function, "neighbouring free blocks");
        if (mark_of(chunk) == GUARDED) flotilla_debug_request(chunk, function);
        if (mark_of(chunk) == QUARANTINED) check_kept(chunk, function);
        lower_free = mark_of(chunk) == FREE ? size_of(chunk) : 0;
        at += size_of(chunk);
    }
    if (lower_free != 0) report("%s: free block below the top", function);
}

static void check_at_times(const char *function) {
    if (debug.check_interval != 0 && ++debug.calls % debug.check_interval == 0) check_heap(function);
}

void *flotilla_debug_allocate(size_t alignment, size_t request) {
    check_at_times("malloc");
    size_t size = chunk_size(request + RED_ZONE + sizeof(size_t));
    if (size == 0) return NULL;
    struct chunk *chunk = flotilla_heap_take(alignment, size);
    if (chunk == NULL) {
        let_all_go();
        chunk = flotilla_heap_take(alignment, size);
        if (chunk == NULL) return NULL;
    }
    chunk->header ^= USED ^ GUARDED;
    unsigned char *payload = payload_of(chunk);
    if (debug.perturbation != 0) memset(payload, debug.perturbation ^ 0xff, request);
    memset(payload + request, RED_BYTE, capacity(chunk) - sizeof(size_t) - request);
    *request_word(chunk) = request ^ key(chunk);
    return payload;
}

void flotilla_debug_free(struct chunk *chunk, const char *function) {
    check_at_times(function);
    flotilla_debug_request(chunk, function);
    if (size_of(chunk) > KEPT_LARGEST) {
        if (debug.perturbation != 0) memset(payload_of(chunk), debug.perturbation, capacity(chunk));
        chunk->header ^= GUARDED ^ USED;
        flotilla_heap_put(chunk);
        return;
    }
    memset(payload_of(chunk), freed_byte(), capacity(chunk) - sizeof(size_t));
    chunk->header ^= GUARDED ^ QUARANTINED;
    while (debug.count == KEPT_COUNT || (debug.count > 0 && debug.kept_bytes + size_of(chunk) > KEPT_BYTES)) let_go();
    kept[(debug.oldest + debug.count++) % KEPT_COUNT] = chunk;
    debug.kept_bytes += size_of(chunk);
}

/* ---- Switches ---- */

/* The lock is held. */
static void switch_debugging(void) {
    let_all_go(); /* they may have been filled with another byte */
    bool wanted = debug.perturbation != 0 || debug.check_interval != 0;
    if (wanted && !flotilla_heap.debugging) flotilla_heap_flush();
    flotilla_heap.debugging = wanted;
}

void flotilla_heap_options(const char *perturb, const char *check) {
    if (perturb == NULL && check == NULL) return;
    heap_lock();
    if (perturb != NULL) debug.perturbation = (unsigned char)atoi(perturb);
    if (check != NULL && atoi(check) > 0) debug.check_interval = 256 / (unsigned)(atoi(check) > 256 ? 256 : atoi(check));
    switch_debugging();
    heap_unlock();
}

int flotilla_mallopt(int parameter, int value) {
    int known = 1;
    heap_lock();
    switch (parameter) {
        case M_PERTURB: {
            let_all_go();
            debug.perturbation = (unsigned char)value;
            switch_debugging();
            break;
        }
        case M_TRIM_THRESHOLD:
            flotilla_heap.release_threshold = value < 0 ? SIZE_MAX : (size_t)value < PAGE ? PAGE : (size_t)value;
            break;
        case M_MXFAST: known = value >= 0 && (size_t)value <= 80 * sizeof(size_t) / 4; break;
        default: break;
    }
    heap_unlock();
    return known;
}

void flotilla_heap_check(void) {
    heap_lock();
    check_heap("heap check");
    heap_unlock();
}

void flotilla_heap_end(void) {
    if (debug.check_interval == 0) return;
    heap_lock();
    check_heap("exit");
    let_all_go();
    heap_unlock();
}

FLOTILLA_NAMES(flotilla_mallopt, mallopt, __libc_mallopt)
