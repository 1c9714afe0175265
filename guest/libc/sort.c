/*
 * qsort and bsearch. Comparison functions are the guest's and may trap, so they must not be called from a host frame.
 *
 * qsort is a merge sort that halves top-down, as glibc's was until 2.37: stable, and programs came to rely on that.
 * Without memory for the merge it is a heap sort.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "flotilla.h"
#include "heap.h"
#include "names.h"

/* A larger element is sorted by its address and moved once at the end. */
#define LARGE_ELEMENT 32
#define STACK_BYTES 1024

struct order {
    __compar_d_fn_t compare;
    void *argument;
    size_t size;
    char *scratch; /* as large as what is sorted */
};

static inline void copy_element(char *to, const char *from, size_t size) {
    switch (size) {
    case 4: memcpy(to, from, 4); break;
    case 8: memcpy(to, from, 8); break;
    default: memcpy(to, from, size);
    }
}

static void merge_sort(const struct order *order, char *base, size_t count) {
    if (count < 2) return;
    size_t size = order->size, left_count = count / 2, right_count = count - left_count;
    char *left = base, *right = base + left_count * size, *out = order->scratch;
    merge_sort(order, left, left_count);
    merge_sort(order, right, right_count);
    while (left_count > 0 && right_count > 0) {
        if (order->compare(left, right, order->argument) <= 0) {
            copy_element(out, left, size);
            left += size;
            left_count--;
        } else {
            copy_element(out, right, size);
            right += size;
            right_count--;
        }
        out += size;
    }
    /* What is left of the right half stands where it belongs already. */
    memcpy(out, left, left_count * size);
    memcpy(base, order->scratch, (count - right_count) * size);
}

static void merge_sort_addresses(const struct order *order, char **base, size_t count) {
    if (count < 2) return;
    size_t left_count = count / 2, right_count = count - left_count;
    char **left = base, **right = base + left_count, **scratch = (char **)(void *)order->scratch, **out = scratch;
    merge_sort_addresses(order, left, left_count);
    merge_sort_addresses(order, right, right_count);
    while (left_count > 0 && right_count > 0) {
        if (order->compare(*left, *right, order->argument) <= 0) {
            *out++ = *left++;
            left_count--;
        } else {
            *out++ = *right++;
            right_count--;
        }
    }
    memcpy(out, left, left_count * sizeof *out);
    memcpy(base, scratch, (count - right_count) * sizeof *out);
}

/* sorted[i] is the address of the element that belongs at i: follow each cycle of the permutation once. */
static void move_elements(char *base, size_t size, char **sorted, size_t count, char *element) {
    for (size_t i = 0; i < count; i++) {
        if (sorted[i] == base + i * size) continue;
        memcpy(element, base + i * size, size);
        size_t hole = i;
        for (;;) {
            char *from = sorted[hole];
            size_t next = (size_t)(from - base) / size;
            sorted[hole] = base + hole * size;
            if (next == i) break;
            memcpy(base + hole * size, from, size);
            hole = next;
        }
        memcpy(base + hole * size, element, size);
    }
}

static void swap_elements(char *a, char *b, size_t size) {
    while (size-- > 0) {
        char byte = *a;
        *a++ = *b;
        *b++ = byte;
    }
}

static void sift_down(const struct order *order, char *base, size_t root, size_t count) {
    size_t size = order->size;
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= count) return;
        if (child + 1 < count &&
            order->compare(base + child * size, base + (child + 1) * size, order->argument) < 0) child++;
        if (order->compare(base + root * size, base + child * size, order->argument) >= 0) return;
        swap_elements(base + root * size, base + child * size, size);
        root = child;
    }
}

static void heap_sort(const struct order *order, char *base, size_t count) {
    for (size_t root = count / 2; root-- > 0;) sift_down(order, base, root, count);
    for (size_t end = count; end-- > 1;) {
        swap_elements(base, base + end * order->size, order->size);
        sift_down(order, base, 0, end);
    }
}

static void sort_indirectly(struct order *order, char *base, size_t count, char *memory) {
    char **addresses = (char **)(void *)memory;
    for (size_t i = 0; i < count; i++) addresses[i] = base + i * order->size;
    order->scratch = memory + count * sizeof *addresses;
    merge_sort_addresses(order, addresses, count);
    move_elements(base, order->size, addresses, count, memory + 2 * count * sizeof *addresses);
}

void flotilla_qsort_r(void *base, size_t count, size_t size, __compar_d_fn_t compare, void *argument) {
    if (count < 2 || size == 0) return;
    struct order order = {compare, argument, size, NULL};
    size_t wanted = size > LARGE_ELEMENT ? 2 * count * sizeof(char *) + size : count * size;
    char local[STACK_BYTES] __attribute__((aligned(16)));
    int error = flotilla_here()->error;
    char *memory = wanted <= sizeof local ? local : flotilla_malloc(wanted);
    flotilla_here()->error = error;
    if (memory == NULL) {
        heap_sort(&order, base, count);
    } else if (size > LARGE_ELEMENT) {
        sort_indirectly(&order, base, count, memory);
    } else {
        order.scratch = memory;
        merge_sort(&order, base, count);
    }
    if (memory != local) flotilla_free(memory);
}

/* The comparison function takes two arguments; a third in a register does not disturb it (psABI). */
void flotilla_qsort(void *base, size_t count, size_t size, __compar_fn_t compare) {
    flotilla_qsort_r(base, count, size, (__compar_d_fn_t)(void (*)(void))compare, NULL);
}

void *flotilla_bsearch(const void *key, const void *base, size_t count, size_t size, __compar_fn_t compare) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const char *element = (const char *)base + middle * size;
        int order = compare(key, element);
        if (order == 0) return (void *)element;
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

FLOTILLA_NAMES(flotilla_qsort, qsort)
FLOTILLA_NAMES(flotilla_qsort_r, qsort_r)
FLOTILLA_NAMES(flotilla_bsearch, bsearch)
