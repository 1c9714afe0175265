/*
 * Classes and mappings of wide characters (<wctype.h>). The host's descriptors are addresses in its data; programs, and libstdc++
 * in each of its locales, keep them. The rank's are numbers in a table, which is filled again when the rank comes to another
 * process (flotilla.migrate.Locales).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <wctype.h>

#include "flotilla.h"
#include "heap.h"
#include "locale_object.h"
#include "lock.h"
#include "names.h"

extern wctype_t flotilla_host___wctype_l(const char *, locale_t);
extern wctrans_t flotilla_host___wctrans_l(const char *, locale_t);
extern int flotilla_host_iswctype(wint_t, wctype_t);
extern int flotilla_host___iswctype_l(wint_t, wctype_t, locale_t);
extern wint_t flotilla_host_towctrans(wint_t, wctrans_t);
extern wint_t flotilla_host___towctrans_l(wint_t, wctrans_t, locale_t);
extern locale_t flotilla_locale_in_force(void);

/* Laid out for flotilla.migrate.Locales, too. */
struct descriptor {
    uintptr_t host;
    const char *property;
    const char *locale; /* name of its LC_CTYPE */
    int64_t is_mapping;
};

#define BLOCK 32

/* Blocks stay where they are: other threads may be looking. */
struct block {
    struct block *next;
    struct descriptor entries[BLOCK];
};

FLOTILLA_EXPORT struct block *flotilla_wide_descriptors;

static struct flotilla_lock lock;

/* The rank's number, from 1, for a descriptor of the host's. */
static uintptr_t number_of(uintptr_t host, const char *property, locale_t locale, bool is_mapping) {
    if (host == 0) return 0;
    const char *name = locale->__names[LC_CTYPE];
    uintptr_t number = 0;
    flotilla_lock(&lock);
    for (struct block **link = &flotilla_wide_descriptors;; link = &(*link)->next) {
        if (*link == NULL && (*link = flotilla_calloc(1, sizeof **link)) == NULL) break;
        int i = 0;
        for (const struct descriptor *known = (*link)->entries; i < BLOCK && known->host != 0; known++, i++) {
            if (known->host == host && known->is_mapping == is_mapping && strcmp(known->property, property) == 0 &&
                strcmp(known->locale, name) == 0) {
                break;
            }
        }
        number += (uintptr_t)i;
        if (i == BLOCK) continue;
        struct descriptor *entry = &(*link)->entries[i];
        number++;
        if (entry->host == 0) {
            if (entry->property == NULL) entry->property = flotilla_strdup(property);
            if (entry->locale == NULL) entry->locale = flotilla_strdup(name);
            if (entry->property == NULL || entry->locale == NULL) break;
            entry->is_mapping = is_mapping;
            __atomic_store_n(&entry->host, host, __ATOMIC_RELEASE);
        }
        flotilla_unlock(&lock);
        return number;
    }
    flotilla_unlock(&lock);
    return 0;
}

static uintptr_t host_of(uintptr_t number) {
    const struct block *block = flotilla_wide_descriptors;
    if (number == 0) return 0;
    for (number--; block != NULL && number >= BLOCK; number -= BLOCK) block = block->next;
    return block == NULL ? 0 : block->entries[number].host;
}

wctype_t flotilla_wctype_l(const char *property, locale_t locale) {
    return number_of(flotilla_host___wctype_l(property, locale), property, locale, false);
}

wctype_t flotilla_wctype(const char *property) {
    return flotilla_wctype_l(property, flotilla_locale_in_force());
}

wctrans_t flotilla_wctrans_l(const char *property, locale_t locale) {
    return (wctrans_t)number_of((uintptr_t)flotilla_host___wctrans_l(property, locale), property, locale, true);
}

wctrans_t flotilla_wctrans(const char *property) {
    return flotilla_wctrans_l(property, flotilla_locale_in_force());
}

int flotilla_iswctype(wint_t character, wctype_t class) {
    return flotilla_host_iswctype(character, host_of(class));
}

int flotilla_iswctype_l(wint_t character, wctype_t class, locale_t locale) {
    return flotilla_host___iswctype_l(character, host_of(class), locale);
}

/* The host looks into the table of a mapping without asking whether there is one. */
wint_t flotilla_towctrans(wint_t character, wctrans_t mapping) {
    uintptr_t host = host_of((uintptr_t)mapping);
    return host == 0 ? character : flotilla_host_towctrans(character, (wctrans_t)host);
}

wint_t flotilla_towctrans_l(wint_t character, wctrans_t mapping, locale_t locale) {
    uintptr_t host = host_of((uintptr_t)mapping);
    return host == 0 ? character : flotilla_host___towctrans_l(character, (wctrans_t)host, locale);
}

FLOTILLA_NAMES(flotilla_wctype, wctype)
FLOTILLA_NAMES(flotilla_wctype_l, wctype_l, __wctype_l)
FLOTILLA_NAMES(flotilla_wctrans, wctrans)
FLOTILLA_NAMES(flotilla_wctrans_l, wctrans_l, __wctrans_l)
FLOTILLA_NAMES(flotilla_iswctype, iswctype)
FLOTILLA_NAMES(flotilla_iswctype_l, iswctype_l, __iswctype_l)
FLOTILLA_NAMES(flotilla_towctrans, towctrans)
FLOTILLA_NAMES(flotilla_towctrans_l, towctrans_l, __towctrans_l)
