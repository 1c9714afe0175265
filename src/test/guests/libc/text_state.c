/* Functions of libc with a hidden buffer or position. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

int main(int argc, char **argv) {
    (void)argc;
    char text[] = ",,one,two;;three,";
    for (char *word = strtok(text, ",;"); word != NULL; word = strtok(NULL, ",;")) printf("<%s>", word);
    printf("%d\n", strtok(NULL, ",") == NULL);
    printf("%s | %s\n", strerror(ENOENT), strerror(EACCES));
    printf("%s | %s\n", strerror(12345), strerror(-3));
    time_t time = 86400 * 365;
    struct tm *date = gmtime(&time);
    printf("%d %d %d %s", date->tm_year, date->tm_yday, date->tm_hour, asctime(date));
    printf("%s", ctime(&time));
    tzset();
    printf("%s %ld %d\n", tzname[0], timezone, daylight);
    int point, sign;
    printf("%s", ecvt(-12.3456, 5, &point, &sign));
    printf(" %d %d", point, sign);
    printf(" %s", fcvt(12.3456, 2, &point, &sign));
    printf(" %d %d\n", point, sign);
    printf("%s %s\n", l64a(123456789), l64a(0));
    printf("%ld\n", a64l(l64a(987654321)));
    printf("lgamma %.6f", lgamma(-0.5));
    printf(" %d", signgam);
    printf(" %.6f", lgamma(3.5));
    printf(" %d\n", signgam);
    setlocale(LC_ALL, "C.UTF-8");
    wchar_t wide[8] = L"";
    printf("mbtowc %d %d\n", mbtowc(wide, "\xc3\xa9", 2), wide[0] == 0xe9);
    printf("mbrtowc %zd", mbrtowc(wide, "\xc3", 1, NULL));
    printf(" %zd %d\n", mbrtowc(wide, "\xa9", 1, NULL), wide[0] == 0xe9);
    const char *source = "a\xc3\xa9z";
    printf("mbsrtowcs %zu\n", mbsrtowcs(wide, &source, 8, NULL));
    printf("names %s %d\n", program_invocation_short_name, program_invocation_name == argv[0]);
    char *directory = getcwd(NULL, 0), buffer[PATH_MAX];
    printf("getcwd %d\n", getcwd(buffer, sizeof buffer) == buffer && strcmp(buffer, directory) == 0);
    free(directory);
    return 0;
}
