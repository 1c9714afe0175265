/*
 * Descriptors 0, 1 and 2: writing past stdio, duplicating, redirecting to a file and back, closing. What a child of the
 * program prints follows. Nothing here may be seen by another rank.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void show_file(const char *what, const char *path)
{
    char line[200];
    FILE *file = fopen(path, "r");
    while (fgets(line, sizeof line, file) != NULL)
        printf("%s: %s", what, line);
    fclose(file);
}

static void put(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        printf("write to %d failed: %d\n", fd, errno);
}

int main(void)
{
    char path[] = "/tmp/descriptorsXXXXXX", other[] = "/tmp/descriptorsXXXXXX";
    close(mkstemp(path));
    close(mkstemp(other));

    put(1, "raw write\n");
    struct iovec pieces[] = {{"gathered ", 9}, {"", 0}, {"write\n", 6}};
    if (writev(1, pieces, 3) != 15)
        printf("writev failed\n");
    printf("buffered\n");
    fflush(stdout);

    /* Redirected and restored. */
    int saved = dup(1);
    int file = open(path, O_WRONLY | O_TRUNC);
    printf("dup2 %d\n", dup2(file, 1));
    close(file);
    printf("through stdio\n");
    fflush(stdout);
    put(1, "raw into the file\n");
    put(saved, "saved descriptor\n");
    if (system("echo child into the file") != 0)
        put(saved, "system failed\n");
    struct stat status;
    fstat(1, &status);
    int regular = S_ISREG(status.st_mode);
    off_t position = lseek(1, 0, SEEK_CUR);
    int terminal = isatty(1);
    fflush(stdout);
    dup2(saved, 1);
    close(saved);
    printf("restored: regular %d position %ld terminal %d\n", regular, (long)position, terminal);
    show_file("file", path);
    fflush(stdout);

    /* By number: the lowest that is free. */
    saved = fcntl(1, F_DUPFD, 10);
    close(1);
    errno = 0;
    ssize_t result = write(1, "lost", 4);
    int error = errno;
    file = open(path, O_WRONLY | O_TRUNC);
    put(1, "lowest number\n");
    close(1);
    dup2(saved, 1);
    close(saved);
    printf("closed: %zd %d, opened as %d, saved %d\n", result, error == EBADF, file, saved >= 10);
    show_file("file", path);
    fflush(stdout);

    /* Standard error joins a file, and a file the standard output. */
    int saved_error = dup(2);
    FILE *again = freopen(path, "w", stderr);
    fprintf(stderr, "error text %d\n", again == stderr);
    fflush(stderr);
    put(2, "raw error\n");
    printf("stderr is %d\n", fileno(stderr));
    dup2(saved_error, 2);
    close(saved_error);
    show_file("error", path);
    fflush(stdout);
    saved = dup(1);
    again = freopen(other, "w", stdout);
    printf("reopened %d %d\n", again == stdout, fileno(stdout));
    fflush(stdout);
    dup2(saved, 1);
    close(saved);
    printf("output again\n");
    show_file("other", other);

    /* A second number for the output. */
    int second = dup(1);
    FILE *stream = fdopen(second, "w");
    fflush(stdout);
    fprintf(stream, "second stream\n");
    printf("fclose %d\n", fclose(stream));
    errno = 0;
    printf("bad numbers %d %d %d\n", dup2(999, 1), errno == EBADF, dup(-1));
    printf("same number %d\n", dup2(1, 1));
    fflush(stdout);

    /* A pipe as standard input. */
    int ends[2];
    if (pipe(ends) != 0)
        return 1;
    put(ends[1], "12 34\nrest\n");
    close(ends[1]);
    dup2(ends[0], 0);
    close(ends[0]);
    int a = 0, b = 0;
    char word[10] = "";
    printf("scanf %d", scanf("%d%d%9s", &a, &b, word));
    printf(" %d %d %s\n", a, b, word);
    printf("end %d", getchar());
    printf(" %d", getchar());
    printf(" %d\n", feof(stdin) != 0);
    unlink(path);
    unlink(other);
    return 0;
}
