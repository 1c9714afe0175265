/*
 * Streams are the rank's: buffers and their modes, what was pushed back, positions, redirections, and what is still in
 * a buffer at the end.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/interleave.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio_ext.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

static char folder[64];

static long size_of(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? (long)status.st_size : -1;
}

static void buffers(void)
{
    static char own[BUFSIZ];
    char path[100];
    snprintf(path, sizeof path, "%s/buffer-%d", folder, check_rank);
    FILE *file = fopen(path, "w");
    int mode = check_rank % 3 == 0 ? _IOFBF : check_rank % 3 == 1 ? _IOLBF : _IONBF;
    CHECK_EQUAL(setvbuf(file, mode == _IOFBF ? own : NULL, mode, sizeof own), 0);
    fputs("first\nsecond", file);
    interleave();
    CHECK_EQUAL(size_of(path), mode == _IOFBF ? 0 : mode == _IOLBF ? 6 : 12);
    CHECK_EQUAL(__fpending(file), mode == _IOFBF ? 12 : mode == _IOLBF ? 6 : 0);
    if (mode == _IOFBF)
        CHECK(memcmp(own, "first\nsecond", 12) == 0);
    fflush(file);
    CHECK_EQUAL(size_of(path), 12);
    CHECK_EQUAL(ftell(file), 12);
    CHECK_EQUAL(fclose(file), 0);
    file = fopen(path, "r+");
    char line[32];
    CHECK(fgets(line, sizeof line, file) != NULL);
    interleave();
    CHECK(strcmp(line, "first\n") == 0 && ftell(file) == 6);
    CHECK_EQUAL(ungetc('A' + check_rank % 26, file), 'A' + check_rank % 26);
    interleave();
    CHECK_EQUAL(ftell(file), 5);
    CHECK_EQUAL(getc(file), 'A' + check_rank % 26);
    CHECK_EQUAL(getc(file), 's');
    fseek(file, 0, SEEK_CUR);
    fputs("ECOND", file);
    fpos_t place;
    CHECK_EQUAL(fgetpos(file, &place), 0);
    rewind(file);
    interleave();
    CHECK(fgets(line, sizeof line, file) != NULL && fgets(line, sizeof line, file) != NULL && strcmp(line, "sECOND") == 0);
    CHECK(fgetc(file) == EOF && feof(file) && !ferror(file));
    interleave();
    CHECK(feof(file));
    CHECK_EQUAL(fsetpos(file, &place), 0);
    CHECK(!feof(file));
    fclose(file);
    unlink(path);
}

static void wide(void)
{
    FILE *file = tmpfile();
    CHECK_EQUAL(fwide(file, 0), 0);
    if (check_rank % 2)
        CHECK(fputws(L"wide 1\n", file) >= 0);
    else
        CHECK(fputs("byte 0\n", file) >= 0);
    interleave();
    CHECK(check_rank % 2 ? fwide(file, 0) > 0 : fwide(file, 0) < 0);
    CHECK(check_rank % 2 ? fputs("no", file) == EOF : fputws(L"no", file) == -1);
    fclose(file);
}

/* The standard streams sent elsewhere and back, while others use theirs. */
static void redirections(void)
{
    char path[100], line[100] = "";
    snprintf(path, sizeof path, "%s/output-%d", folder, check_rank);
    fflush(stdout);
    int saved = dup(1);
    CHECK(freopen(path, "w", stdout) == stdout);
    printf("rank %d writes to a file\n", check_rank);
    interleave();
    CHECK_EQUAL(fileno(stdout), 1);
    if (write(1, "descriptor\n", 11) != 11)
        check_failed(__FILE__, __LINE__, "write");
    fflush(stdout);
    fclose(stdout);
    dup2(saved, 1);
    close(saved);
    stdout = fdopen(1, "w");
    CHECK(stdout != NULL);
    interleave();
    FILE *file = fopen(path, "r");
    char expected[64];
    snprintf(expected, sizeof expected, "rank %d writes to a file\n", check_rank);
    CHECK(fgets(line, sizeof line, file) != NULL && strcmp(line, "descriptor\n") == 0);
    CHECK(fgets(line, sizeof line, file) != NULL && strcmp(line, expected) == 0);
    fclose(file);
    /* Standard input from a file. */
    FILE *old = freopen(path, "r", stdin);
    CHECK(old == stdin);
    interleave();
    int number = -1;
    CHECK(scanf("descriptor rank %d", &number) == 1 && number == check_rank);
    interleave();
    CHECK(getchar() == ' ' && getchar() == 'w');
    unlink(path);
    /* Names of the streams. */
    file = fopen("/dev/stdout", "w");
    CHECK(file != NULL);
    fprintf(file, "rank %d by /dev/stdout\n", check_rank);
    fclose(file);
    fflush(stdout);
}

static void temporary(void)
{
    FILE *file = tmpfile();
    char line[32] = "", *memory = NULL;
    size_t size = 0;
    fprintf(file, "temporary %d", check_rank);
    FILE *stream = open_memstream(&memory, &size);
    fprintf(stream, "memory %d", check_rank);
    interleave();
    rewind(file);
    int number = -1;
    CHECK(fscanf(file, "temporary %d", &number) == 1 && number == check_rank);
    fclose(file);
    fclose(stream);
    snprintf(line, sizeof line, "memory %d", check_rank);
    CHECK(size == strlen(line) && strcmp(memory, line) == 0);
    free(memory);
}

int main(int argc, char **argv)
{
    char path[100];
    start(&argc, &argv);
    strcpy(folder, "/tmp/flotilla-stdio-XXXXXX");
    if (check_rank == 0)
        CHECK(mkdtemp(folder) != NULL);
    MPI_Bcast(folder, sizeof folder, MPI_CHAR, 0, MPI_COMM_WORLD);
    /* Not a terminal here: whole buffers. */
    CHECK(!__flbf(stdout) && !isatty(1));
    buffers();
    wide();
    redirections();
    temporary();
    MPI_Barrier(MPI_COMM_WORLD);
    if (check_rank == 0)
        CHECK_EQUAL(rmdir(folder), 0);
    int status = finish("stdio");
    /* In a buffer at the end, of this stream and of one that nobody closes. */
    snprintf(path, sizeof path, "/dev/fd/%d", dup(1));
    FILE *left = fopen(path, "w");
    CHECK(left != NULL);
    fprintf(left, "rank %d left this in a buffer\n", check_rank);
    printf("rank %d and this\n", check_rank);
    return status;
}
