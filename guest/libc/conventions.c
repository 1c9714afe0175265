/*
 * localeconv. The host's writes its answer into memory that all ranks of the process share, so the rank's is put together from
 * what the host says of each item (langinfo.c): texts of the rank's own, which stay valid, in a structure of the rank's own.
 */
#define _GNU_SOURCE
#include <langinfo.h>
#include <limits.h>
#include <locale.h>

#include "flotilla.h"
#include "names.h"

extern char *flotilla_host_nl_langinfo_l(nl_item, locale_t);
extern locale_t flotilla_locale_in_force(void);
extern char *flotilla_langinfo_l(nl_item, locale_t);

/* How locale data says that there is nothing to say, in numbers and in the first byte of groupings. */
#define NONE '\377'
#define NO_GROUPING '\177'

static char number(nl_item item, locale_t locale) {
    char value = *flotilla_host_nl_langinfo_l(item, locale);
    return value == NONE ? CHAR_MAX : value;
}

static char *grouping(nl_item item, locale_t locale) {
    char *text = flotilla_langinfo_l(item, locale);
    return *text == NONE || *text == NO_GROUPING ? "" : text;
}

struct lconv *flotilla_localeconv(void) {
    static struct lconv own;
    locale_t locale = flotilla_locale_in_force();
    own = (struct lconv){
        .decimal_point = flotilla_langinfo_l(RADIXCHAR, locale),
        .thousands_sep = flotilla_langinfo_l(THOUSEP, locale),
        .grouping = grouping(GROUPING, locale),
        .int_curr_symbol = flotilla_langinfo_l(INT_CURR_SYMBOL, locale),
        .currency_symbol = flotilla_langinfo_l(CURRENCY_SYMBOL, locale),
        .mon_decimal_point = flotilla_langinfo_l(MON_DECIMAL_POINT, locale),
        .mon_thousands_sep = flotilla_langinfo_l(MON_THOUSANDS_SEP, locale),
        .mon_grouping = grouping(MON_GROUPING, locale),
        .positive_sign = flotilla_langinfo_l(POSITIVE_SIGN, locale),
        .negative_sign = flotilla_langinfo_l(NEGATIVE_SIGN, locale),
        .int_frac_digits = number(INT_FRAC_DIGITS, locale),
        .frac_digits = number(FRAC_DIGITS, locale),
        .p_cs_precedes = number(P_CS_PRECEDES, locale),
        .p_sep_by_space = number(P_SEP_BY_SPACE, locale),
        .n_cs_precedes = number(N_CS_PRECEDES, locale),
        .n_sep_by_space = number(N_SEP_BY_SPACE, locale),
        .p_sign_posn = number(P_SIGN_POSN, locale),
        .n_sign_posn = number(N_SIGN_POSN, locale),
        .int_p_cs_precedes = number(INT_P_CS_PRECEDES, locale),
        .int_p_sep_by_space = number(INT_P_SEP_BY_SPACE, locale),
        .int_n_cs_precedes = number(INT_N_CS_PRECEDES, locale),
        .int_n_sep_by_space = number(INT_N_SEP_BY_SPACE, locale),
        .int_p_sign_posn = number(INT_P_SIGN_POSN, locale),
        .int_n_sign_posn = number(INT_N_SIGN_POSN, locale),
    };
    return &own;
}

FLOTILLA_NAMES(flotilla_localeconv, localeconv)
