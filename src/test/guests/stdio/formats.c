/*
 * Formatted output through every function of the family, to streams with every kind of buffer. What each call returned
 * and printed appears on standard output.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static int through_vfprintf(FILE *file, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int result = vfprintf(file, format, list);
    va_end(list);
    return result;
}

static int through_vprintf(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int result = vprintf(format, list);
    va_end(list);
    return result;
}

static char *through_vasprintf(const char *format, ...)
{
    char *text;
    va_list list;
    va_start(list, format);
    int result = vasprintf(&text, format, list);
    va_end(list);
    printf("%d:", result);
    return text;
}

static int through_vdprintf(int fd, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int result = vdprintf(fd, format, list);
    va_end(list);
    return result;
}

static void conversions(FILE *file)
{
    int used = 0;
    int results[] = {
        fprintf(file, "%d|%5d|%-5d|%05d|%+d|% d|%.3d\n", 42, 42, 42, 42, 42, 42, 7),
        fprintf(file, "%i %u %o %x %X %#o %#x %#X\n", -1, 4000000000u, 8, 255, 255, 8, 255, 255),
        fprintf(file, "%hhd %hd %ld %lld %jd %zd %td\n", (signed char)-5, (short)-300, LONG_MIN, LLONG_MAX, (intmax_t)-9, (size_t)8, (ptrdiff_t)-8),
        fprintf(file, "%f %.0f %#.0f %10.3f|%-10.2f|%+e %E %g %G %.10g\n", 3.14159, 2.5, 2.0, 2.71828, 1.5, 12345.678, 0.00012, 1e-5, 1e20, 1.0 / 3),
        fprintf(file, "%a %A %.2a %Lf %La\n", 1.0, 255.5, 3.3, 1.25L, 2.5L),
        fprintf(file, "%f %F %e %5.1f %-8f|\n", INFINITY, -INFINITY, NAN, INFINITY, -INFINITY),
        fprintf(file, "%c%c%5c|%-3c|\n", 'a', 0, 'b', 'c'),
        fprintf(file, "%s|%10s|%-10s|%.2s|%.*s|%*s|\n", "text", "right", "left", "cut", 3, "abcdef", 6, "star"),
        fprintf(file, "%p %p\n", (void *)0, (void *)0x1234),
        fprintf(file, "%%|%n", &used),
        fprintf(file, "%d\n", used),
        fprintf(file, "%2$s %1$d %2$.1s %3$*4$d\n", 5, "five", 9, 4),
        fprintf(file, "%'d %'.2f\n", 1234567, 1234567.891),
        fprintf(file, "%ls|%lc|%10ls|%.3ls\n", L"wide \x20ac", L'\xe9', L"w", L"\xe9\xe9\xe9"),
        fprintf(file, "%-20s%20s%020d\n", "a", "b", 3),
        fprintf(file, "%300d|%-300d|\n", 1, 2),
        fprintf(file, "%.1000f\n", 1.0 / 3),
        fprintf(file, "%s", ""),
    };
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        fprintf(file, "%d ", results[i]);
    fprintf(file, "\n");
}

static void buffers(void)
{
    static char small[64];
    for (int kind = 0; kind < 5; kind++) {
        FILE *file = tmpfile();
        if (kind == 1)
            setvbuf(file, NULL, _IONBF, 0);
        else if (kind == 2)
            setvbuf(file, small, _IOFBF, sizeof small);
        else if (kind == 3)
            setlinebuf(file);
        else if (kind == 4)
            setvbuf(file, small, _IOLBF, 7);
        conversions(file);
        long length = ftell(file);
        rewind(file);
        unsigned sum = 0;
        for (int c; (c = getc(file)) != EOF;) {
            sum = sum * 31 + (unsigned)c;
            if (kind == 0)
                putchar(c == '\0' ? '@' : c);
        }
        printf("kind %d length %ld sum %u\n", kind, length, sum);
        fclose(file);
    }
}

static void long_texts(void)
{
    size_t size = 3000000;
    char *text = malloc(size + 1);
    memset(text, 'L', size);
    text[size] = '\0';
    FILE *file = tmpfile();
    printf("long %d", fprintf(file, "<%s>", text));
    printf(" %ld", ftell(file));
    printf(" %d", fprintf(file, "%*d", 100000, 1));
    printf(" %ld\n", ftell(file));
    fclose(file);
    char *result;
    printf("long asprintf %d", asprintf(&result, "[%s]", text));
    printf(" %zu %c%c\n", strlen(result), result[0], result[size + 1]);
    free(result);
    free(text);
}

static void failures(void)
{
    FILE *file = fopen("/dev/null", "r");
    errno = 0;
    printf("read only %d", fprintf(file, "x"));
    printf(" %d %d\n", errno == EBADF, ferror(file) != 0);
    fclose(file);
    file = fopen("/dev/full", "w");
    if (file != NULL) {
        printf("full %d", fprintf(file, "x"));
        errno = 0;
        printf(" %d", fflush(file));
        printf(" %d %d", errno == ENOSPC, ferror(file) != 0);
        clearerr(file);
        char block[20000];
        memset(block, 'b', sizeof block);
        printf(" %zu %d\n", fwrite(block, 1, sizeof block, file) < sizeof block ? (size_t)0 : (size_t)1, ferror(file) != 0);
        fclose(file);
    }
    printf("[");
    int result = printf("before %ls after", L"bad \xd800");
    int error = errno;
    printf("] invalid %d %d\n", result, error == EILSEQ);
}

static void wide(void)
{
    FILE *file = tmpfile();
    printf("wide %d", fwprintf(file, L"%d %ls %s %lc %5.2f\n", 7, L"gr\xfc\xdf", "narrow \xc3\xa9", L'\x20ac', 2.5));
    printf(" %d", fwprintf(file, L"%500d|\n", 3));
    printf(" %d", fwprintf(file, L"%5000ls|\n", L"long"));
    printf(" %d\n", fprintf(file, "no"));
    rewind(file);
    wint_t c;
    unsigned count = 0, sum = 0;
    while ((c = getwc(file)) != WEOF) {
        count++;
        sum = sum * 31 + c;
    }
    printf("characters %u sum %u at %ld\n", count, sum, ftell(file));
    fclose(file);
    file = tmpfile();
    fputs("narrow", file);
    printf("narrow stream %d %d\n", fwprintf(file, L"no"), (int)fputwc(L'x', file));
    fclose(file);
}

int main(void)
{
    printf("locale %d\n", setlocale(LC_ALL, "C.UTF-8") != NULL);
    buffers();
    long_texts();
    wide();
    int length = through_vfprintf(stdout, "vfprintf %d %s\n", 1, "one");
    length += through_vprintf("vprintf %g\n", 2.5);
    char *text = through_vasprintf("%s-%d-%400d", "vasprintf", 3, 4);
    printf("%s\n", text);
    free(text);
    fflush(stdout);
    length += through_vdprintf(1, "vdprintf %d\n", 5);
    length += dprintf(1, "dprintf %s\n", "six");
    printf("%d\n", length);
    failures();
    errno = ENOENT;
    perror("perror");
    errno = EINTR;
    perror(NULL);
    puts("puts");
    fputs("not flushed at the end\n", stdout);
    return 0;
}
