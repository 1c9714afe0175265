/*
 * <search.h>: linear search and hash tables. Binary trees stand in tree.c.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <search.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "flotilla.h"
#include "heap.h"
#include "names.h"

/* ---- Linear search ---- */

void *flotilla_lfind(const void *key, const void *base, size_t *count, size_t size, __compar_fn_t compare) {
    const char *element = base;
    for (size_t i = 0; i < *count; i++, element += size) {
        if (compare(key, element) == 0) return (void *)element;
    }
    return NULL;
}

void *flotilla_lsearch(const void *key, void *base, size_t *count, size_t size, __compar_fn_t compare) {
    void *found = flotilla_lfind(key, base, count, size, compare);
    if (found != NULL) return found;
    return memcpy((char *)base + (*count)++ * size, key, size);
}

/* ---- Hash tables: open addressing, fixed capacity ---- */

struct _ENTRY {
    bool used;
    ENTRY entry;
};

static struct hsearch_data global_table;

int flotilla_hcreate_r(size_t count, struct hsearch_data *table) {
    if (table == NULL || count > UINT32_MAX / 4) {
        errno = table == NULL ? EINVAL : ENOMEM;
        return 0;
    }
    if (table->table != NULL) return 0;
    /* A power of two with room for the open addressing; POSIX lets the size be adjusted upwards. */
    unsigned size = 4;
    while (size < count + count / 4 + 1) size *= 2;
    table->table = flotilla_calloc(size, sizeof *table->table);
    if (table->table == NULL) return 0;
    table->size = size;
    table->filled = 0;
    return 1;
}

void flotilla_hdestroy_r(struct hsearch_data *table) {
    if (table == NULL) {
        errno = EINVAL;
        return;
    }
    flotilla_free(table->table);
    table->table = NULL;
}

static uint32_t hash(const char *key) {
    uint32_t value = 2166136261u; /* FNV-1a */
    for (; *key != '\0'; key++) value = (value ^ (unsigned char)*key) * 16777619u;
    return value;
}

int flotilla_hsearch_r(ENTRY item, ACTION action, ENTRY **answer, struct hsearch_data *table) {
    *answer = NULL;
    if (table->table == NULL) {
        errno = action == ENTER ? ENOMEM : ESRCH;
        return 0;
    }
    unsigned mask = table->size - 1, at = hash(item.key) & mask;
    for (unsigned step = 0; step < table->size; step++, at = (at + 1) & mask) {
        struct _ENTRY *place = &table->table[at];
        if (place->used) {
            if (strcmp(place->entry.key, item.key) != 0) continue;
        } else {
            if (action == FIND) break;
            place->used = true;
            place->entry = item;
            table->filled++;
        }
        *answer = &place->entry;
        return 1;
    }
    errno = action == ENTER ? ENOMEM : ESRCH;
    return 0;
}

int flotilla_hcreate(size_t count) {
    return flotilla_hcreate_r(count, &global_table);
}

void flotilla_hdestroy(void) {
    flotilla_hdestroy_r(&global_table);
}

ENTRY *flotilla_hsearch(ENTRY item, ACTION action) {
    ENTRY *answer;
    flotilla_hsearch_r(item, action, &answer, &global_table);
    return answer;
}

FLOTILLA_NAMES(flotilla_lfind, lfind)
FLOTILLA_NAMES(flotilla_lsearch, lsearch)
FLOTILLA_NAMES(flotilla_hcreate_r, hcreate_r)
FLOTILLA_NAMES(flotilla_hdestroy_r, hdestroy_r)
FLOTILLA_NAMES(flotilla_hsearch_r, hsearch_r)
FLOTILLA_NAMES(flotilla_hcreate, hcreate)
FLOTILLA_NAMES(flotilla_hdestroy, hdestroy)
FLOTILLA_NAMES(flotilla_hsearch, hsearch)
