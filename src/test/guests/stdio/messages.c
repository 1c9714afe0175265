/*
 * Functions that write to standard error by themselves, with standard error opened on a file that is shown afterwards;
 * and that what an unbuffered stream gets in one call arrives in one piece.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <error.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

static void name_printed(void)
{
    fputs("<own name> ", stderr);
}

static void leaving(void)
{
    fputs("atexit\n", stdout);
}

int main(void)
{
    char path[] = "/tmp/messagesXXXXXX", line[300];
    static char program[] = "program";
    close(mkstemp(path));
    program_invocation_name = program_invocation_short_name = program;
    int saved = dup(2);
    if (freopen(path, "w", stderr) == NULL)
        return 1;
    setvbuf(stderr, NULL, _IONBF, 0);
    errno = ENOENT;
    warn("warn %d", 1);
    printf("errno kept %d\n", errno == ENOENT);
    warnx("warnx %s", "two");
    errno = EACCES;
    warn(NULL);
    error(0, EINVAL, "error %d", 3);
    error(0, 0, "no reason");
    error_at_line(0, ENOSPC, "file.c", 12, "at line");
    error_one_per_line = 1;
    error_at_line(0, 0, "file.c", 13, "shown");
    error_at_line(0, 0, "file.c", 13, "not shown");
    error_at_line(0, 0, "file.c", 14, "shown");
    error_print_progname = name_printed;
    error(0, EPERM, "named");
    printf("messages %u\n", error_message_count);
    psignal(SIGSEGV, "psignal");
    psignal(SIGINT, NULL);
    psignal(1000, "unknown");
    errno = EDOM;
    perror("perror");
    fwide(stderr, 0);
    fprintf(stderr, "%s %d\n", "one call", 5);
    fflush(stderr);
    dup2(saved, 2);
    close(saved);
    FILE *file = fopen(path, "r");
    while (fgets(line, sizeof line, file) != NULL)
        printf("stderr: %s", line);
    fclose(file);
    unlink(path);

    /* One write per call: a pipe keeps writes apart only by their order, so its reader counts bytes after each. */
    int ends[2];
    if (pipe(ends) != 0)
        return 1;
    FILE *stream = fdopen(ends[1], "w");
    setvbuf(stream, NULL, _IONBF, 0);
    fprintf(stream, "%s-%d-%s\n", "unbuffered", 17, "message");
    printf("unbuffered %zd", read(ends[0], line, sizeof line));
    fwprintf(stdout, L"nothing");
    fclose(stream);
    if (pipe(ends) != 0)
        return 1;
    stream = fdopen(ends[1], "w");
    setvbuf(stream, NULL, _IOLBF, 0);
    fputs("first\nsec", stream);
    printf(" lines %zd", read(ends[0], line, sizeof line));
    fputs("ond\nthird\nrest", stream);
    printf(" %zd", read(ends[0], line, sizeof line));
    fclose(stream);
    printf(" %zd\n", read(ends[0], line, sizeof line));
    atexit(leaving);
    fputs("the buffer is written at the end: ", stdout);
    errx(0, "errx ends with %d", 0);
}
