/*
 * The rank's heap: an allocator for one thread, in the heap region of the slot.
 *
 * A chunk is a header word, the payload, and the first word of the next chunk, which belongs to the payload while the
 * chunk is in use and holds the chunk's size while it is free (a boundary tag, so that neighbours merge in O(1)).
 *
 *   chunk ->  +0   previous_size   payload of the chunk below, or its size when that is free
 *             +8   header          mark (16 bits) | size in bytes (a multiple of 16) | LOWER_USED
 *   payload ->+16  ...             newer, older: links while free
 *
 * The mark says what the chunk is; that it is one of three rare patterns is how stray pointers and overruns are found.
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
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "flotilla.h"
#include "names.h"

extern void flotilla_host_free(void *);
extern size_t flotilla_host_malloc_usable_size(void *);

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
#define MARK_MASK ((size_t)0xFFFF << MARK_SHIFT)

/* Small chunks up to this size, header included, are cached. */
#define CACHE_LIMIT ((size_t)1040)
#define CACHE_CLASSES (CACHE_LIMIT / GRANULE + 1)
#define CACHE_BYTES ((size_t)65536) /* per class, and at least CACHE_LEAST chunks */
#define CACHE_LEAST 16

/* Lists: below LINEAR_LIMIT one for each size, above 2^LEVEL_BITS for each power of two. */
#define LINEAR_BITS 9
#define LINEAR_LIMIT ((size_t)1 << LINEAR_BITS)
#define LEVEL_BITS 5
#define SECOND_LEVELS (1u << LEVEL_BITS)
#define FIRST_LEVELS (MARK_SHIFT - LINEAR_BITS + 1)

#define RELEASE_LEAST ((size_t)128 << 10)
#define RELEASE_MOST ((size_t)64 << 20)

/* From this size on calloc takes new pages instead of writing zeros: as fast, and what stays unused costs no memory. */
#define CLEAR_BY_RELEASE ((size_t)4 << 20)

static char *heap_start, *heap_end;
static char *top;   /* where the next chunk that fits nowhere else is made; heap_end when exhausted */
static char *fresh; /* from here on memory is zero */

static struct {
    struct chunk *newest;
    unsigned count;
} cache[CACHE_CLASSES];

static uint64_t first_level_bitmap;
static uint32_t second_level_bitmap[FIRST_LEVELS];
static struct chunk *lists[FIRST_LEVELS][SECOND_LEVELS] FLOTILLA_LARGE;

static size_t release_threshold = RELEASE_LEAST;
static size_t merged_since_release; /* bytes freed that may hold pages worth giving back */
static unsigned char perturbation; /* M_PERTURB, MALLOC_PERTURB_ */
static unsigned check_interval;    /* MALLOC_CHECK_: the whole heap is walked after so many calls; 0: never */
static bool debugging;             /* either of the two */
static size_t free_listed; /* bytes in the segregated lists */

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

static inline void *payload_of(struct chunk *chunk) {
    return (char *)chunk + OVERHEAD;
}

static inline struct chunk *chunk_of(void *payload) {
    return chunk_at((char *)payload - OVERHEAD);
}

static inline size_t capacity(const struct chunk *chunk) {
    return size_of(chunk) - sizeof chunk->header;
}

static inline bool in_heap(const void *address) {
    return (size_t)((const char *)address - heap_start) < (size_t)(heap_end - heap_start);
}

static inline bool below_top(const void *address) {
    return (size_t)((const char *)address - heap_start) < (size_t)(top - heap_start);
}

static inline char *page_up(const void *address) {
    return (char *)(((uintptr_t)address + PAGE - 1) & -PAGE);
}

static inline char *page_down(const void *address) {
    return (char *)((uintptr_t)address & -PAGE);
}

/* Whole pages of a free chunk that hold neither its links nor the next chunk's first word. */
static inline char *inner_start(const struct chunk *chunk) {
    return page_up((const char *)chunk + SMALLEST);
}

static inline char *inner_end(const struct chunk *chunk) {
    return page_down(above(chunk));
}

/* ---- The segregated lists ---- */

static inline void list_of(size_t size, unsigned *first, unsigned *second) {
    if (size < LINEAR_LIMIT) {
        *first = 0;
        *second = (unsigned)(size / GRANULE);
        return;
    }
    unsigned log = 63u - (unsigned)__builtin_clzl(size);
    *first = log - LINEAR_BITS + 1;
    *second = (unsigned)(size >> (log - LEVEL_BITS)) & (SECOND_LEVELS - 1);
}

static void file_chunk(struct chunk *chunk) {
    unsigned first, second;
    list_of(size_of(chunk), &first, &second);
    struct chunk *head = lists[first][second];
    chunk->newer = NULL;
    chunk->older = head;
    if (head != NULL) head->newer = chunk;
    lists[first][second] = chunk;
    first_level_bitmap |= 1ul << first;
    second_level_bitmap[first] |= 1u << second;
    free_listed += size_of(chunk);
}

static void unfile_chunk(struct chunk *chunk) {
    unsigned first, second;
    list_of(size_of(chunk), &first, &second);
    struct chunk *newer = chunk->newer, *older = chunk->older;
    if ((newer == NULL ? lists[first][second] != chunk : newer->older != chunk) ||
        (older != NULL && older->newer != chunk)) {
        flotilla_abort("corrupted double-linked list");
    }
    if (older != NULL) older->newer = newer;
    if (newer != NULL) {
        newer->older = older;
    } else {
        lists[first][second] = older;
        if (older == NULL) {
            second_level_bitmap[first] &= ~(1u << second);
            if (second_level_bitmap[first] == 0) first_level_bitmap &= ~(1ul << first);
        }
    }
    free_listed -= size_of(chunk);
}

/* Takes a chunk of at least the size out of its list, or answers NULL. */
static struct chunk *find_chunk(size_t size) {
    unsigned first, second;
    /* Rounded up to the next list, so that whatever heads it is large enough. */
    if (size >= LINEAR_LIMIT) {
        unsigned log = 63u - (unsigned)__builtin_clzl(size);
        size += ((size_t)1 << (log - LEVEL_BITS)) - 1;
    }
    list_of(size, &first, &second);
    if (first >= FIRST_LEVELS) return NULL;
    uint32_t seconds = second_level_bitmap[first] & (~0u << second);
    if (seconds == 0) {
        uint64_t firsts = first_level_bitmap & (~0ul << 1 << first);
        if (firsts == 0) return NULL;
        first = (unsigned)__builtin_ctzl(firsts);
        seconds = second_level_bitmap[first];
    }
    struct chunk *chunk = lists[first][__builtin_ctz(seconds)];
    if (mark_of(chunk) != FREE || above(chunk)->previous_size != size_of(chunk)) {
        flotilla_abort("malloc(): corrupted free memory (a block was written after it was freed)");
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
    madvise(start, (size_t)(end - start), MADV_DONTNEED);
}

static void raise_threshold(size_t released) {
    size_t wanted = released < RELEASE_MOST / 2 ? 2 * released : RELEASE_MOST;
    if (wanted > release_threshold) release_threshold = wanted;
}

static void lower_top(char *new_top, bool always) {
    top = new_top;
    size_t dirty = fresh > top ? (size_t)(fresh - top) : 0;
    if (dirty < release_threshold && !always) return;
    char *start = page_up(top + OVERHEAD);
    if (start >= fresh) return;
    release_pages(start, fresh);
    fresh = start;
    if (!always) raise_threshold(dirty);
}

/* Merges a chunk that is in no list with what is free around it, and files or releases the result. */
static void merge_and_file(struct chunk *chunk) {
    size_t size = size_of(chunk), freed = size;
    struct chunk *next = above(chunk);
    if ((char *)next > top) flotilla_abort("free(): invalid size");
    if (!(chunk->header & LOWER_USED)) {
        struct chunk *lower = below(chunk);
        if (!below_top(lower) || mark_of(lower) != FREE || size_of(lower) != chunk->previous_size) {
            flotilla_abort("corrupted size vs. prev_size");
        }
        unfile_chunk(lower);
        size += size_of(lower);
        chunk = lower;
    }
    if ((char *)next == top) {
        lower_top((char *)chunk, false);
        return;
    }
    size_t next_mark = mark_of(next);
    if (next_mark == FREE) {
        if (above(next)->previous_size != size_of(next)) flotilla_abort("corrupted size vs. prev_size");
        unfile_chunk(next);
        size += size_of(next);
    } else if (next_mark != USED && next_mark != CACHED) {
        flotilla_abort("free(): corrupted next size (a block was written beyond its end)");
    }
    size_t flags = 0;
    merged_since_release += freed;
    if (size >= release_threshold && merged_since_release >= release_threshold) {
        chunk->header = FREE | size | LOWER_USED;
        release_pages(inner_start(chunk), inner_end(chunk));
        raise_threshold(freed);
        merged_since_release = 0;
        flags = ZERO_PAGES;
    }
    make_free(chunk, size, flags);
}

/* ---- The cache of small chunks ---- */

static void flush_class(size_t class, unsigned keep) {
    while (cache[class].count > keep) {
        struct chunk *chunk = cache[class].newest;
        if (mark_of(chunk) != CACHED || size_of(chunk) != class * GRANULE) {
            flotilla_abort("malloc(): corrupted free memory (a block was written after it was freed)");
        }
        cache[class].newest = chunk->older;
        cache[class].count--;
        merge_and_file(chunk);
    }
}

static void flush_cache(void) {
    for (size_t class = 0; class < CACHE_CLASSES; class++) flush_class(class, 0);
}

static inline bool is_overfull(size_t class) {
    return cache[class].count > CACHE_LEAST && cache[class].count * class * GRANULE > CACHE_BYTES;
}

/* ---- Allocation ---- */

static bool start_heap(void) {
    if (flotilla_control == NULL || flotilla_control->heap_size < 2 * PAGE) return false;
    heap_start = (char *)flotilla_control->heap_base;
    heap_end = heap_start + (flotilla_control->heap_size & -PAGE);
    top = fresh = heap_start;
    return true;
}

/* Bytes of the chunk for a request, or 0 when no chunk could be so large. */
static inline size_t chunk_size(size_t request) {
    if (request > PTRDIFF_MAX - PAGE) return 0;
    size_t size = (request + sizeof(size_t) + GRANULE - 1) & -GRANULE;
    return size < SMALLEST ? SMALLEST : size;
}

static struct chunk *take_from_top(size_t size) {
    /* One word of the chunk above top would be this chunk's last. */
    if (size > (size_t)(heap_end - top) || (size_t)(heap_end - top) - size < OVERHEAD) return NULL;
    struct chunk *chunk = chunk_at(top);
    top += size;
    chunk->header = USED | size | LOWER_USED;
    return chunk;
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
    if (tail != NULL) merge_and_file(tail);
}

/* Puts back what a chunk just taken from a list has beyond the size: it was free before, with these flags. */
static void put_rest_back(struct chunk *chunk, size_t size, size_t flags) {
    struct chunk *tail = split(chunk, size);
    if (tail != NULL) make_free(tail, size_of(tail), flags);
}

static struct chunk *take_from_lists(size_t size, bool *zero_pages) {
    struct chunk *chunk = find_chunk(size);
    if (chunk == NULL) return NULL;
    size_t flags = chunk->header & ZERO_PAGES;
    *zero_pages = flags != 0;
    chunk->header = USED | (chunk->header & (SIZE_MASK | LOWER_USED));
    above(chunk)->header |= LOWER_USED;
    put_rest_back(chunk, size, flags);
    return chunk;
}

/* What calloc may leave out: memory from here to the end of the chunk, or to zero_end, is zero already. */
struct zeros {
    char *start, *end;
};

static struct chunk *allocate_slowly(size_t size, struct zeros *zeros) {
    bool zero_pages = false;
    if (heap_start == NULL && !start_heap()) return NULL;
    struct chunk *chunk = take_from_lists(size, &zero_pages);
    if (chunk == NULL) {
        char *was_fresh = fresh;
        chunk = take_from_top(size);
        if (chunk != NULL) {
            char *end = (char *)chunk + size + sizeof chunk->previous_size;
            zeros->start = was_fresh;
            zeros->end = end;
            if (end > fresh) fresh = end;
            return chunk;
        }
        flush_cache();
        chunk = take_from_lists(size, &zero_pages);
        if (chunk == NULL) {
            if ((chunk = take_from_top(size)) == NULL) return NULL;
            char *end = (char *)chunk + size + sizeof chunk->previous_size;
            if (end > fresh) fresh = end;
            return chunk;
        }
    }
    if (zero_pages) {
        zeros->start = inner_start(chunk);
        zeros->end = inner_end(chunk);
    }
    return chunk;
}

static void *out_of_memory(void) {
    flotilla_control->error = ENOMEM;
    return NULL;
}

static void check_at_times(void) {
    static unsigned calls;
    if (check_interval != 0 && ++calls % check_interval == 0) flotilla_heap_check();
}

static __attribute__((noinline)) void *debugged(struct chunk *chunk) {
    check_at_times();
    if (perturbation != 0) memset(payload_of(chunk), perturbation ^ 0xff, capacity(chunk));
    return payload_of(chunk);
}

static __attribute__((noinline)) void *malloc_slowly(size_t size) {
    struct zeros zeros;
    struct chunk *chunk = size == 0 ? NULL : allocate_slowly(size, &zeros);
    if (chunk == NULL) return out_of_memory();
    return debugging ? debugged(chunk) : payload_of(chunk);
}

void *flotilla_malloc(size_t request) {
    size_t size = chunk_size(request);
    if (__builtin_expect(size <= CACHE_LIMIT, 1)) {
        size_t class = size / GRANULE;
        struct chunk *chunk = cache[class].newest;
        if (__builtin_expect(chunk != NULL, 1)) {
            if (__builtin_expect((chunk->header & ~LOWER_USED) != (CACHED | size), 0)) {
                flotilla_abort("malloc(): corrupted free memory (a block was written after it was freed)");
            }
            cache[class].newest = chunk->older;
            cache[class].count--;
            chunk->header ^= CACHED ^ USED;
            if (__builtin_expect(debugging, 0)) return debugged(chunk);
            return payload_of(chunk);
        }
    }
    return malloc_slowly(size);
}

static _Noreturn void refuse(const struct chunk *chunk, const char *invalid) {
    size_t mark = mark_of(chunk);
    flotilla_abort(mark == CACHED || mark == FREE ? "free(): double free detected" : invalid);
}

/* The chunk of memory that the program says it got from malloc. */
static inline struct chunk *checked(void *memory, const char *invalid) {
    struct chunk *chunk = chunk_of(memory);
    if (__builtin_expect(((uintptr_t)memory & (GRANULE - 1)) != 0 || !below_top(chunk), 0)) flotilla_abort(invalid);
    if (__builtin_expect(mark_of(chunk) != USED, 0)) refuse(chunk, invalid);
    return chunk;
}

/* A block of another rank of the job: ranks that share images hand their objects around. Its heap is the other's, so a
 * block that is freed here stays used there; growing it takes a copy. */
static inline bool is_of_other_rank(const void *memory) {
    return flotilla_in_other_slot(memory);
}

/* Memory outside of the slot was given by a host function (getaddrinfo and others keep such inside structures). What
 * no allocator can have given stays here, to be refused: the host's would end the whole process over it. */
static inline bool is_foreign(const void *memory) {
    uintptr_t address = (uintptr_t)memory;
    bool possible = address % GRANULE == 0 && address >= 1u << 16 && address >> 47 == 0;
    return possible && !in_heap(memory) && !flotilla_in_slot(memory);
}

static __attribute__((noinline)) void free_slowly(void *memory) {
    if (memory == NULL) return;
    if (is_of_other_rank(memory)) return;
    if (is_foreign(memory)) {
        flotilla_host_free(memory);
        return;
    }
    int error = flotilla_control->error;
    merge_and_file(checked(memory, "free(): invalid pointer"));
    flotilla_control->error = error;
}

void flotilla_free(void *memory) {
    struct chunk *chunk = chunk_of(memory);
    if (__builtin_expect(memory == NULL || ((uintptr_t)memory & (GRANULE - 1)) != 0 || !below_top(chunk), 0)) {
        free_slowly(memory);
        return;
    }
    if (__builtin_expect(mark_of(chunk) != USED, 0)) refuse(chunk, "free(): invalid pointer");
    if (__builtin_expect(debugging, 0)) {
        check_at_times();
        if (perturbation != 0) memset(memory, perturbation, capacity(chunk));
    }
    size_t size = size_of(chunk);
    if (__builtin_expect(size > CACHE_LIMIT, 0)) {
        free_slowly(memory);
        return;
    }
    size_t class = size / GRANULE;
    chunk->header ^= USED ^ CACHED;
    chunk->older = cache[class].newest;
    cache[class].newest = chunk;
    cache[class].count++;
    if (__builtin_expect(is_overfull(class), 0)) flush_class(class, cache[class].count / 2);
}

void *flotilla_calloc(size_t count, size_t each) {
    size_t bytes;
    if (__builtin_mul_overflow(count, each, &bytes)) return out_of_memory();
    size_t size = chunk_size(bytes);
    if (size == 0) return out_of_memory();
    if (size <= CACHE_LIMIT && cache[size / GRANULE].newest != NULL) {
        return memset(flotilla_malloc(bytes), 0, bytes);
    }
    struct zeros zeros = {NULL, NULL};
    struct chunk *chunk = allocate_slowly(size, &zeros);
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
    if ((char *)next == top) {
        size_t room = (size_t)(heap_end - top);
        if (missing > room || room - missing < OVERHEAD) return false;
        top += missing;
        chunk->header += missing;
        char *end = top + sizeof chunk->previous_size;
        if (end > fresh) fresh = end;
        return true;
    }
    if (mark_of(next) != FREE || size_of(next) < missing) return false;
    if (above(next)->previous_size != size_of(next)) flotilla_abort("realloc(): invalid next size");
    unfile_chunk(next);
    size_t flags = next->header & ZERO_PAGES;
    above(next)->header |= LOWER_USED;
    chunk->header += size_of(next);
    put_rest_back(chunk, size, flags);
    return true;
}

static size_t foreign_capacity(void *memory) {
    return is_of_other_rank(memory) ? capacity(chunk_of(memory)) : flotilla_host_malloc_usable_size(memory);
}

static void *copy_foreign(void *memory, size_t request) {
    size_t had = foreign_capacity(memory);
    void *copy = flotilla_malloc(request);
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
    if (is_foreign(memory)) return copy_foreign(memory, request);
    struct chunk *chunk = checked(memory, "realloc(): invalid pointer");
    size_t size = chunk_size(request);
    if (size == 0) return out_of_memory();
    if (size <= size_of(chunk)) {
        shorten(chunk, size);
        return memory;
    }
    if (grow(chunk, size)) return memory;
    void *copy = flotilla_malloc(request);
    if (copy == NULL) return NULL;
    memcpy(copy, memory, capacity(chunk));
    flotilla_free(memory);
    return copy;
}

void *flotilla_memalign(size_t alignment, size_t request) {
    if (alignment <= GRANULE) return flotilla_malloc(request);
    size_t size = chunk_size(request);
    if (size == 0 || alignment > PTRDIFF_MAX / 2 || size > PTRDIFF_MAX - alignment - SMALLEST) return out_of_memory();
    struct zeros zeros;
    struct chunk *chunk = allocate_slowly(size + alignment + SMALLEST, &zeros);
    if (chunk == NULL) return out_of_memory();
    uintptr_t payload = (uintptr_t)payload_of(chunk);
    if ((payload & (alignment - 1)) != 0) {
        uintptr_t aligned = (payload + SMALLEST + alignment - 1) & -alignment;
        size_t lead = aligned - payload;
        struct chunk *later = chunk_of((void *)aligned);
        later->header = USED | (size_of(chunk) - lead) | LOWER_USED;
        chunk->header = USED | lead | (chunk->header & LOWER_USED);
        merge_and_file(chunk);
        chunk = later;
    }
    shorten(chunk, size);
    return payload_of(chunk);
}

/* ---- The rest of the family ---- */

char *flotilla_strndup(const char *text, size_t limit) {
    const char *end = memchr(text, '\0', limit);
    size_t length = end != NULL ? (size_t)(end - text) : limit;
    char *copy = flotilla_malloc(length + 1);
    if (copy == NULL) return NULL;
    copy[length] = '\0';
    return memcpy(copy, text, length);
}

char *flotilla_strdup(const char *text) {
    return flotilla_strndup(text, SIZE_MAX - 1);
}

void *flotilla_reallocarray(void *memory, size_t count, size_t each) {
    size_t bytes;
    if (__builtin_mul_overflow(count, each, &bytes)) return out_of_memory();
    return flotilla_realloc(memory, bytes);
}

static bool is_power_of_two(size_t value) {
    return value != 0 && (value & (value - 1)) == 0;
}

int flotilla_posix_memalign(void **answer, size_t alignment, size_t request) {
    if (!is_power_of_two(alignment) || alignment % sizeof(void *) != 0) return EINVAL;
    int error = flotilla_control->error;
    void *memory = flotilla_memalign(alignment, request);
    flotilla_control->error = error;
    if (memory == NULL) return ENOMEM;
    *answer = memory;
    return 0;
}

/* memalign and aligned_alloc of glibc 2.36 take any alignment and round it up to a power of two. */
void *flotilla_memalign_rounding(size_t alignment, size_t request) {
    if (alignment > SIZE_MAX / 2 + 1) {
        errno = EINVAL;
        return NULL;
    }
    size_t power = GRANULE;
    while (power < alignment) power <<= 1;
    return flotilla_memalign(power, request);
}

void *flotilla_valloc(size_t request) {
    return flotilla_memalign(PAGE, request);
}

void *flotilla_pvalloc(size_t request) {
    if (request > PTRDIFF_MAX - PAGE) return out_of_memory();
    return flotilla_memalign(PAGE, (request + PAGE - 1) & -PAGE);
}

size_t flotilla_malloc_usable_size(void *memory) {
    if (memory == NULL) return 0;
    if (is_foreign(memory)) return foreign_capacity(memory);
    return capacity(checked(memory, "malloc_usable_size(): invalid pointer"));
}

int flotilla_malloc_trim(size_t keep) {
    if (heap_start == NULL) return 0;
    flush_cache();
    size_t before = (size_t)(fresh - heap_start);
    char *start = page_up(top + OVERHEAD + keep);
    if (start >= top && start < fresh) {
        release_pages(start, fresh);
        fresh = start;
    }
    bool released = (size_t)(fresh - heap_start) != before;
    for (unsigned first = 0; first < FIRST_LEVELS; first++) {
        for (unsigned second = 0; second_level_bitmap[first] != 0 && second < SECOND_LEVELS; second++) {
            for (struct chunk *chunk = lists[first][second]; chunk != NULL; chunk = chunk->older) {
                if ((chunk->header & ZERO_PAGES) != 0 || inner_start(chunk) >= inner_end(chunk)) continue;
                release_pages(inner_start(chunk), inner_end(chunk));
                chunk->header |= ZERO_PAGES;
                released = true;
            }
        }
    }
    return released;
}

int flotilla_mallopt(int parameter, int value) {
    if (parameter == M_PERTURB) perturbation = (unsigned char)value;
    debugging = perturbation != 0 || check_interval != 0;
    if (parameter == M_TRIM_THRESHOLD) {
        release_threshold = value < 0 ? SIZE_MAX : (size_t)value < PAGE ? PAGE : (size_t)value;
    }
    return 1;
}

void flotilla_heap_options(const char *perturb, const char *check) {
    if (perturb != NULL) perturbation = (unsigned char)atoi(perturb);
    if (check != NULL && atoi(check) > 0) check_interval = 256 / (unsigned)(atoi(check) > 256 ? 256 : atoi(check));
    debugging = perturbation != 0 || check_interval != 0;
}

static size_t cached_bytes(size_t *blocks) {
    size_t bytes = 0;
    *blocks = 0;
    for (size_t class = 0; class < CACHE_CLASSES; class++) {
        *blocks += cache[class].count;
        bytes += cache[class].count * class * GRANULE;
    }
    return bytes;
}

struct mallinfo2 flotilla_mallinfo2(void) {
    struct mallinfo2 info = {0};
    size_t end = (size_t)((fresh > top ? fresh : top) - heap_start);
    info.arena = end;
    info.fsmblks = cached_bytes(&info.smblks);
    info.fordblks = free_listed + info.fsmblks + (end - (size_t)(top - heap_start));
    info.uordblks = end - info.fordblks;
    info.keepcost = end - (size_t)(top - heap_start);
    for (unsigned first = 0; first < FIRST_LEVELS; first++) {
        for (unsigned second = 0; second_level_bitmap[first] != 0 && second < SECOND_LEVELS; second++) {
            for (struct chunk *chunk = lists[first][second]; chunk != NULL; chunk = chunk->older) info.ordblks++;
        }
    }
    info.ordblks++; /* the free memory at the top */
    return info;
}

struct mallinfo flotilla_mallinfo(void) {
    struct mallinfo2 wide = flotilla_mallinfo2();
    return (struct mallinfo){
        .arena = (int)wide.arena,
        .ordblks = (int)wide.ordblks,
        .smblks = (int)wide.smblks,
        .fsmblks = (int)wide.fsmblks,
        .uordblks = (int)wide.uordblks,
        .fordblks = (int)wide.fordblks,
        .keepcost = (int)wide.keepcost,
    };
}

void flotilla_heap_check(void) {
    size_t lower_free = 0;
    for (char *at = heap_start; at < top;) {
        struct chunk *chunk = chunk_at(at);
        size_t mark = mark_of(chunk), size = size_of(chunk);
        if ((mark != USED && mark != CACHED && mark != FREE) || size < SMALLEST || size > (size_t)(top - at)) {
            flotilla_abort("heap check: a block was written beyond its end");
        }
        if (((chunk->header & LOWER_USED) == 0) != (lower_free != 0) ||
            (lower_free != 0 && chunk->previous_size != lower_free)) {
            flotilla_abort("heap check: a free block was overwritten");
        }
        if (mark == FREE && lower_free != 0) flotilla_abort("heap check: neighbouring free blocks");
        lower_free = mark == FREE ? size : 0;
        at += size;
    }
    if (lower_free != 0) flotilla_abort("heap check: free block below the top");
}

FLOTILLA_NAMES(flotilla_malloc, malloc, __libc_malloc)
FLOTILLA_NAMES(flotilla_calloc, calloc, __libc_calloc)
FLOTILLA_NAMES(flotilla_realloc, realloc, __libc_realloc)
FLOTILLA_NAMES(flotilla_free, free, cfree, __libc_free)
FLOTILLA_NAMES(flotilla_reallocarray, reallocarray, __libc_reallocarray)
FLOTILLA_NAMES(flotilla_strdup, strdup, __strdup)
FLOTILLA_NAMES(flotilla_strndup, strndup, __strndup)
FLOTILLA_NAMES(flotilla_posix_memalign, posix_memalign, __posix_memalign)
FLOTILLA_NAMES(flotilla_memalign_rounding, memalign, aligned_alloc, __libc_memalign)
FLOTILLA_NAMES(flotilla_valloc, valloc, __libc_valloc)
FLOTILLA_NAMES(flotilla_pvalloc, pvalloc, __libc_pvalloc)
FLOTILLA_NAMES(flotilla_malloc_usable_size, malloc_usable_size)
FLOTILLA_NAMES(flotilla_malloc_trim, malloc_trim)
FLOTILLA_NAMES(flotilla_mallopt, mallopt, __libc_mallopt)
FLOTILLA_NAMES(flotilla_mallinfo, mallinfo, __libc_mallinfo)
FLOTILLA_NAMES(flotilla_mallinfo2, mallinfo2, __libc_mallinfo2)
