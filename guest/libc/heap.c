/*
 * The rank's heap: an allocator in the heap region of the slot. heap_chunk.h says what chunks look like.
 *
 * Free chunks are kept in two ways. Small ones stay CACHED, unmerged, in a stack for each size: the fast path. The
 * others are merged and filed in two levels of segregated lists found through bitmaps (M. Masmano et al., "TLSF: A New
 * Dynamic Memory Allocator for Real-Time Systems", ECRTS 2004). Every operation is O(1).
 *
 * Above `top` nothing has been handed out; above `fresh` nothing has ever been written, so it is zero and costs no
 * memory. Pages of large free areas go back to the system, and the more often that happens the larger an area must be,
 * up to a limit, so that a loop which allocates and frees the same buffer soon keeps its pages.
 */
#define _GNU_SOURCE
#include "heap.h"

#include <errno.h>
#include <malloc.h>
#include <string.h>
#include <sys/mman.h>

#include "flotilla.h"
#include "heap_chunk.h"
#include "names.h"

extern void flotilla_host_free(void *);
extern size_t flotilla_host_malloc_usable_size(void *);

#define CACHE_BYTES ((size_t)65536) /* per class, and at least CACHE_LEAST chunks */
#define CACHE_LEAST 16
#define REFILL_BYTES ((size_t)2048) /* at most so much is cut into chunks of one class at once */

#define RELEASE_MOST ((size_t)32 << 20)
#define TIDIED 2048                   /* free chunks */
#define TIDY_FROM (16 - LINEAR_BITS + 1) /* of 64 KiB and more: the first level of such lists */

/* From this size on calloc takes new pages instead of writing zeros: as fast, and what stays unused costs no memory. */
#define CLEAR_BY_RELEASE ((size_t)4 << 20)

#define HUGE_PAGE ((size_t)2 << 20)

struct flotilla_lock flotilla_heap_lock;
struct heap flotilla_heap = {.release_threshold = RELEASE_LEAST};
struct chunk *flotilla_heap_lists[FIRST_LEVELS][SECOND_LEVELS] FLOTILLA_LARGE;

static struct heap *const heap = &flotilla_heap;
/* For the host. */
FLOTILLA_EXPORT struct heap *const flotilla_heap_here = &flotilla_heap;
#define lists flotilla_heap_lists

static const char written_after_free[] = "a block was written after it was freed, or beyond its start or end";

static inline bool in_heap(const void *address) {
    return (size_t)((const char *)address - heap->start) < (size_t)(heap->end - heap->start);
}

static inline char *page_up(const void *address) {
    return (char *)(((uintptr_t)address + PAGE - 1) & -PAGE);
}

static inline char *page_down(const void *address) {
    return (char *)((uintptr_t)address & -PAGE);
}

static inline char *huge_page_down(const void *address) {
    return (char *)((uintptr_t)address & -HUGE_PAGE);
}

/* Whole pages of a free chunk that hold neither its links nor the next chunk's first word. */
static inline char *inner_start(const struct chunk *chunk) {
    return page_up((const char *)chunk + SMALLEST);
}

static inline char *inner_end(const struct chunk *chunk) {
    return page_down(above(chunk));
}

/* ---- The segregated lists ---- */

struct place {
    unsigned first, second;
};

static inline struct place place_of(size_t size) {
    if (size < LINEAR_LIMIT) return (struct place){0, (unsigned)(size / GRANULE)};
    unsigned log = 63u - (unsigned)__builtin_clzl(size);
    return (struct place){log - LINEAR_BITS + 1, (unsigned)(size >> (log - LEVEL_BITS)) & (SECOND_LEVELS - 1)};
}

static void file_chunk(struct chunk *chunk) {
    struct place at = place_of(size_of(chunk));
    struct chunk *head = lists[at.first][at.second];
    chunk->newer = NULL;
    chunk->older = head;
    if (head != NULL) head->newer = chunk;
    lists[at.first][at.second] = chunk;
    heap->first_level_bitmap |= 1ul << at.first;
    heap->second_level_bitmap[at.first] |= 1u << at.second;
    heap->free_listed += size_of(chunk);
}

static inline void check_links(const struct chunk *chunk, struct place at) {
    const struct chunk *newer = chunk->newer, *older = chunk->older;
    if (__builtin_expect((newer == NULL ? lists[at.first][at.second] != chunk : newer->older != chunk) ||
                             (older != NULL && older->newer != chunk), 0)) {
        flotilla_heap_damaged(chunk, "free list", "a block was written after it was freed");
    }
}

static void unfile_chunk(struct chunk *chunk) {
    struct place at = place_of(size_of(chunk));
    check_links(chunk, at);
    struct chunk *newer = chunk->newer, *older = chunk->older;
    if (older != NULL) older->newer = newer;
    if (newer != NULL) {
        newer->older = older;
    } else {
        lists[at.first][at.second] = older;
        if (older == NULL) {
            heap->second_level_bitmap[at.first] &= ~(1u << at.second);
            if (heap->second_level_bitmap[at.first] == 0) heap->first_level_bitmap &= ~(1ul << at.first);
        }
    }
    heap->free_listed -= size_of(chunk);
}

/* Takes a chunk of at least the size out of its list, or answers NULL. */
static struct chunk *find_chunk(size_t size) {
    /* Rounded up to the next list, so that whatever heads it is large enough. */
    if (size >= LINEAR_LIMIT) {
        unsigned log = 63u - (unsigned)__builtin_clzl(size);
        size += ((size_t)1 << (log - LEVEL_BITS)) - 1;
    }
    struct place at = place_of(size);
    if (at.first >= FIRST_LEVELS) return NULL;
    uint32_t seconds = heap->second_level_bitmap[at.first] & (~0u << at.second);
    if (seconds == 0) {
        uint64_t firsts = heap->first_level_bitmap & (~0ul << 1 << at.first);
        if (firsts == 0) return NULL;
        at.first = (unsigned)__builtin_ctzl(firsts);
        seconds = heap->second_level_bitmap[at.first];
    }
    struct chunk *chunk = lists[at.first][__builtin_ctz(seconds)];
    if (mark_of(chunk) != FREE || above(chunk)->previous_size != size_of(chunk)) {
        flotilla_heap_damaged(chunk, "malloc", written_after_free);
    }
    unfile_chunk(chunk);
    return chunk;
}

/* Makes a free chunk of memory whose neighbours are in use. */
static void make_free(struct chunk *chunk, size_t size, size_t flags) {
    chunk->header = FREE | size | LOWER_USED | flags;
    struct chunk *next = above(chunk);
    next->previous_size = size;
    next->header &= ~LOWER_USED;
    file_chunk(chunk);
}

/* ---- Giving pages back ---- */

static void release_pages(char *start, char *end) {
    if (start >= end) return;
    int error = flotilla_here()->error;
    madvise(start, (size_t)(end - start), MADV_DONTNEED);
    flotilla_here()->error = error;
}

/* Raised only where pages were given back that had come to be used meanwhile: who frees everything once gives it all. */
static void raise_threshold(size_t released) {
    bool reused = heap->refreshed >= released / 2;
    heap->refreshed = 0;
    if (!reused) return;
    size_t wanted = released < RELEASE_MOST / 2 ? 2 * released : RELEASE_MOST;
    if (wanted > heap->release_threshold) heap->release_threshold = wanted;
}

static void lower_top(char *new_top) {
    heap->top = new_top;
    size_t dirty = heap->fresh > new_top ? (size_t)(heap->fresh - new_top) : 0;
    if (dirty < heap->release_threshold) return;
    char *start = page_up(new_top + OVERHEAD);
    if (start >= heap->fresh) return;
    release_pages(start, heap->fresh);
    heap->fresh = start;
    raise_threshold(dirty);
}

/* ---- Merging ---- */

/* A free chunk becomes larger by what stands below or above it, and stays in its list: the usual case when many small
 * chunks are freed one after the other. Answers false when it belongs into another list then. */
static inline bool extend_free(struct chunk *free, struct chunk *start, size_t size) {
    size_t had = size_of(free);
    struct place at = place_of(had), wanted = place_of(size);
    if (at.first != wanted.first || at.second != wanted.second) return false;
    check_links(free, at);
    struct chunk *newer = free->newer, *older = free->older;
    if (start != free) {
        start->newer = newer;
        start->older = older;
        if (older != NULL) older->newer = start;
        if (newer != NULL) newer->older = start;
        else lists[at.first][at.second] = start;
    }
    start->header = FREE | size | LOWER_USED;
    struct chunk *next = above(start);
    next->previous_size = size;
    next->header &= ~LOWER_USED;
    heap->free_listed += size - had;
    return true;
}

void flotilla_heap_put(struct chunk *chunk) {
    size_t size = size_of(chunk), freed = size;
    struct chunk *next = above(chunk), *lower = NULL, *upper = NULL;
    if ((char *)next > heap->top) flotilla_heap_damaged(chunk, "free", "its size was overwritten");
    if (!(chunk->header & LOWER_USED)) {
        lower = below(chunk);
        if (!below_top(lower) || mark_of(lower) != FREE || size_of(lower) != chunk->previous_size) {
            flotilla_heap_damaged(chunk, "free", "the free memory below was overwritten");
        }
        size += size_of(lower);
        chunk = lower;
    }
    if ((char *)next == heap->top) {
        if (lower != NULL) unfile_chunk(lower);
        lower_top((char *)chunk);
        return;
    }
    switch (mark_of(next)) {
        case FREE:
            if (above(next)->previous_size != size_of(next)) {
                flotilla_heap_damaged(next, "free", written_after_free);
            }
            upper = next;
            size += size_of(next);
            break;
        case USED:
        case CACHED:
        case GUARDED:
        case QUARANTINED: break;
        default: flotilla_heap_damaged(lower != NULL ? below(next) : chunk, "free", "it was written beyond its end");
    }
    size_t flags = 0;
    heap->merged_since_release += freed;
    /* And a part of the chunk that is worth looking through it. */
    bool release = heap->merged_since_release >= heap->release_threshold && size >= heap->release_threshold &&
                   heap->merged_since_release >= size / 8;
    if (!release && (lower == NULL) != (upper == NULL) && extend_free(lower != NULL ? lower : upper, chunk, size)) return;
    if (lower != NULL) unfile_chunk(lower);
    if (upper != NULL) unfile_chunk(upper);
    if (release) {
        chunk->header = FREE | size | LOWER_USED;
        release_pages(inner_start(chunk), inner_end(chunk));
        raise_threshold(heap->merged_since_release);
        heap->merged_since_release = 0;
        flags = ZERO_PAGES;
    }
    make_free(chunk, size, flags);
}

/* ---- The cache of small chunks ---- */

static inline void push_cached(struct chunk *chunk, size_t class) {
    chunk->older = heap->cache[class].newest;
    heap->cache[class].newest = chunk;
    heap->cache[class].count++;
}

/* NULL: none is there. One that was written since it was freed ends the rank. */
static inline struct chunk *pop_cached(size_t class) {
    struct chunk *chunk = heap->cache[class].newest;
    if (__builtin_expect(!below_top(chunk), 0)) {
        if (chunk != NULL) flotilla_heap_damaged(NULL, "malloc", written_after_free);
        return NULL;
    }
    if (__builtin_expect((chunk->header & ~LOWER_USED) != (CACHED | class * GRANULE), 0)) {
        flotilla_heap_damaged(chunk, "malloc", written_after_free);
    }
    heap->cache[class].newest = chunk->older;
    heap->cache[class].count--;
    return chunk;
}

/* What was made at once often stands side by side: it is merged on the way. */
static void flush_class(size_t class, unsigned keep) {
    size_t size = class * GRANULE;
    while (heap->cache[class].count > keep) {
        struct chunk *run = pop_cached(class);
        while (heap->cache[class].count > keep) {
            char *next = (char *)heap->cache[class].newest;
            bool is_below = next + size == (char *)run;
            if (!is_below && next != (char *)above(run)) break;
            struct chunk *other = pop_cached(class);
            if (is_below) {
                other->header += size_of(run);
                run = other;
            } else {
                run->header += size;
            }
        }
        flotilla_heap_put(run);
    }
}

void flotilla_heap_flush(void) {
    for (size_t class = 0; class < CACHE_CLASSES; class++) flush_class(class, 0);
}

/* Most of the heap is free, but in pieces too small to be released when they were merged, or kept apart by what is cached:
 * the largest ones go back after all. No more than so many at a time, so that freeing stays O(1). */
static __attribute__((noinline)) void tidy(void) {
    flotilla_heap_flush();
    int left = TIDIED;
    size_t released = 0;
    for (unsigned first = FIRST_LEVELS; first-- > TIDY_FROM && left > 0;) {
        if ((heap->first_level_bitmap >> first & 1) == 0) continue;
        for (unsigned second = SECOND_LEVELS; second-- > 0 && left > 0;) {
            for (struct chunk *chunk = lists[first][second]; chunk != NULL && left-- > 0; chunk = chunk->older) {
                if ((chunk->header & ZERO_PAGES) != 0) continue;
                release_pages(inner_start(chunk), inner_end(chunk));
                chunk->header |= ZERO_PAGES;
                released += size_of(chunk);
            }
        }
    }
    if (released != 0) raise_threshold(released);
    /* When there was little to release, because what is in use lies between, it is tried again when less is. */
    size_t used = (size_t)(heap->top - heap->start) - heap->free_listed;
    size_t done = used / 8 < heap->release_threshold / 8 ? used / 8 : heap->release_threshold / 8;
    if (done < RELEASE_LEAST) done = RELEASE_LEAST;
    if (done < released) done = released;
    heap->merged_since_release -= done < heap->merged_since_release ? done : heap->merged_since_release;
}

static inline void tidy_if_due(void) {
    bool due = heap->merged_since_release >= heap->release_threshold && heap->free_listed >= heap->release_threshold;
    if (__builtin_expect(due && heap->free_listed > (size_t)(heap->top - heap->start) / 2, 0)) tidy();
}

static inline bool is_overfull(size_t class) {
    unsigned count = heap->cache[class].count;
    return count > CACHE_LEAST && count * class * GRANULE > CACHE_BYTES;
}

/* ---- Allocation ---- */

static bool start_heap(void) {
    if (flotilla_control == NULL || flotilla_control->heap_size < 2 * PAGE) return false;
    heap->start = (char *)flotilla_control->heap_base;
    heap->end = heap->start + (flotilla_control->heap_size & -PAGE);
    heap->top = heap->fresh = heap->start;
    return true;
}

static struct chunk *take_from_top(size_t size) {
    /* One word of the chunk above top would be this chunk's last. */
    if (size > (size_t)(heap->end - heap->top) || (size_t)(heap->end - heap->top) - size < OVERHEAD) return NULL;
    struct chunk *chunk = chunk_at(heap->top);
    heap->top += size;
    chunk->header = USED | size | LOWER_USED;
    return chunk;
}

/* Huge pages for what has been handed out up to the top, a large chunk last: where a hypervisor keeps page tables of its own, a
 * fault costs as much as copying 100 KiB. Only whole ones, so that a rank holds no page that is in none of its blocks; and what
 * is marked stays one piece, since a process may have few. */
static void want_huge_pages(const struct chunk *chunk) {
    char *start = heap->huge_end, *end = huge_page_down(heap->top);
    if (start == NULL) start = huge_page_down((const char *)chunk + HUGE_PAGE - 1);
    if (start >= end) return;
    int error = flotilla_here()->error;
    madvise(start, (size_t)(end - start), MADV_HUGEPAGE);
    flotilla_here()->error = error;
    heap->huge_end = end;
}

/* A chunk has taken the place below the top, and will be written. */
static inline void mind_fresh(const struct chunk *chunk) {
    char *end = heap->top + sizeof(size_t);
    if (end <= heap->fresh) return;
    heap->refreshed += (size_t)(end - heap->fresh);
    heap->fresh = end;
    if (size_of(chunk) >= HUGE_PAGE) want_huge_pages(chunk);
}

static struct chunk *split(struct chunk *chunk, size_t size) {
    size_t rest = size_of(chunk) - size;
    if (rest < SMALLEST) return NULL;
    struct chunk *tail = chunk_at((char *)chunk + size);
    chunk->header -= rest;
    tail->header = USED | rest | LOWER_USED;
    return tail;
}

/* Frees what a used chunk has beyond the size. */
static void shorten(struct chunk *chunk, size_t size) {
    struct chunk *tail = split(chunk, size);
    if (tail != NULL) flotilla_heap_put(tail);
}

/* Puts back what a chunk just taken from a list has beyond the size: it was free before, with these flags. */
static void put_rest_back(struct chunk *chunk, size_t size, size_t flags) {
    struct chunk *tail = split(chunk, size);
    if (tail != NULL) make_free(tail, size_of(tail), flags);
}

/* A chunk cut from one that has room bytes, not less than its size. */
static struct chunk *take_from_lists(size_t size, size_t room, bool *zero_pages) {
    struct chunk *chunk = find_chunk(room);
    if (chunk == NULL) return NULL;
    size_t flags = chunk->header & ZERO_PAGES;
    *zero_pages = flags != 0;
    chunk->header = USED | (chunk->header & (SIZE_MASK | LOWER_USED));
    above(chunk)->header |= LOWER_USED;
    put_rest_back(chunk, size, flags);
    return chunk;
}

/* What calloc may leave out: memory from here to the end is zero already. */
struct zeros {
    char *start, *end;
};

static struct chunk *allocate_with_room(size_t size, size_t room, struct zeros *zeros) {
    bool zero_pages = false;
    if (heap->start == NULL && !start_heap()) return NULL;
    struct chunk *chunk = take_from_lists(size, room, &zero_pages);
    if (chunk == NULL) {
        char *was_fresh = heap->fresh;
        chunk = take_from_top(size);
        if (chunk == NULL) {
            flotilla_heap_flush();
            chunk = take_from_lists(size, size, &zero_pages);
            if (chunk == NULL) {
                was_fresh = heap->fresh;
                if ((chunk = take_from_top(size)) == NULL) return NULL;
            }
        }
        if ((char *)above(chunk) == heap->top) {
            zeros->start = was_fresh;
            zeros->end = heap->top + sizeof chunk->previous_size;
            mind_fresh(chunk);
            return chunk;
        }
    }
    if (zero_pages) {
        heap->refreshed += size;
        zeros->start = inner_start(chunk);
        zeros->end = inner_end(chunk);
    }
    return chunk;
}

static struct chunk *allocate_slowly(size_t size, struct zeros *zeros) {
    return allocate_with_room(size, size, zeros);
}

/* A small chunk where none is cached. From the second time on several are made at once, the more the oftener. */
static struct chunk *refill(size_t size) {
    size_t class = size / GRANULE, count = heap->cache[class].refills, most = REFILL_BYTES / size;
    struct zeros zeros;
    if (count < most) heap->cache[class].refills++;
    if (count < 2 || heap->debugging) return allocate_slowly(size, &zeros);
    struct chunk *chunk = allocate_slowly(count * size, &zeros);
    if (chunk == NULL) return allocate_slowly(size, &zeros);
    /* The last one gets what could not be split off. */
    size_t last = size_of(chunk) - (count - 1) * size;
    for (size_t i = count; --i > 0;) {
        struct chunk *part = chunk_at((char *)chunk + i * size);
        size_t bytes = i == count - 1 ? last : size;
        part->header = CACHED | bytes | LOWER_USED;
        if (bytes <= CACHE_LIMIT) {
            push_cached(part, bytes / GRANULE);
        } else {
            part->header ^= CACHED ^ USED;
            flotilla_heap_put(part);
        }
    }
    chunk->header = USED | size | (chunk->header & LOWER_USED);
    return chunk;
}

static void *out_of_memory(void) {
    flotilla_here()->error = ENOMEM;
    return NULL;
}

/* Unlocks. */
static inline void *answer(struct chunk *chunk) {
    heap_unlock();
    return chunk == NULL ? out_of_memory() : payload_of(chunk);
}

static __attribute__((noinline)) void *malloc_slowly(size_t request, size_t size) {
    if (size == 0) return answer(NULL);
    if (heap->debugging) {
        void *memory = flotilla_debug_allocate(GRANULE, request);
        heap_unlock();
        return memory == NULL ? out_of_memory() : memory;
    }
    struct zeros zeros;
    return answer(size <= CACHE_LIMIT ? refill(size) : allocate_slowly(size, &zeros));
}

void *flotilla_malloc(size_t request) {
    size_t size = chunk_size(request);
    heap_lock();
    if (__builtin_expect(size <= CACHE_LIMIT, 1)) {
        struct chunk *chunk = pop_cached(size / GRANULE);
        if (__builtin_expect(chunk != NULL, 1)) {
            chunk->header ^= CACHED ^ USED;
            heap_unlock();
            return payload_of(chunk);
        }
    }
    return malloc_slowly(request, size);
}

/* A block of another rank of the job: ranks that share images hand their objects around. Its heap is the other's, so a
 * block that is freed here stays used there; growing it takes a copy. */
static inline bool is_of_other_rank(const void *memory) {
    return flotilla_in_other_slot(memory);
}

/* Memory outside of the slot was given by the host's malloc (functions of libc that are not the guest library's keep
 * such inside structures). What it cannot have given stays here, to be refused: the host's free would end the whole
 * process over it. In front of its blocks stands their size, a multiple of 16 with three flags. */
static bool is_foreign(const void *memory) {
    uintptr_t address = (uintptr_t)memory;
    bool possible = address % GRANULE == 0 && address >= 1u << 16 && address >> 47 == 0;
    if (!possible || in_heap(memory) || flotilla_in_slot(memory) || is_of_other_rank(memory)) return false;
    unsigned char resident;
    if (mincore(page_down((const char *)memory - sizeof(size_t)), 1, &resident) != 0) return false;
    size_t size = ((const size_t *)memory)[-1];
    return (size & 8) == 0 && size >= SMALLEST && size >> 40 == 0;
}

/* The chunk of memory that the program says it got from malloc. */
static inline struct chunk *checked(const void *memory, const char *function) {
    struct chunk *chunk = chunk_of(memory);
    if (__builtin_expect(((uintptr_t)memory & (GRANULE - 1)) != 0 || !below_top(chunk), 0) ||
        __builtin_expect(mark_of(chunk) != USED && mark_of(chunk) != GUARDED, 0)) {
        flotilla_heap_refuse(memory, function);
    }
    return chunk;
}

/* Unlocks. */
static __attribute__((noinline)) void free_slowly(void *memory) {
    if (memory == NULL || is_of_other_rank(memory)) {
        heap_unlock();
    } else if (is_foreign(memory)) {
        heap_unlock();
        flotilla_host_free(memory);
    } else {
        struct chunk *chunk = checked(memory, "free");
        if (mark_of(chunk) == GUARDED) {
            flotilla_debug_free(chunk, "free");
        } else {
            flotilla_heap_put(chunk);
            tidy_if_due();
        }
        heap_unlock();
    }
}

void flotilla_free(void *memory) {
    struct chunk *chunk = chunk_of(memory);
    heap_lock();
    if (__builtin_expect(((uintptr_t)memory & (GRANULE - 1)) != 0 || !below_top(chunk), 0) ||
        /* Not in use, or not small: the mark is in the highest bits. */
        __builtin_expect((chunk->header ^ USED) > (CACHE_LIMIT | LOWER_USED), 0)) {
        free_slowly(memory);
        return;
    }
    size_t class = size_of(chunk) / GRANULE;
    chunk->header ^= USED ^ CACHED;
    push_cached(chunk, class);
    if (__builtin_expect(is_overfull(class), 0)) {
        flush_class(class, heap->cache[class].count / 2);
        tidy_if_due();
    }
    heap_unlock();
}

void *flotilla_calloc(size_t count, size_t each) {
    size_t bytes;
    if (__builtin_mul_overflow(count, each, &bytes)) return out_of_memory();
    size_t size = chunk_size(bytes);
    if (size == 0) return out_of_memory();
    if (size <= CACHE_LIMIT || heap->debugging) {
        void *memory = flotilla_malloc(bytes);
        return memory == NULL ? NULL : memset(memory, 0, bytes);
    }
    struct zeros zeros = {NULL, NULL};
    heap_lock();
    struct chunk *chunk = allocate_slowly(size, &zeros);
    heap_unlock();
    if (chunk == NULL) return out_of_memory();
    char *start = payload_of(chunk), *end = start + bytes;
    if (zeros.start == NULL && bytes >= CLEAR_BY_RELEASE) {
        zeros.start = inner_start(chunk);
        zeros.end = inner_end(chunk);
        release_pages(zeros.start, zeros.end);
    }
    if (zeros.start == NULL || zeros.start >= end || zeros.end <= start || zeros.end <= zeros.start) {
        return memset(start, 0, bytes);
    }
    if (zeros.start > start) memset(start, 0, (size_t)(zeros.start - start));
    if (zeros.end < end) memset(zeros.end, 0, (size_t)(end - zeros.end));
    return start;
}

/* Makes a used chunk larger where it stands. */
static bool grow(struct chunk *chunk, size_t size) {
    struct chunk *next = above(chunk);
    size_t missing = size - size_of(chunk);
    if ((char *)next > heap->top) flotilla_heap_damaged(chunk, "realloc", "its size was overwritten");
    if ((char *)next == heap->top) {
        size_t room = (size_t)(heap->end - heap->top);
        if (missing > room || room - missing < OVERHEAD) return false;
        heap->top += missing;
        chunk->header += missing;
        mind_fresh(chunk);
        return true;
    }
    if (mark_of(next) != FREE || size_of(next) < missing) return false;
    if (above(next)->previous_size != size_of(next)) flotilla_heap_damaged(next, "realloc", written_after_free);
    unfile_chunk(next);
    size_t flags = next->header & ZERO_PAGES;
    above(next)->header |= LOWER_USED;
    chunk->header += size_of(next);
    put_rest_back(chunk, size, flags);
    return true;
}

/* Bytes that a block has, whoever gave it. */
static size_t usable(const void *memory, const char *function) {
    if (is_of_other_rank(memory)) return capacity(chunk_of(memory));
    if (is_foreign(memory)) return flotilla_host_malloc_usable_size((void *)memory);
    heap_lock();
    struct chunk *chunk = checked(memory, function);
    size_t bytes = mark_of(chunk) == GUARDED ? flotilla_debug_request(chunk, function) : capacity(chunk);
    heap_unlock();
    return bytes;
}

/* Memory for a block that has grown and may grow on: where there is room behind it. */
static void *allocate_to_grow(size_t request, size_t size) {
    if (size <= CACHE_LIMIT || heap->debugging) return flotilla_malloc(request);
    struct zeros zeros;
    heap_lock();
    struct chunk *chunk = allocate_with_room(size, size + size / 2, &zeros);
    heap_unlock();
    return chunk == NULL ? out_of_memory() : payload_of(chunk);
}

static void *move(void *memory, size_t request, size_t size) {
    size_t had = usable(memory, "realloc");
    void *copy = allocate_to_grow(request, size);
    if (copy == NULL) return NULL;
    memcpy(copy, memory, had < request ? had : request);
    flotilla_free(memory);
    return copy;
}

void *flotilla_realloc(void *memory, size_t request) {
    if (memory == NULL) return flotilla_malloc(request);
    if (request == 0) {
        flotilla_free(memory);
        return NULL;
    }
    size_t size = chunk_size(request);
    if (size == 0) return out_of_memory();
    if (is_of_other_rank(memory) || (!flotilla_in_slot(memory) && is_foreign(memory))) return move(memory, request, size);
    heap_lock();
    struct chunk *chunk = checked(memory, "realloc");
    bool done = false;
    if (mark_of(chunk) == USED) {
        done = size <= size_of(chunk);
        if (done) {
            shorten(chunk, size);
        } else {
            done = grow(chunk, size);
        }
    }
    heap_unlock();
    return done ? memory : move(memory, request, size);
}

struct chunk *flotilla_heap_take(size_t alignment, size_t size) {
    struct zeros zeros;
    if (alignment <= GRANULE) return allocate_slowly(size, &zeros);
    if (alignment > PTRDIFF_MAX / 2 || size > PTRDIFF_MAX - alignment - SMALLEST) return NULL;
    struct chunk *chunk = allocate_slowly(size + alignment + SMALLEST, &zeros);
    if (chunk == NULL) return NULL;
    uintptr_t payload = (uintptr_t)payload_of(chunk);
    if ((payload & (alignment - 1)) != 0) {
        uintptr_t aligned = (payload + SMALLEST + alignment - 1) & -alignment;
        size_t lead = aligned - payload;
        struct chunk *later = chunk_of((void *)aligned);
        later->header = USED | (size_of(chunk) - lead) | LOWER_USED;
        chunk->header = USED | lead | (chunk->header & LOWER_USED);
        flotilla_heap_put(chunk);
        chunk = later;
    }
    shorten(chunk, size);
    return chunk;
}

void *flotilla_memalign(size_t alignment, size_t request) {
    if (alignment <= GRANULE) return flotilla_malloc(request);
    size_t size = chunk_size(request);
    if (size == 0) return out_of_memory();
    heap_lock();
    if (heap->debugging) {
        void *memory = flotilla_debug_allocate(alignment, request);
        heap_unlock();
        return memory == NULL ? out_of_memory() : memory;
    }
    return answer(flotilla_heap_take(alignment, size));
}

size_t flotilla_malloc_usable_size(void *memory) {
    return memory == NULL ? 0 : usable(memory, "malloc_usable_size");
}

/* Gives back the pages of all free memory; walks the lists. */
int flotilla_malloc_trim(size_t keep) {
    heap_lock();
    bool released = false;
    if (heap->start != NULL) {
        flotilla_heap_flush();
        char *start = keep < (size_t)(heap->end - heap->top) ? page_up(heap->top + OVERHEAD + keep) : heap->end;
        if (start < heap->fresh) {
            release_pages(start, heap->fresh);
            heap->fresh = start;
            released = true;
        }
        for (unsigned i = 0; i < FIRST_LEVELS * SECOND_LEVELS; i++) {
            for (struct chunk *chunk = lists[i / SECOND_LEVELS][i % SECOND_LEVELS]; chunk != NULL; chunk = chunk->older) {
                if ((chunk->header & ZERO_PAGES) != 0 || inner_start(chunk) >= inner_end(chunk)) continue;
                release_pages(inner_start(chunk), inner_end(chunk));
                chunk->header |= ZERO_PAGES;
                released = true;
            }
        }
    }
    heap_unlock();
    return released;
}

void flotilla_heap_before_fork(void) {
    heap_lock();
}

void flotilla_heap_after_fork(void) {
    heap_unlock();
}

FLOTILLA_NAMES(flotilla_malloc, malloc, __libc_malloc)
FLOTILLA_NAMES(flotilla_calloc, calloc, __libc_calloc)
FLOTILLA_NAMES(flotilla_realloc, realloc, __libc_realloc)
FLOTILLA_NAMES(flotilla_free, free, cfree, __libc_free)
FLOTILLA_NAMES(flotilla_malloc_usable_size, malloc_usable_size)
FLOTILLA_NAMES(flotilla_malloc_trim, malloc_trim)
