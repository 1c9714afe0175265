/*
 * Copies of blocks at constant steps and of runs at given offsets, for datatypes. HotSpot checks each address and does not
 * vectorize a loop over two of them (docs/architecture.md); a compiler that knows block and step uses vector registers.
 *
 * Addresses have been checked. Where memory is not there, the handler of faults helps as it does Java code. Source and target
 * do not overlap, which lets a block's end be moved by words that overlap the ones before.
 */
#include <stdint.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define INLINE static inline __attribute__((always_inline))

/* What is moved at once, at any address. */
typedef uint8_t bytes1;
typedef uint16_t __attribute__((aligned(1), may_alias)) bytes2;
typedef uint32_t __attribute__((aligned(1), may_alias)) bytes4;
typedef uint64_t __attribute__((aligned(1), may_alias)) bytes8;
typedef uint64_t __attribute__((vector_size(16), aligned(1), may_alias)) bytes16;

#define MOVE(n, at) (*(bytes##n *)(to + (at)) = *(const bytes##n *)(from + (at)))

/*
 * rowN: blocks of N bytes. Where the blocks lie side by side in one place and at a small multiple of N in the other, the
 * compiler knows both steps.
 */
#define STEPS(loop, n)                                                  \
    if (to_step == n) {                                                 \
        switch (from_step) {                                            \
            case 2 * n: loop(to, n, from, 2 * n, count); return;        \
            case 3 * n: loop(to, n, from, 3 * n, count); return;        \
            case 4 * n: loop(to, n, from, 4 * n, count); return;        \
            case 8 * n: loop(to, n, from, 8 * n, count); return;        \
        }                                                               \
    } else if (from_step == n) {                                        \
        switch (to_step) {                                              \
            case 2 * n: loop(to, 2 * n, from, n, count); return;        \
            case 3 * n: loop(to, 3 * n, from, n, count); return;        \
            case 4 * n: loop(to, 4 * n, from, n, count); return;        \
            case 8 * n: loop(to, 8 * n, from, n, count); return;        \
            default: loop(to, to_step, from, n, count); return;         \
        }                                                               \
    }                                                                   \
    loop(to, to_step, from, from_step, count);
#define ROW(n)                                                                                                              \
    INLINE void loop##n(char *restrict to, int64_t to_step, const char *restrict from, int64_t from_step, int64_t count) {  \
        _Pragma("GCC unroll 4") for (int64_t i = 0; i < count; i++) {                                                       \
            *(bytes##n *)(to + i * to_step) = *(const bytes##n *)(from + i * from_step);                                    \
        }                                                                                                                   \
    }                                                                                                                       \
    static void row##n(char *restrict to, int64_t to_step, const char *restrict from, int64_t from_step, int64_t count) {   \
        STEPS(loop##n, n)                                                                                                   \
    }
ROW(1)
ROW(2)
ROW(4)
ROW(8)

/* Blocks of an odd number of words, packed: the compiler puts words of neighbouring blocks together. */
#define PACKED(words)                                                                                                 \
    static void packed##words(char *restrict to, const char *restrict from, int64_t step, int64_t count) {            \
        for (int64_t i = 0; i < count; i++) {                                                                         \
            for (int k = 0; k < words; k++) {                                                                         \
                ((bytes8 *)to)[i * words + k] = ((const bytes8 *)from)[k];                                            \
            }                                                                                                         \
            from += step;                                                                                             \
        }                                                                                                             \
    }
PACKED(3)
PACKED(5)

/* One block of up to as many bytes, and more than half as many: by two words that may overlap. */
INLINE void move_to1(char *restrict to, const char *restrict from, int64_t bytes) {
    if (bytes) {
        *to = *from;
    }
}

INLINE void move_to4(char *restrict to, const char *restrict from, int64_t bytes) {
    bytes2 head = *(const bytes2 *)from, tail = *(const bytes2 *)(from + bytes - 2);
    *(bytes2 *)to = head;
    *(bytes2 *)(to + bytes - 2) = tail;
}

INLINE void move_to8(char *restrict to, const char *restrict from, int64_t bytes) {
    bytes4 head = *(const bytes4 *)from, tail = *(const bytes4 *)(from + bytes - 4);
    *(bytes4 *)to = head;
    *(bytes4 *)(to + bytes - 4) = tail;
}

INLINE void move_to16(char *restrict to, const char *restrict from, int64_t bytes) {
    bytes8 head = *(const bytes8 *)from, tail = *(const bytes8 *)(from + bytes - 8);
    *(bytes8 *)to = head;
    *(bytes8 *)(to + bytes - 8) = tail;
}

INLINE void move_to32(char *restrict to, const char *restrict from, int64_t bytes) {
    bytes16 head = *(const bytes16 *)from, tail = *(const bytes16 *)(from + bytes - 16);
    *(bytes16 *)to = head;
    *(bytes16 *)(to + bytes - 16) = tail;
}

INLINE void move_more(char *restrict to, const char *restrict from, int64_t bytes) {
    bytes16 tail = *(const bytes16 *)(from + bytes - 16);
    int64_t at = 0;
    for (; at + 32 < bytes; at += 32) {
        MOVE(16, at);
        MOVE(16, at + 16);
    }
    if (at + 16 < bytes) {
        MOVE(16, at);
    }
    *(bytes16 *)(to + bytes - 16) = tail;
}

/* From here on glibc's memcpy repays its call. */
#define LONG_BLOCK 512

#define BLOCKS(move)                                             \
    _Pragma("GCC unroll 4") for (int64_t i = 0; i < count; i++) { \
        move(to, from, bytes);                                   \
        to += to_step;                                           \
        from += from_step;                                       \
    }

INLINE void blocks(char *restrict to, int64_t to_step, const char *restrict from, int64_t from_step, int64_t count,
                   int64_t bytes) {
    if (bytes >= LONG_BLOCK) {
        BLOCKS(memcpy)
    } else if (bytes > 32) {
        BLOCKS(move_more)
    } else if (bytes > 16) {
        BLOCKS(move_to32)
    } else if (bytes >= 8) {
        BLOCKS(move_to16)
    } else if (bytes >= 4) {
        BLOCKS(move_to8)
    } else if (bytes > 1) {
        BLOCKS(move_to4)
    } else {
        BLOCKS(move_to1)
    }
}

static void row(char *restrict to, int64_t to_step, const char *restrict from, int64_t from_step, int64_t count, int64_t bytes) {
    if (to_step == bytes && bytes == 24) {
        packed3(to, from, from_step, count);
        return;
    }
    if (to_step == bytes && bytes == 40) {
        packed5(to, from, from_step, count);
        return;
    }
    switch (bytes) {
        case 1: row1(to, to_step, from, from_step, count); break;
        case 2: row2(to, to_step, from, from_step, count); break;
        case 4: row4(to, to_step, from, from_step, count); break;
        case 8: row8(to, to_step, from, from_step, count); break;
        /* What is usual: the compiler knows the length. */
        case 12: blocks(to, to_step, from, from_step, count, 12); break;
        case 16: blocks(to, to_step, from, from_step, count, 16); break;
        case 24: blocks(to, to_step, from, from_step, count, 24); break;
        case 32: blocks(to, to_step, from, from_step, count, 32); break;
        case 48: blocks(to, to_step, from, from_step, count, 48); break;
        case 64: blocks(to, to_step, from, from_step, count, 64); break;
        default: blocks(to, to_step, from, from_step, count, bytes);
    }
}

/* Copies outer rows of inner blocks. */
EXPORT void flotilla_copy_blocks(char *to, int64_t to_outer, int64_t to_inner, const char *from, int64_t from_outer,
                                 int64_t from_inner, int64_t outer, int64_t inner, int64_t bytes) {
    for (int64_t o = 0; o < outer; o++) {
        row(to, to_inner, from, from_inner, inner, bytes);
        to += to_outer;
        from += from_outer;
    }
}

INLINE void move_any(char *restrict to, const char *restrict from, int64_t bytes) {
    blocks(to, 0, from, 0, 1, bytes);
}

/* Pairs of runs, for structures: both are moved at once, so that an item's steps are taken once. */
INLINE void pair(char *restrict to, int64_t to_step, int64_t to_second, const char *restrict from, int64_t from_step,
                 int64_t from_second, int64_t count, int64_t bytes, int64_t second_bytes) {
    for (int64_t i = 0; i < count; i++) {
        move_any(to, from, bytes);
        move_any(to + to_second, from + from_second, second_bytes);
        to += to_step;
        from += from_step;
    }
}

#define PAIR(bytes, second_bytes) pair(to, to_step, to_second, from, from_step, from_second, count, bytes, second_bytes)
#define PAIRS(bytes)                         \
    switch (second_bytes) {                  \
        case 4: PAIR(bytes, 4); return 1;    \
        case 8: PAIR(bytes, 8); return 1;    \
        case 16: PAIR(bytes, 16); return 1;  \
        case 24: PAIR(bytes, 24); return 1;  \
        default: return 0;                   \
    }

/* Answers 0 where the lengths are not usual ones. */
static int copy_pair(char *restrict to, int64_t to_step, int64_t to_second, const char *restrict from, int64_t from_step,
                     int64_t from_second, int64_t count, int64_t bytes, int64_t second_bytes) {
    switch (bytes) {
        case 4: PAIRS(4)
        case 8: PAIRS(8)
        case 16: PAIRS(16)
        case 24: PAIRS(24)
        default: return 0;
    }
}

/* Of items whose runs are copied one after the other. */
#define CHUNK_BYTES 16384

/* Runs of a table. Where run i stands: at its offset, or packed behind those before. */
#define PLACE(offsets, i) (offsets ? offsets[i] : starts ? starts[i] : (i) * bytes)
#define LENGTH(i) (starts ? starts[(i) + 1] - starts[i] : bytes)
#define RUNS(move, length)                                                             \
    for (int64_t i = first; i < last; i++) {                                           \
        move(to + PLACE(to_offsets, i), from + PLACE(from_offsets, i), length);        \
    }

INLINE void runs(char *restrict to, const int64_t *to_offsets, const char *restrict from, const int64_t *from_offsets,
                 const int64_t *starts, int64_t first, int64_t last, int64_t bytes) {
    if (starts) {
        RUNS(move_any, LENGTH(i))
        return;
    }
    switch (bytes) {
        case 4: RUNS(move_to8, 4) break;
        case 8: RUNS(move_to16, 8) break;
        case 16: RUNS(move_to32, 16) break;
        case 24: RUNS(move_to32, 24) break;
        case 32: RUNS(move_to32, 32) break;
        default: RUNS(move_any, bytes)
    }
}

/*
 * Copies runs [first, last) of a table: offsets of the runs in a place, or NULL where they are packed; where each run begins
 * in the packed form and where the last ends, or NULL when all have the given number of bytes.
 */
EXPORT void flotilla_copy_runs(char *to, const int64_t *to_offsets, const char *from, const int64_t *from_offsets,
                               const int64_t *starts, int64_t first, int64_t last, int64_t bytes) {
    if (!to_offsets) {
        runs(to, 0, from, from_offsets, starts, first, last, bytes);
    } else if (!from_offsets) {
        runs(to, to_offsets, from, 0, starts, first, last, bytes);
    } else {
        runs(to, to_offsets, from, from_offsets, starts, first, last, bytes);
    }
}

INLINE int64_t magnitude(int64_t number) {
    return number < 0 ? -number : number;
}

/* Copies count items of a table's runs: run by run over some items that stay in the cache. */
EXPORT void flotilla_copy_items(char *to, int64_t to_step, const int64_t *to_offsets, const char *from, int64_t from_step,
                                const int64_t *from_offsets, const int64_t *starts, int64_t run_count, int64_t count,
                                int64_t bytes) {
    int64_t reach = magnitude(to_step) | magnitude(from_step) | 1, chunk = CHUNK_BYTES / reach + 1;
    for (; count > 0; count -= chunk) {
        int64_t items = count < chunk ? count : chunk;
        for (int64_t i = 0; i < run_count; i++) {
            char *target = to + PLACE(to_offsets, i);
            const char *source = from + PLACE(from_offsets, i);
            if (i + 1 < run_count
                && copy_pair(target, to_step, PLACE(to_offsets, i + 1) - PLACE(to_offsets, i), source, from_step,
                             PLACE(from_offsets, i + 1) - PLACE(from_offsets, i), items, LENGTH(i), LENGTH(i + 1))) {
                i++;
            } else {
                row(target, to_step, source, from_step, items, LENGTH(i));
            }
        }
        to += items * to_step;
        from += items * from_step;
    }
}
