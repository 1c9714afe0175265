/*
 * Locales of languages, one to each rank: what they format, parse, sort and name. Run by LocaleTest, which makes the
 * locales de_DE.UTF-8 and fr_FR.UTF-8 and has the environment ask for the first.
 */
#define _GNU_SOURCE
#include "../support/interleave.h"
#include <langinfo.h>
#include <locale.h>
#include <monetary.h>
#include <time.h>
#include <wchar.h>

static size_t conventions(char *text, size_t size)
{
    const struct lconv *told = localeconv();
    const char *const texts[] = {told->decimal_point, told->thousands_sep, told->int_curr_symbol, told->currency_symbol,
                                 told->mon_decimal_point, told->mon_thousands_sep, told->positive_sign, told->negative_sign};
    const char numbers[] = {*told->grouping, *told->mon_grouping, told->int_frac_digits, told->frac_digits, told->p_cs_precedes,
                            told->p_sep_by_space, told->n_cs_precedes, told->n_sep_by_space, told->p_sign_posn, told->n_sign_posn,
                            told->int_p_cs_precedes, told->int_p_sep_by_space, told->int_n_cs_precedes, told->int_n_sep_by_space,
                            told->int_p_sign_posn, told->int_n_sign_posn};
    size_t length = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        length += (size_t)snprintf(text + length, size - length, " [%s]", texts[i]);
    for (size_t i = 0; i < sizeof numbers; i++)
        length += (size_t)snprintf(text + length, size - length, " %d", numbers[i]);
    return length;
}

static void show(const char *when)
{
    char text[800], money[64];
    double value = 0, scanned = 0;
    int length = snprintf(text, sizeof text, "rank %d %s %s: %.2f %'d", check_rank, when, setlocale(LC_ALL, NULL), 1234.5, 1234567);
    interleave();
    struct tm day = {.tm_year = 126, .tm_mon = 2, .tm_mday = 3, .tm_wday = 2};
    length += (int)strftime(text + length, sizeof text - (size_t)length, " %A %B %x", &day);
    interleave();
    value = strtod("2,75", NULL);
    sscanf("3,25", "%lf", &scanned);
    strfmon(money, sizeof money, "%n", 1234.56);
    length += snprintf(text + length, sizeof text - (size_t)length, " %g %g %s", value, scanned, money);
    interleave();
    length += (int)conventions(text + length, sizeof text - (size_t)length);
    length += snprintf(text + length, sizeof text - (size_t)length, " %s %s", nl_langinfo(DAY_1), nl_langinfo(CODESET));
    length += snprintf(text + length, sizeof text - (size_t)length, " %d %d %zu", strcoll("\xc3\xa4", "b") < 0, strcoll("a", "B") < 0,
                       mbstowcs(NULL, "gr\xc3\xbc\xc3\x9f", 0));
    /* The standard streams, and reading from a stream. */
    FILE *file = tmpfile();
    fprintf(file, "%.3f\n", 0.125);
    rewind(file);
    interleave();
    fscanf(file, "%lf", &scanned);
    fclose(file);
    printf("%s %.3f\n", text, scanned);
    printf("%s", "");
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    interleave();
    show("first");
    static const char *const names[] = {"de_DE.UTF-8", "C", "fr_FR.UTF-8", ""};
    CHECK(setlocale(LC_ALL, names[check_rank % 4]) != NULL);
    interleave();
    show("chosen");
    locale_t french = newlocale(LC_NUMERIC_MASK | LC_TIME_MASK, "fr_FR.UTF-8", duplocale(LC_GLOBAL_LOCALE));
    CHECK(french != NULL);
    if (check_rank % 2)
        uselocale(french);
    show("used");
    CHECK(setlocale(LC_NUMERIC, "C") != NULL);
    show("mixed");
    uselocale(LC_GLOBAL_LOCALE);
    freelocale(french);
    show("last");
    return finish("languages");
}
