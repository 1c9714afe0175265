/*
 * The locale is the rank's: setlocale, newlocale, uselocale, localeconv, nl_langinfo, and what depends on them. C.UTF-8
 * is the one locale that every system has beside "C". More with locales of a language: LocaleTest.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/interleave.h"
#include <ctype.h>
#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <wchar.h>
#include <wctype.h>

static int is_utf8; /* whether this rank has chosen C.UTF-8 */

static void look(void)
{
    wchar_t wide[4] = L"";
    char bytes[MB_LEN_MAX];
    mbstate_t state = {0};
    CHECK_EQUAL(MB_CUR_MAX, is_utf8 ? 6 : 1);
    CHECK(strcmp(nl_langinfo(CODESET), is_utf8 ? "UTF-8" : "ANSI_X3.4-1968") == 0);
    CHECK_EQUAL(mbrtowc(wide, "\xc3\xa9", 2, &state), is_utf8 ? 2 : (size_t)-1);
    CHECK_EQUAL(mbstowcs(wide, "\xc3\xa9", 4), is_utf8 ? 1 : (size_t)-1);
    memset(&state, 0, sizeof state);
    CHECK_EQUAL(wcrtomb(bytes, 0xe9, &state), is_utf8 ? 2 : (size_t)-1);
    CHECK_EQUAL(towupper(0xe9), is_utf8 ? 0xc9 : 0xe9);
    CHECK_EQUAL(iswalpha(0xe9) != 0, is_utf8);
    CHECK_EQUAL(snprintf(bytes, sizeof bytes, "%lc", (wint_t)0xe9), is_utf8 ? 2 : -1);
    CHECK(isalpha('a') && !isalpha('1') && toupper('a') == 'A' && tolower('Z') == 'z' && isspace('\n'));
    CHECK(!isalpha(0xe9));
}

/* An optimizer may ask for the address of the table once. */
static void tables(void)
{
    const unsigned short **classes = __ctype_b_loc();
    const unsigned short *table = *classes;
    interleave();
    CHECK(classes == __ctype_b_loc() && table == *classes);
    CHECK(((*classes)['x'] & (unsigned short)_ISalpha) != 0);
    CHECK((*__ctype_toupper_loc())['x'] == 'X' && (*__ctype_tolower_loc())['X'] == 'x');
}

static void objects(void)
{
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL), c = newlocale(LC_ALL_MASK, "C", NULL);
    CHECK(utf8 != NULL && c != NULL);
    CHECK(uselocale(NULL) == LC_GLOBAL_LOCALE);
    int before = is_utf8;
    for (int i = 0; i < 4; i++) {
        is_utf8 = (check_rank + i) % 2;
        locale_t old = uselocale(is_utf8 ? utf8 : c);
        CHECK(old == (i == 0 ? LC_GLOBAL_LOCALE : is_utf8 ? c : utf8));
        interleave();
        look();
        CHECK(uselocale(NULL) == (is_utf8 ? utf8 : c));
        /* The rank's own is another. */
        CHECK(strcmp(setlocale(LC_CTYPE, NULL), before ? "C.UTF-8" : "C") == 0);
    }
    CHECK(uselocale(LC_GLOBAL_LOCALE) != LC_GLOBAL_LOCALE);
    is_utf8 = before;
    interleave();
    look();
    locale_t copy = duplocale(LC_GLOBAL_LOCALE);
    CHECK(copy != NULL && strcmp(nl_langinfo_l(CODESET, copy), nl_langinfo(CODESET)) == 0);
    freelocale(copy);
    copy = duplocale(utf8);
    CHECK(copy != NULL && towupper_l(0xe9, copy) == 0xc9 && isalpha_l('a', copy));
    freelocale(copy);
    errno = 0;
    CHECK(newlocale(LC_ALL_MASK, "no_SUCH.locale", NULL) == NULL && errno == ENOENT);
    freelocale(utf8);
    freelocale(c);
}

static void names(void)
{
    CHECK(setlocale(LC_ALL, "no_SUCH.locale") == NULL);
    CHECK(setlocale(99, "C") == NULL);
    CHECK(strcmp(setlocale(LC_ALL, "C"), "C") == 0);
    CHECK(strcmp(setlocale(LC_CTYPE, "C.UTF-8"), "C.UTF-8") == 0);
    is_utf8 = 1;
    interleave();
    look();
    CHECK(strcmp(setlocale(LC_ALL, NULL),
                 "LC_CTYPE=C.UTF-8;LC_NUMERIC=C;LC_TIME=C;LC_COLLATE=C;LC_MONETARY=C;LC_MESSAGES=C;LC_PAPER=C;"
                 "LC_NAME=C;LC_ADDRESS=C;LC_TELEPHONE=C;LC_MEASUREMENT=C;LC_IDENTIFICATION=C") == 0);
    char *saved = strdup(setlocale(LC_ALL, NULL));
    CHECK(strcmp(setlocale(LC_ALL, "POSIX"), "C") == 0);
    is_utf8 = 0;
    look();
    CHECK(setlocale(LC_ALL, saved) != NULL && strcmp(setlocale(LC_ALL, NULL), saved) == 0);
    free(saved);
    /* "" asks the rank's environment. */
    is_utf8 = check_rank % 2;
    setenv("LC_ALL", is_utf8 ? "C.UTF-8" : "C", 1);
    setenv("LANG", is_utf8 ? "C" : "C.UTF-8", 1);
    interleave();
    CHECK(strcmp(setlocale(LC_ALL, ""), is_utf8 ? "C.UTF-8" : "C") == 0);
    interleave();
    look();
    unsetenv("LC_ALL");
    setenv("LC_TIME", "C.UTF-8", 1);
    CHECK(strcmp(setlocale(LC_TIME, ""), "C.UTF-8") == 0);
    CHECK(strcmp(setlocale(LC_CTYPE, ""), is_utf8 ? "C" : "C.UTF-8") == 0);
    is_utf8 = !is_utf8;
    interleave();
    look();
    locale_t object = newlocale(LC_CTYPE_MASK, "", NULL);
    CHECK(object != NULL && strcmp(nl_langinfo_l(CODESET, object), nl_langinfo(CODESET)) == 0);
    freelocale(object);
}

int main(int argc, char **argv)
{
    /* Whatever the user's locale is: a program that asks for none has "C". */
    int c_first = MB_CUR_MAX == 1 && strcmp(setlocale(LC_ALL, NULL), "C") == 0;
    start(&argc, &argv);
    CHECK(c_first);
    look();
    is_utf8 = check_rank % 2;
    if (is_utf8)
        CHECK(setlocale(LC_ALL, "C.UTF-8") != NULL);
    interleave();
    look();
    tables();
    struct lconv *convention = localeconv();
    interleave();
    CHECK(convention == localeconv() && strcmp(convention->decimal_point, ".") == 0 && *convention->thousands_sep == '\0');
    objects();
    names();
    return finish("locale");
}
