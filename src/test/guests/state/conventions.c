/*
 * localeconv, in ranks that have different locales and ask all the time, on several PEs at once: each is told what holds in its
 * own. What it was told before stays readable. Run by LocaleTest, which makes the locales de_DE.UTF-8 and fr_FR.UTF-8.
 */
#include "../support/interleave.h"
#include <limits.h>
#include <locale.h>

#define ROUNDS 20
#define TIMES 5000

static const struct expected {
    const char *locale, *decimal_point, *thousands_sep, *mon_thousands_sep, *int_curr_symbol;
    char grouping, int_frac_digits, n_sep_by_space;
} all[] = {
    {"C", ".", "", "", "", 0, CHAR_MAX, CHAR_MAX},
    {"de_DE.UTF-8", ",", ".", ".", "EUR ", 3, 2, 1},
    {"fr_FR.UTF-8", ",", "\xe2\x80\xaf", "\xe2\x80\xaf", "EUR ", 3, 2, 1},
};

static int is_right(const struct expected *own, const struct lconv *told)
{
    return strcmp(told->decimal_point, own->decimal_point) == 0 && strcmp(told->thousands_sep, own->thousands_sep) == 0
        && strcmp(told->mon_thousands_sep, own->mon_thousands_sep) == 0
        && strcmp(told->int_curr_symbol, own->int_curr_symbol) == 0 && *told->grouping == own->grouping
        && told->int_frac_digits == own->int_frac_digits && told->n_sep_by_space == own->n_sep_by_space;
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    const struct expected *own = &all[check_rank % 3];
    CHECK(setlocale(LC_ALL, own->locale) != NULL);
    const char *first = localeconv()->thousands_sep;
    int wrong = 0;
    for (int round = 0; round < ROUNDS; round++) {
        interleave();
        for (int i = 0; i < TIMES; i++) wrong += !is_right(own, localeconv());
    }
    CHECK(wrong == 0);
    CHECK(strcmp(first, own->thousands_sep) == 0);
    return finish("conventions");
}
