/*
 * Streams that are not plain files: memory, the program's own functions, pipes to commands, standard streams that are
 * opened again; wide characters; buffers and what stdio_ext.h says of them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

static void memory(void)
{
    char buffer[16] = "hello", text[64];
    FILE *file = fmemopen(buffer, sizeof buffer, "r+");
    printf("fmemopen %zu", fread(text, 1, 3, file));
    fseek(file, 0, SEEK_CUR);
    fputs("XY", file);
    fflush(file);
    printf(" %s %ld", buffer, ftell(file));
    printf(" %d", fseek(file, 0, SEEK_END));
    printf(" %ld %d\n", ftell(file), fseek(file, 17, SEEK_SET));
    fclose(file);
    strcpy(buffer, "hello");
    file = fmemopen(buffer, sizeof buffer, "a");
    printf("append %ld", ftell(file));
    fputs(", world", file);
    fclose(file);
    printf(" %s\n", buffer);
    file = fmemopen(buffer, sizeof buffer, "w");
    fputs("0123456789abcdefghij", file);
    printf("overfull %d", fflush(file));
    fclose(file);
    printf(" %.16s|\n", buffer);
    file = fmemopen(buffer, 4, "w");
    setbuf(file, NULL);
    int first = fputs("ab", file), second = fputs("cdef", file);
    printf("unbuffered %d %d %d %.4s\n", first >= 0, second >= 0, ferror(file) != 0, buffer);
    fclose(file);
    file = fmemopen(NULL, 100, "w+");
    fprintf(file, "%d %s", 42, "own memory");
    rewind(file);
    int number = 0;
    char word[10];
    printf("own %d", fscanf(file, "%d %9s", &number, word));
    printf(" %d %s\n", number, word);
    fclose(file);

    char *grown;
    size_t size;
    file = open_memstream(&grown, &size);
    fflush(file);
    printf("memstream %zu", size);
    for (int i = 0; i < 5000; i++)
        fprintf(file, "%d,", i);
    fflush(file);
    printf(" %zu %ld %.10s", size, ftell(file), grown);
    fseek(file, 5, SEEK_SET);
    fputs("-----", file);
    fclose(file);
    printf(" %zu %.12s\n", size, grown);
    free(grown);
    wchar_t *wide;
    file = open_wmemstream(&wide, &size);
    fwprintf(file, L"%ls %d", L"w\xefde", 7);
    fputwc(L'!', file);
    fflush(file);
    printf("wmemstream %zu %ls %ld\n", size, wide, ftell(file));
    fclose(file);
    free(wide);
}

struct tape {
    char text[100];
    size_t length, position;
    int calls, closed;
};

static ssize_t tape_read(void *cookie, char *buffer, size_t size)
{
    struct tape *tape = cookie;
    size_t count = tape->length - tape->position;
    if (count > size)
        count = size;
    if (count > 3)
        count = 3;
    memcpy(buffer, tape->text + tape->position, count);
    tape->position += count;
    tape->calls++;
    return (ssize_t)count;
}

static ssize_t tape_write(void *cookie, const char *data, size_t size)
{
    struct tape *tape = cookie;
    if (tape->position + size > sizeof tape->text)
        return 0;
    memcpy(tape->text + tape->position, data, size);
    tape->position += size;
    if (tape->position > tape->length)
        tape->length = tape->position;
    tape->calls++;
    return (ssize_t)size;
}

static int tape_seek(void *cookie, off64_t *position, int whence)
{
    struct tape *tape = cookie;
    off64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (off64_t)tape->position : (off64_t)tape->length;
    if (base + *position < 0 || base + *position > (off64_t)tape->length)
        return -1;
    *position += base;
    tape->position = (size_t)*position;
    return 0;
}

static int tape_close(void *cookie)
{
    return ((struct tape *)cookie)->closed++ == 0 ? 0 : -1;
}

static void cookies(void)
{
    struct tape tape = {.text = "one two three\nfour", .length = 18};
    cookie_io_functions_t functions = {tape_read, tape_write, tape_seek, tape_close};
    FILE *file = fopencookie(&tape, "r+", functions);
    char word[20], line[40];
    printf("cookie %d %s", fscanf(file, "%19s", word), word);
    printf(" %s", fgets(line, sizeof line, file));
    printf("at %ld", ftell(file));
    fseek(file, 4, SEEK_SET);
    fputs("TWO", file);
    fseek(file, 0, SEEK_END);
    fputs("|end", file);
    printf(" fileno %d", fileno(file));
    int closed = fclose(file);
    printf(" %d %d %.*s\n", closed, tape.closed, (int)tape.length, tape.text);
    file = fopencookie(&tape, "w", functions);
    char big[200];
    memset(big, 'b', sizeof big);
    fwrite(big, 1, sizeof big, file);
    printf("refused %d", fflush(file));
    printf(" %d", ferror(file) != 0);
    printf(" %d\n", fclose(file));
}

static void commands(void)
{
    fflush(NULL);
    FILE *file = popen("echo from the shell; exit 3", "r");
    char line[100] = "";
    printf("popen %s", fgets(line, sizeof line, file));
    printf("end %d", getc(file));
    int status = pclose(file);
    printf(" status %d\n", WEXITSTATUS(status));
    fflush(stdout);
    file = popen("tr a-z A-Z", "w");
    fprintf(file, "shout %d\n", 1);
    printf("pclose %d\n", pclose(file));
    fflush(stdout);
    printf("system %d\n", WEXITSTATUS(system("echo from system; exit 4")));
    errno = 0;
    printf("mode %d", popen("true", "rw") == NULL);
    printf(" %d\n", errno == EINVAL);
}

static void wide_characters(void)
{
    FILE *file = tmpfile();
    printf("wide %d %d", fwide(file, 0), fwide(file, 1) > 0);
    fputws(L"gr\xfc\xdf\x20ac\nsecond \x10348 line\n", file);
    printf(" %d %ld\n", fputs("narrow", file), ftell(file));
    rewind(file);
    wchar_t line[40];
    printf("line %ls", fgetws(line, 40, file));
    wint_t c = getwc(file);
    ungetwc(L'\x20ac', file);
    printf("%lc %lc ", c, getwc(file));
    printf("%ls", fgetws(line, 40, file));
    printf("end %d %d\n", getwc(file) == WEOF, feof(file) != 0);
    fclose(file);
    file = tmpfile();
    fwrite("ab\xff" "cd", 1, 5, file);
    rewind(file);
    file = freopen(NULL, "r+", file);
    printf("invalid %lc %lc", getwc(file), getwc(file));
    errno = 0;
    printf(" %d", getwc(file) == WEOF);
    printf(" %d %d\n", errno == EILSEQ, ferror(file) != 0);
    fclose(file);
}

static void buffering(void)
{
    FILE *file = tmpfile();
    printf("buffer %zu", __fbufsize(file));
    fputs("abc\ndef", file);
    printf(" %zu %zu %d %d %d", __fbufsize(file), __fpending(file), __fwriting(file) != 0, __freading(file) != 0, __flbf(file) != 0);
    __fpurge(file);
    printf(" %zu", __fpending(file));
    setlinebuf(file);
    fputs("line\nrest", file);
    printf(" %d %zu", __flbf(file) != 0, __fpending(file));
    rewind(file);
    printf(" %d", getc(file));
    printf(" %d %d %d %d\n", __fwriting(file) != 0, __freading(file) != 0, __freadable(file) != 0, __fwritable(file) != 0);
    printf("locking %d %d\n", __fsetlocking(file, FSETLOCKING_BYCALLER), __fsetlocking(file, FSETLOCKING_QUERY));
    flockfile(file);
    printf("unlocked %d %d", getc_unlocked(file), ftrylockfile(file));
    funlockfile(file);
    funlockfile(file);
    char words[8];
    printf(" %zu", fread_unlocked(words, 1, 3, file));
    printf(" %d %d\n", feof_unlocked(file) != 0, fileno_unlocked(file) >= 0);
    rewind(file);
    printf("putw %d", putw(123456, file));
    rewind(file);
    printf(" %d", getw(file));
    printf(" %d\n", getw(file) == EOF);
    for (int i = 0; i < 300; i++)
        ungetc('a' + i % 26, file);
    int c = 0, count = 0, sum = 0;
    while (count < 300 && (c = getc(file)) != EOF) {
        count++;
        sum = sum * 7 + c;
    }
    printf("pushed back %d %d\n", count, sum);
    fclose(file);
}

static void opening(void)
{
    char path[] = "/tmp/streamsXXXXXX";
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w+");
    fputs("first\n", file);
    printf("fdopen %d", fileno(file) == fd);
    file = freopen(path, "a+", file);
    printf(" %d", fileno(file) == fd);
    fputs("second\n", file);
    rewind(file);
    char line[40];
    printf(" %s", fgets(line, sizeof line, file));
    fclose(file);
    errno = 0;
    printf("exclusive %d", fopen(path, "wx") == NULL);
    printf(" %d", errno == EEXIST);
    errno = 0;
    printf(" missing %d", fopen("/nonexistent/file", "r") == NULL);
    printf(" %d", errno == ENOENT);
    errno = 0;
    printf(" mode %d", fopen(path, "z") == NULL);
    printf(" %d", errno == EINVAL);
    errno = 0;
    printf(" descriptor %d", fdopen(-1, "r") == NULL);
    printf(" %d\n", errno == EBADF);
    file = fopen(path, "re");
    printf("close on exec %d", fcntl(fileno(file), F_GETFD));
    size_t size = 0;
    char *text = NULL;
    while (getline(&text, &size, file) > 0)
        printf(" %s", text);
    printf("%d %zu\n", feof(file) != 0, size);
    free(text);
    fclose(file);
    unlink(path);
    FILE *many[50];
    for (int i = 0; i < 50; i++) {
        many[i] = tmpfile();
        fprintf(many[i], "number %d", i);
    }
    int sum = 0;
    for (int i = 0; i < 50; i++) {
        int number = -1;
        rewind(many[i]);
        if (fscanf(many[i], "number %d", &number) == 1)
            sum += number;
        fclose(many[i]);
    }
    printf("many %d\n", sum);
    char name[L_tmpnam];
    printf("names %d %d\n", tmpnam(name) == name, strncmp(name, P_tmpdir, strlen(P_tmpdir)) == 0);
    char *own = tempnam("/tmp", "own");
    printf("tempnam %d\n", own != NULL && strlen(own) > 4);
    free(own);
}

int main(void)
{
    printf("locale %d\n", setlocale(LC_ALL, "C.UTF-8") != NULL);
    memory();
    cookies();
    buffering();
    wide_characters();
    opening();
    commands();
    return 0;
}
