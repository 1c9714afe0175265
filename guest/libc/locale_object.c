/*
 * Locale objects in the slot. A locale_t is the address of a struct of which programs know the tables of <ctype.h> (libstdc++
 * keeps their addresses), and the host's functions the data of each category. The struct and the tables are the rank's; the
 * addresses of the host's data stand in it, and in no other place, and are written again when the rank comes to another process
 * (flotilla.migrate.Locales).
 */
#include "locale_object.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "flotilla.h"
#include "heap.h"
#include "lock.h"

#define CATEGORIES 13
#define LOWEST 128 /* indices from -128 on: signed characters, and EOF */
#define ENTRIES (LOWEST + 256)

struct tables {
    unsigned short classes[ENTRIES];
    int lower[ENTRIES], upper[ENTRIES];
};

/* Laid out for flotilla.migrate.Locales, too. */
struct own_locale {
    struct __locale_struct object;
    locale_t host;
    struct own_locale *next;
    int64_t borrowed; /* the host's object stays when this goes */
    char *names;
};

_Static_assert(offsetof(struct own_locale, host) == 232 && offsetof(struct own_locale, next) == 240
    && offsetof(struct own_locale, borrowed) == 248 &&
                   offsetof(struct own_locale, object.__names) == 128 && offsetof(struct own_locale, object.__ctype_b) == 104,
               "flotilla.migrate.Locales knows struct own_locale otherwise");

/* Tables stay, as the host's do: code may have kept their addresses. By the name of LC_CTYPE. */
struct named_tables {
    struct tables tables;
    struct named_tables *older;
    char name[];
};

static struct named_tables *all_tables;

/* ---- The "C" locale's, which no rank needs a copy of ---- */

#define CONTROL _IScntrl
#define SPACE _ISspace
#define VISIBLE (_ISprint | _ISgraph)
#define UPPER (VISIBLE | _ISalpha | _ISalnum | _ISupper)
#define LOWER (VISIBLE | _ISalpha | _ISalnum | _ISlower)
#define AT(c) LOWEST + (c)

#define FOUR(n) (n), (n) + 1, (n) + 2, (n) + 3
#define SIXTEEN(n) FOUR(n), FOUR((n) + 4), FOUR((n) + 8), FOUR((n) + 12)
#define TWENTY_SIX(n) SIXTEEN(n), FOUR((n) + 16), FOUR((n) + 20), (n) + 24, (n) + 25
#define SIXTY_FOUR(n) SIXTEEN(n), SIXTEEN((n) + 16), SIXTEEN((n) + 32), SIXTEEN((n) + 48)
/* 0x80 to 0xfe, and EOF. */
#define BELOW SIXTY_FOUR(0x80), SIXTEEN(0xc0), SIXTEEN(0xd0), SIXTEEN(0xe0), FOUR(0xf0), FOUR(0xf4), FOUR(0xf8), 0xfc, 0xfd, 0xfe, -1

static const struct tables c_tables = {
    .classes = {
        [AT(0) ... AT(8)] = CONTROL,
        [AT('\t')] = CONTROL | SPACE | _ISblank,
        [AT('\n') ... AT('\r')] = CONTROL | SPACE,
        [AT(14) ... AT(31)] = CONTROL,
        [AT(' ')] = SPACE | _ISblank | _ISprint,
        [AT('!') ... AT('/')] = VISIBLE | _ISpunct,
        [AT('0') ... AT('9')] = VISIBLE | _ISalnum | _ISdigit | _ISxdigit,
        [AT(':') ... AT('@')] = VISIBLE | _ISpunct,
        [AT('A') ... AT('F')] = UPPER | _ISxdigit,
        [AT('G') ... AT('Z')] = UPPER,
        [AT('[') ... AT('`')] = VISIBLE | _ISpunct,
        [AT('a') ... AT('f')] = LOWER | _ISxdigit,
        [AT('g') ... AT('z')] = LOWER,
        [AT('{') ... AT('~')] = VISIBLE | _ISpunct,
        [AT(127)] = CONTROL,
    },
    .lower = {BELOW, SIXTY_FOUR(0), 64, TWENTY_SIX('a'), FOUR(91), 95, SIXTEEN(96), SIXTEEN(112), SIXTY_FOUR(128),
        SIXTY_FOUR(192)},
    .upper = {BELOW, SIXTY_FOUR(0), SIXTEEN(64), SIXTEEN(80), 96, TWENTY_SIX('A'), FOUR(123), 127, SIXTY_FOUR(128),
        SIXTY_FOUR(192)},
};

static char c_name[] = "C";

static struct own_locale c = {
    .object =
        {
            .__ctype_b = c_tables.classes + LOWEST,
            .__ctype_tolower = c_tables.lower + LOWEST,
            .__ctype_toupper = c_tables.upper + LOWEST,
            .__names = {c_name, c_name, c_name, c_name, c_name, c_name, c_name, c_name, c_name, c_name, c_name, c_name, c_name},
        },
    .borrowed = 1,
};

/* All, the newest first; the last is that of the "C" locale, whose host is NULL until it is asked for. */
FLOTILLA_EXPORT struct own_locale *flotilla_locales = &c;

static struct flotilla_lock lock;

static void take_data(struct own_locale *own, locale_t host) {
    own->host = host;
    memcpy(own->object.__locales, host->__locales, sizeof host->__locales);
}

locale_t flotilla_c_locale(void) {
    if (c.host == NULL) take_data(&c, flotilla_host_newlocale(LC_ALL_MASK, c_name, (locale_t)0));
    return &c.object;
}

locale_t flotilla_host_locale(locale_t own) {
    return ((struct own_locale *)own)->host;
}

static const struct tables *tables_of(locale_t host) {
    const char *name = host->__names[LC_CTYPE];
    if (host->__ctype_b == c.host->__ctype_b) return &c_tables;
    for (struct named_tables *known = all_tables; known != NULL; known = known->older) {
        if (strcmp(known->name, name) == 0) return &known->tables;
    }
    struct named_tables *added = flotilla_malloc(sizeof *added + strlen(name) + 1);
    if (added == NULL) return NULL;
    memcpy(added->tables.classes, host->__ctype_b - LOWEST, sizeof added->tables.classes);
    memcpy(added->tables.lower, host->__ctype_tolower - LOWEST, sizeof added->tables.lower);
    memcpy(added->tables.upper, host->__ctype_toupper - LOWEST, sizeof added->tables.upper);
    strcpy(added->name, name);
    added->older = all_tables;
    all_tables = added;
    return &added->tables;
}

static char *copy_names(struct own_locale *own, locale_t host) {
    size_t size = 0;
    for (int i = 0; i < CATEGORIES; i++) size += i == LC_ALL ? 0 : strlen(host->__names[i]) + 1;
    char *at = own->names = flotilla_malloc(size);
    for (int i = 0; at != NULL && i < CATEGORIES; i++) {
        own->object.__names[i] = i == LC_ALL ? c_name : at;
        if (i != LC_ALL) at = stpcpy(at, host->__names[i]) + 1;
    }
    return own->names;
}

locale_t flotilla_adopt_locale(locale_t host) {
    if (flotilla_host_locale(flotilla_c_locale()) == host) return &c.object;
    flotilla_lock(&lock);
    struct own_locale *own = flotilla_malloc(sizeof *own);
    const struct tables *tables = own == NULL ? NULL : tables_of(host);
    if (tables == NULL || copy_names(own, host) == NULL) {
        flotilla_unlock(&lock);
        flotilla_free(own);
        flotilla_host_freelocale(host);
        errno = ENOMEM;
        return NULL;
    }
    take_data(own, host);
    own->borrowed = 0;
    own->object.__ctype_b = tables->classes + LOWEST;
    own->object.__ctype_tolower = tables->lower + LOWEST;
    own->object.__ctype_toupper = tables->upper + LOWEST;
    own->next = flotilla_locales;
    flotilla_locales = own;
    flotilla_unlock(&lock);
    return &own->object;
}

void flotilla_drop_locale(locale_t object) {
    struct own_locale *own = (struct own_locale *)object;
    if (own == &c || own == NULL) return;
    flotilla_lock(&lock);
    for (struct own_locale **link = &flotilla_locales; *link != NULL; link = &(*link)->next) {
        if (*link != own) continue;
        *link = own->next;
        break;
    }
    flotilla_unlock(&lock);
    if (!own->borrowed) flotilla_host_freelocale(own->host);
    flotilla_free(own->names);
    /* So that no address of the host is left in the slot. */
    memset(own, 0, sizeof *own);
    __asm__ volatile("" : : "r"(own) : "memory");
    flotilla_free(own);
}
