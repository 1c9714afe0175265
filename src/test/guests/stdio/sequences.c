/*
 * Random sequences of calls on one file, in every mode and with every kind of buffer. Each call's results are printed, so
 * the output of two implementations of stdio can be compared line by line.
 *
 * sequences [FIRST_SEED [SEEDS [any]]]: with "any", reads and writes also follow each other without a seek in between,
 * which C leaves open.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned long long state;

static unsigned draw(unsigned bound)
{
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)(state >> 33) % bound;
}

static void show(const char *what, const char *text, size_t length)
{
    printf("%s[", what);
    for (size_t i = 0; i < length; i++)
        printf(text[i] >= ' ' && text[i] < 127 ? "%c" : "\\%02x", (unsigned char)text[i]);
    printf("]");
}

static void fill(char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        text[i] = draw(9) == 0 ? '\n' : (char)('a' + draw(26));
}

enum direction { NEUTRAL, READING, WRITING };

static int any_order;

/* What C demands between reading and writing. */
static void turn(FILE *file, enum direction *now, enum direction wanted)
{
    if (!any_order && *now != NEUTRAL && *now != wanted)
        printf("(turn %d) ", fseek(file, 0, SEEK_CUR));
    *now = wanted;
}

static void step(FILE *file, enum direction *direction, int readable, int writable)
{
    char text[300];
    unsigned length = draw(4) == 0 ? draw(250) : draw(12);
    static fpos_t position;
    static int has_position;
    unsigned action = draw(20);
    if (*direction == NEUTRAL)
        has_position = 0;
    errno = 0;
    if (action < 6 && readable) {
        turn(file, direction, READING);
        if (action == 0) {
            printf("getc %d", getc(file));
        } else if (action == 1) {
            size_t count = fread(text, 1, length, file);
            show("fread", text, count);
        } else if (action == 2) {
            char *line = fgets(text, (int)length + 2, file);
            show("fgets", text, line == NULL ? 0 : strlen(line));
        } else if (action == 3) {
            int c = getc(file);
            if (c != EOF) {
                int other = draw(2) ? c : '#';
                int pushed = ungetc(other, file);
                printf("ungetc %d %d", c, pushed);
                if (draw(2))
                    printf(" tell %ld", ftell(file));
                if (draw(2))
                    printf(" again %d", getc(file));
            } else {
                printf("ungetc at end");
            }
        } else if (action == 4) {
            static char *line;
            static size_t size;
            ssize_t got = getdelim(&line, &size, draw(2) ? '\n' : 'e', file);
            printf("getdelim %zd", got);
            show("", line, got < 0 ? 0 : (size_t)got);
        } else {
            char word[20] = "";
            int assigned = fscanf(file, "%5[a-m]", word);
            printf("fscanf %d %s", assigned, word);
        }
    } else if (action < 12 && writable) {
        turn(file, direction, WRITING);
        fill(text, length);
        text[length] = '\0';
        if (action == 6)
            printf("putc %d", putc(text[0] == '\0' ? 'Q' : text[0], file));
        else if (action == 7)
            printf("fwrite %zu", fwrite(text, 1, length, file));
        else if (action == 8)
            printf("fputs %d", fputs(text, file) >= 0);
        else if (action == 9)
            printf("fprintf %d", fprintf(file, "%s|%u|%5.2f", text, length, length / 7.0));
        else if (action == 10)
            printf("fwrite %zu", fwrite(text, 3, length / 3, file));
        else
            printf("putc_unlocked %d", putc_unlocked('\n', file));
    } else if (action == 12) {
        int offset = (int)draw(400);
        printf("seek set %d", fseek(file, offset, SEEK_SET));
        *direction = NEUTRAL;
    } else if (action == 13) {
        int offset = (int)draw(60) - 40;
        printf("seek cur %d %d", offset, fseek(file, offset, SEEK_CUR));
        *direction = NEUTRAL;
    } else if (action == 14) {
        printf("seek end %d", fseek(file, -(int)draw(30), SEEK_END));
        *direction = NEUTRAL;
    } else if (action == 15) {
        printf("tell %ld", ftell(file));
    } else if (action == 16) {
        if (draw(4) == 0) {
            rewind(file);
            *direction = NEUTRAL;
            printf("rewind");
        } else if (*direction != READING || any_order) {
            printf("fflush %d", fflush(file));
            *direction = *direction == WRITING ? NEUTRAL : *direction;
        } else {
            printf("nothing");
        }
    } else if (action == 17) {
        if (has_position) {
            printf("setpos %d", fsetpos(file, &position));
            *direction = NEUTRAL;
            has_position = 0;
        } else {
            has_position = fgetpos(file, &position) == 0;
            printf("getpos %d", has_position);
        }
    } else if (action == 18) {
        clearerr(file);
        printf("clearerr");
    } else {
        printf("state");
    }
    printf(" eof %d error %d\n", feof(file) != 0, ferror(file) != 0);
}

static void show_file(const char *path)
{
    static char all[1 << 16];
    FILE *file = fopen(path, "r");
    size_t size = fread(all, 1, sizeof all, file);
    fclose(file);
    printf("file %zu ", size);
    show("", all, size);
    printf("\n");
}

static void run(unsigned seed, const char *path)
{
    static const char *const modes[] = {"r", "r+", "w", "w+", "a", "a+", "rb+", "w+x"};
    static char buffer[512];
    char start[700];
    state = seed * 2654435761ULL + 1;
    for (int i = 0; i < 8; i++)
        draw(2);
    size_t length = draw(sizeof start);
    fill(start, length);
    FILE *file = fopen(path, "w");
    fwrite(start, 1, length, file);
    fclose(file);

    const char *mode = modes[draw(7)];
    file = fopen(path, mode);
    unsigned kind = draw(6);
    unsigned size = 1 + draw(40);
    printf("seed %u mode %s buffer %u %u length %zu\n", seed, mode, kind, size, length);
    if (kind == 1)
        setvbuf(file, buffer, _IOFBF, size);
    else if (kind == 2)
        setvbuf(file, buffer, _IOLBF, 64 + size);
    else if (kind == 3)
        setvbuf(file, NULL, _IONBF, 0);
    else if (kind == 4)
        setvbuf(file, NULL, _IOLBF, 0);
    else if (kind == 5)
        setbuffer(file, buffer, 256);
    int readable = mode[0] == 'r' || strchr(mode, '+') != NULL;
    int writable = mode[0] != 'r' || strchr(mode, '+') != NULL;
    enum direction direction = NEUTRAL;
    unsigned steps = 5 + draw(40);
    for (unsigned i = 0; i < steps; i++)
        step(file, &direction, readable, writable);
    printf("fclose %d\n", fclose(file));
    show_file(path);
}

int main(int argc, char **argv)
{
    unsigned first = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    unsigned seeds = argc > 2 ? (unsigned)atoi(argv[2]) : 200;
    any_order = argc > 3 && strcmp(argv[3], "any") == 0;
    char path[] = "/tmp/sequencesXXXXXX";
    int fd = mkstemp(path);
    close(fd);
    for (unsigned seed = first; seed < first + seeds; seed++)
        run(seed, path);
    unlink(path);
    return 0;
}
