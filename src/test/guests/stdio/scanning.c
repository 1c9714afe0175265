/*
 * Formatted input from streams: every conversion with every length, widths, suppression, sets, allocation, positional
 * arguments; over inputs that match, match in part and don't match. Prints what was assigned and what was left.
 *
 * scanning [FIRST_SEED [SEEDS]]: how many random combinations follow the table.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static unsigned long long state;

static unsigned draw(unsigned bound)
{
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)(state >> 33) % bound;
}

static void show(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        printf(text[i] >= ' ' && text[i] < 127 ? "%c" : "\\%02x", (unsigned char)text[i]);
}

static FILE *holding(const char *text)
{
    FILE *file = tmpfile();
    fputs(text, file);
    rewind(file);
    return file;
}

/* What kinds of argument the formats have. */
union value {
    unsigned char raw[64];
    long double align;
};

static void one(const char *input, const char *format)
{
    union value values[4];
    memset(values, 0x5a, sizeof values);
    FILE *file = holding(input);
    errno = 0;
    int assigned = fscanf(file, format, &values[0], &values[1], &values[2], &values[3]);
    int error = errno;
    int c = getc(file);
    printf("\"");
    show(input, strlen(input));
    printf("\" \"%s\": %d errno %d next %d at %ld eof %d:", format, assigned, error == EILSEQ ? error : 0,
           c, ftell(file), feof(file) != 0);
    for (int i = 0; i < 4; i++) {
        size_t length = 24;
        while (length > 0 && values[i].raw[length - 1] == 0x5a)
            length--;
        printf(" ");
        /* The tail of a long double is padding. */
        for (size_t j = 0; j < length; j++)
            printf("%02x", values[i].raw[j]);
    }
    printf("\n");
    fclose(file);
}

static void allocation(void)
{
    char *word = NULL, *letters = NULL, *set = NULL;
    wchar_t *wide = NULL;
    int number = 0, used = 0;
    FILE *file = holding("hello xyz 12345abc h\xc3\xa9llo rest");
    int assigned = fscanf(file, "%ms %3mc %m[0-9]%d", &word, &letters, &set, &number);
    printf("allocated %d %s %.3s %s\n", assigned, word, letters, set);
    free(word);
    free(letters);
    free(set);
    assigned = fscanf(file, "%*s %mls%n", &wide, &used);
    printf("wide %d %ls %d\n", assigned, wide, used);
    free(wide);
    fclose(file);
    word = (char *)1;
    file = holding("");
    assigned = fscanf(file, "%ms", &word);
    printf("nothing %d\n", assigned);
    fclose(file);
    assigned = sscanf("alpha beta", "%ms %m[a-z]", &word, &set);
    printf("string %d %s %s\n", assigned, word, set);
    free(word);
    free(set);
    static char long_word[20001];
    memset(long_word, 'w', sizeof long_word - 1);
    file = holding(long_word);
    assigned = fscanf(file, "%ms", &word);
    printf("long %d %zu\n", assigned, strlen(word));
    free(word);
    fclose(file);
}

static void positional(void)
{
    int a = 0, b = 0, c = 0;
    FILE *file = holding("1 2 3 4 5");
    int assigned = fscanf(file, "%3$d %1$d %2$d", &a, &b, &c);
    printf("positional %d %d %d %d\n", assigned, a, b, c);
    assigned = fscanf(file, "%*d %1$d", &b);
    printf("positional %d %d\n", assigned, b);
    fclose(file);
}

static void wide_input(void)
{
    static const char text[] = "17 3.5e2 gr\xc3\xbc\xc3\x9f" "e \xe2\x82\xac" "42 abcdef tail";
    FILE *file = holding(text);
    int number = 0, after = 0;
    double real = 0;
    char narrow[40] = "", rest[40] = "";
    wchar_t word[20] = L"", euro = 0;
    int assigned = fwscanf(file, L"%d %lf %ls %lc%d", &number, &real, word, &euro, &after);
    printf("wide %d: %d %g %ls %lc %d\n", assigned, number, real, word, euro, after);
    assigned = fwscanf(file, L" %[a-c]%s", narrow, rest);
    printf("wide %d: %s %s, then %d, width %d\n", assigned, narrow, rest, (int)fgetwc(file), fwide(file, 0) > 0);
    rewind(file);
    assigned = fwscanf(file, L"%*d %*s %s %3c", narrow, rest);
    printf("wide %d: %s %.5s\n", assigned, narrow, rest);
    fclose(file);
    file = holding("gr\xc3\xbc\xc3\x9f" "e und 12");
    assigned = fscanf(file, "%ls %2ls", word, word + 10);
    printf("narrow %d: %ls %ls\n", assigned, word, word + 10);
    fclose(file);
    file = holding("ab\xff\xfe");
    errno = 0;
    assigned = fscanf(file, "%ls", word);
    printf("invalid %d %d\n", assigned, errno == EILSEQ);
    fclose(file);
}

static const char *const inputs[] = {
    "", " ", "\n\n", "0", "-0", "+7", "-", "+", "+-3", "12", "  42 43", "0x1f", "0x", "0xg", "-0X1Fz", "010", "08", "0b101",
    "2147483648", "-2147483649", "99999999999999999999", "-99999999999999999999", "18446744073709551615", "65536", "300",
    "1.5", "-1.5e3", "1e", "1e+", "1e+5x", "1.e2", ".5", ".", "-.e3", "0x1p3", "0x1.8p-2", "0x.8", "0xp1", "0x1p", "inf", "-INF",
    "infinity", "infinitx", "infi", "in", "nan", "NaN(12)", "na", "nano", "1e400", "1e-400", "1,234", "1.2.3", "(nil)", "(nil",
    "abc", "abc def", "a b c", "]x", "^x", "a-z", "hello, world", "12abc", "%", "%5", " % 5", "x=3", "x = 3 y", "\t 9\v8",
    "123456789012345678901234567890", "deadbeef", "DEAD BEEF", "7 8 9 10", "word\xff", "\xe9t\xe9",
};

static const char *const formats[] = {
    "%d", "%i", "%u", "%o", "%x", "%X", "%p", "%hhd", "%hd", "%ld", "%lld", "%qd", "%jd", "%zu", "%td", "%hhx", "%lx", "%Lx",
    "%3d", "%1d%1d", "%2x", "%3i", "%5p", "%*d%d", "%*d", "%d%n", "%n%d%n", "%d %d", "%d%d%d", "%d,%d", "%d %n", " %d ",
    "%f", "%lf", "%Lf", "%e", "%g", "%a", "%lE", "%LG", "%3f", "%5lf", "%*f%n", "%f%f", "%lf%s",
    "%s", "%3s", "%*s%s", "%s%s", "%s %n", "%c", "%3c", "%c%c", " %c", "%*c%c", "%1s%c",
    "%[abc]", "%[^abc]", "%[]x]", "%[^]x]", "%[a-z]", "%[a-]", "%[z-a]", "%[a-c-e]", "%5[0-9a-f]", "%*[ab]%c", "%[^\n]", "%[-a]", "%[^-a]",
    "%%%d", "%% %n", "x=%d", "x = %d", "hello%s", "ab%c", "%d%%", "%5c%n", "%ls", "%lc", "%l[a-z]", "%S", "%C", "%'d", "%Id", "%0d", "%-d", "%k", "%",
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void combined(unsigned seed)
{
    static const char *const pieces[] = {"%d", "%3d", "%i", "%x", "%lf", "%f", "%s", "%2s", "%c", "%[a-f0-9]", "%*d", "%*s", " ", ",",
                                         "%n", "%hhd", "%p", "%5g", "%*c", "%[^ ]", "x", "%o", "%u", "%1d", "%4lf"};
    static const char alphabet[] = "0123456789012345.+-eExXpPabcdefinfna ,( \n";
    char input[40], format[60] = "";
    state = seed * 2654435761ULL + 3;
    for (int i = 0; i < 8; i++)
        draw(2);
    unsigned length = draw(sizeof input - 1);
    for (unsigned i = 0; i < length; i++)
        input[i] = alphabet[draw(sizeof alphabet - 1)];
    input[length] = '\0';
    for (unsigned i = 1 + draw(4); i > 0; i--)
        strcat(format, pieces[draw(COUNT(pieces))]);
    one(input, format);
}

int main(int argc, char **argv)
{
    unsigned first = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    unsigned seeds = argc > 2 ? (unsigned)atoi(argv[2]) : 500;
    printf("locale %d\n", setlocale(LC_ALL, "C.UTF-8") != NULL);
    for (size_t i = 0; i < COUNT(inputs); i++)
        for (size_t f = 0; f < COUNT(formats); f++)
            one(inputs[i], formats[f]);
    for (unsigned seed = first; seed < first + seeds; seed++)
        combined(seed);
    allocation();
    positional();
    wide_input();
    return 0;
}
