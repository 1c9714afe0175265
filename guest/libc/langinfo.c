/*
 * nl_langinfo. The host's texts lie in its own memory; the rank gets copies in its slot, which stay where they are when it goes
 * to another process. Each is kept for good, as programs may keep what they were told, and once.
 */
#define _GNU_SOURCE
#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "flotilla.h"
#include "heap.h"
#include "locale_object.h"
#include "lock.h"
#include "names.h"

extern char *flotilla_host_nl_langinfo_l(nl_item, locale_t);
extern locale_t flotilla_locale_in_force(void);

/*
 * Some items are numbers, in the form of an address. Of those of a locale that was read from a file the host means the lower half
 * only: in the upper one is what was in its memory before.
 */
#define LARGEST_NUMBER UINT32_MAX

static bool is_number(nl_item item) {
    switch (item) {
    case _NL_CTYPE_MB_CUR_MAX:
    case _NL_CTYPE_CLASS_OFFSET:
    case _NL_CTYPE_MAP_OFFSET:
    case _NL_CTYPE_MAP_TO_NONASCII:
    case _NL_CTYPE_NONASCII_CASE:
    case _NL_CTYPE_INDIGITS_MB_LEN:
    case _NL_CTYPE_INDIGITS_WC_LEN:
    case _NL_CTYPE_TRANSLIT_TAB_SIZE:
    case _NL_CTYPE_TRANSLIT_DEFAULT_MISSING_LEN:
    case _NL_CTYPE_TRANSLIT_IGNORE_LEN:
    case _NL_NUMERIC_DECIMAL_POINT_WC:
    case _NL_NUMERIC_THOUSANDS_SEP_WC:
    case _NL_TIME_ERA_NUM_ENTRIES:
    case _NL_TIME_WEEK_1STDAY:
    case _NL_COLLATE_NRULES:
    case _NL_COLLATE_SYMB_HASH_SIZEMB:
    case _NL_MONETARY_UNO_VALID_FROM:
    case _NL_MONETARY_UNO_VALID_TO:
    case _NL_MONETARY_DUO_VALID_FROM:
    case _NL_MONETARY_DUO_VALID_TO:
    case _NL_MONETARY_DECIMAL_POINT_WC:
    case _NL_MONETARY_THOUSANDS_SEP_WC:
    case _NL_PAPER_HEIGHT:
    case _NL_PAPER_WIDTH:
    case _NL_ADDRESS_COUNTRY_NUM:
        return true;
    default:
        return item >= _NL_CTYPE_OUTDIGIT0_WC && item <= _NL_CTYPE_OUTDIGIT9_WC;
    }
}

struct text {
    struct text *older;
    size_t size;
    char bytes[] __attribute__((aligned(8)));
};

static struct text *texts;
static struct flotilla_lock lock;

static bool is_wide(nl_item item) {
    return (item >= _NL_WABDAY_1 && item <= _NL_WERA_T_FMT) || item == _NL_W_DATE_FMT || (item >= _NL_WALTMON_1
        && item <= _NL_WALTMON_12) ||
           (item >= _NL_WABALTMON_1 && item <= _NL_WABALTMON_12);
}

static size_t size_of(nl_item item, const char *text) {
    if (is_wide(item)) return (wcslen((const wchar_t *)text) + 1) * sizeof(wchar_t);
    size_t size = strlen(text) + 1;
    /* One hundred of them, behind one another. */
    for (int i = 1; item == ALT_DIGITS && size > 1 && i < 100; i++) size += strlen(text + size) + 1;
    return size;
}

static char *own_text(nl_item item, char *host) {
    if (is_number(item)) return (char *)((uintptr_t)host & LARGEST_NUMBER);
    if ((uintptr_t)host <= LARGEST_NUMBER) return host;
    size_t size = size_of(item, host);
    struct text *known;
    flotilla_lock(&lock);
    for (known = texts; known != NULL && (known->size != size || memcmp(known->bytes, host, size) != 0);) known = known->older;
    if (known == NULL && (known = flotilla_malloc(sizeof *known + size)) != NULL) {
        known->older = texts;
        known->size = size;
        memcpy(known->bytes, host, size);
        texts = known;
    }
    flotilla_unlock(&lock);
    return known == NULL ? host : known->bytes;
}

char *flotilla_langinfo_l(nl_item item, locale_t locale) {
    return own_text(item, flotilla_host_nl_langinfo_l(item, locale == LC_GLOBAL_LOCALE ? flotilla_locale_in_force() : locale));
}

char *flotilla_langinfo(nl_item item) {
    return flotilla_langinfo_l(item, flotilla_locale_in_force());
}

FLOTILLA_NAMES(flotilla_langinfo, nl_langinfo)
FLOTILLA_NAMES(flotilla_langinfo_l, nl_langinfo_l, __nl_langinfo_l)
