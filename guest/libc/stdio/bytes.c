/* Characters, lines and blocks of bytes. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

extern void __chk_fail(void) __attribute__((noreturn));

/* ---- Characters ---- */

int flotilla_getc(FILE *file) {
    STREAM_ENTER(file);
    return stream_getc(file);
}

int flotilla_getchar(void) {
    return stream_getc(stdin);
}

int flotilla_putc(int c, FILE *file) {
    STREAM_ENTER(file);
    return stream_putc(file, c);
}

int flotilla_putchar(int c) {
    return stream_putc(stdout, c);
}

int flotilla_ungetc(int c, FILE *file) {
    STREAM_ENTER(file);
    if (c == EOF) return EOF;
    if (!stream_orient(file, -1)) return EOF;
    return flotilla_stream_push_back(file, (unsigned char)c);
}

FLOTILLA_NAMES(flotilla_getc, getc, fgetc, getc_unlocked, fgetc_unlocked, _IO_getc)
FLOTILLA_NAMES(flotilla_getchar, getchar, getchar_unlocked)
FLOTILLA_NAMES(flotilla_putc, putc, fputc, putc_unlocked, fputc_unlocked, _IO_putc)
FLOTILLA_NAMES(flotilla_putchar, putchar, putchar_unlocked)
FLOTILLA_NAMES(flotilla_ungetc, ungetc, _IO_ungetc)

/* ---- Blocks ---- */

size_t flotilla_fread(void *buffer, size_t size, size_t count, FILE *file) {
    STREAM_ENTER(file);
    size_t bytes = size * count;
    if (bytes == 0 || !stream_orient(file, -1)) return 0;
    size_t done = flotilla_stream_read(file, buffer, bytes);
    return done == bytes ? count : done / size;
}

size_t flotilla_fwrite(const void *data, size_t size, size_t count, FILE *file) {
    STREAM_ENTER(file);
    size_t bytes = size * count;
    if (bytes == 0 || !stream_orient(file, -1)) return 0;
    size_t done = flotilla_stream_write(file, data, bytes);
    return done == bytes ? count : done / size;
}

size_t flotilla_fread_chk(void *buffer, size_t room, size_t size, size_t count, FILE *file) {
    STREAM_ENTER(file);
    size_t bytes;
    if (__builtin_mul_overflow(size, count, &bytes) || bytes > room) __chk_fail();
    return flotilla_fread(buffer, size, count, file);
}

int flotilla_getw(FILE *file) {
    STREAM_ENTER(file);
    int word;
    return flotilla_fread(&word, sizeof word, 1, file) == 1 ? word : EOF;
}

int flotilla_putw(int word, FILE *file) {
    STREAM_ENTER(file);
    return flotilla_fwrite(&word, sizeof word, 1, file) == 1 ? 0 : EOF;
}

FLOTILLA_NAMES(flotilla_fread, fread, fread_unlocked, _IO_fread)
FLOTILLA_NAMES(flotilla_fwrite, fwrite, fwrite_unlocked, _IO_fwrite)
FLOTILLA_NAMES(flotilla_fread_chk, __fread_chk, __fread_unlocked_chk)
FLOTILLA_NAMES(flotilla_getw, getw)
FLOTILLA_NAMES(flotilla_putw, putw)

/* ---- Lines ---- */

/* Reads up to and including the delimiter, at most size bytes; answers how many. */
static size_t read_until(FILE *file, char *buffer, size_t size, int delimiter) {
    size_t done = 0;
    if (!stream_orient(file, -1)) return 0;
    while (done < size) {
        size_t available = (size_t)(file->_IO_read_end - file->_IO_read_ptr);
        if (available == 0 || file->_IO_read_ptr >= file->_IO_read_end) {
            if (flotilla_stream_fill(file) != 0) break;
            continue;
        }
        size_t count = available < size - done ? available : size - done;
        const char *end = memchr(file->_IO_read_ptr, delimiter, count);
        if (end != NULL) count = (size_t)(end - file->_IO_read_ptr) + 1;
        memcpy(buffer + done, file->_IO_read_ptr, count);
        file->_IO_read_ptr += count;
        done += count;
        if (end != NULL) break;
    }
    return done;
}

char *flotilla_fgets(char *buffer, int size, FILE *file) {
    STREAM_ENTER(file);
    if (size <= 0) return NULL;
    if (size == 1) {
        buffer[0] = '\0';
        return buffer;
    }
    /* An earlier error must not hide that this read succeeds. */
    int earlier = file->_flags & STREAM_ERROR;
    file->_flags &= ~STREAM_ERROR;
    size_t count = read_until(file, buffer, (size_t)size - 1, '\n');
    bool failed = count == 0 || ((file->_flags & STREAM_ERROR) != 0 && errno != EAGAIN);
    file->_flags |= earlier;
    if (failed) return NULL;
    buffer[count] = '\0';
    return buffer;
}

char *flotilla_fgets_chk(char *buffer, size_t room, int size, FILE *file) {
    STREAM_ENTER(file);
    if (size > 0 && (size_t)size > room) __chk_fail();
    return flotilla_fgets(buffer, size, file);
}

/* The size limit is what the caller of gets never gave. */
static char *get_line(char *buffer, size_t room, bool checked) {
    int earlier = stdin->_flags & STREAM_ERROR;
    stdin->_flags &= ~STREAM_ERROR;
    size_t count = 0;
    int c;
    while ((c = stream_getc(stdin)) != EOF && c != '\n') {
        if (checked && count + 1 >= room) __chk_fail();
        buffer[count++] = (char)c;
    }
    bool failed = (c == EOF && count == 0) || (stdin->_flags & STREAM_ERROR) != 0;
    stdin->_flags |= earlier;
    if (failed) return NULL;
    buffer[count] = '\0';
    return buffer;
}

char *flotilla_gets(char *buffer) {
    return get_line(buffer, 0, false);
}

char *flotilla_gets_chk(char *buffer, size_t room) {
    if (room == 0) __chk_fail();
    return get_line(buffer, room, true);
}

#define FIRST_LINE 120

static bool reserve(char **line, size_t *size, size_t needed) {
    if (*line != NULL && needed <= *size) return true;
    size_t larger = *line == NULL ? FIRST_LINE : 2 * *size;
    if (larger < needed) larger = needed;
    char *grown = realloc(*line, larger);
    if (grown == NULL) return false;
    *line = grown;
    *size = larger;
    return true;
}

ssize_t flotilla_getdelim(char **line, size_t *size, int delimiter, FILE *file) {
    STREAM_ENTER(file);
    if (line == NULL || size == NULL) {
        errno = EINVAL;
        return -1;
    }
    if (file->_flags & STREAM_ERROR || !stream_orient(file, -1)) return -1;
    if (*line == NULL) *size = 0;
    if (!reserve(line, size, 1)) return -1;
    size_t length = 0;
    for (;;) {
        if (file->_IO_read_ptr >= file->_IO_read_end && flotilla_stream_fill(file) != 0) break;
        size_t count = (size_t)(file->_IO_read_end - file->_IO_read_ptr);
        const char *end = memchr(file->_IO_read_ptr, delimiter, count);
        if (end != NULL) count = (size_t)(end - file->_IO_read_ptr) + 1;
        if (count >= (size_t)SSIZE_MAX - length) {
            errno = EOVERFLOW;
            return -1;
        }
        if (!reserve(line, size, length + count + 1)) return -1;
        memcpy(*line + length, file->_IO_read_ptr, count);
        file->_IO_read_ptr += count;
        length += count;
        if (end != NULL) break;
    }
    (*line)[length] = '\0';
    return length == 0 ? -1 : (ssize_t)length;
}

ssize_t flotilla_getline(char **line, size_t *size, FILE *file) {
    STREAM_ENTER(file);
    return flotilla_getdelim(line, size, '\n', file);
}

int flotilla_fputs(const char *text, FILE *file) {
    STREAM_ENTER(file);
    if (!stream_orient(file, -1)) return EOF;
    size_t length = strlen(text);
    return flotilla_stream_write(file, text, length) == length ? 1 : EOF;
}

int flotilla_puts(const char *text) {
    if (!stream_orient(stdout, -1)) return EOF;
    size_t length = strlen(text);
    if (flotilla_stream_write(stdout, text, length) != length || stream_putc(stdout, '\n') == EOF) return EOF;
    return length + 1 > INT_MAX ? INT_MAX : (int)length + 1;
}

FLOTILLA_NAMES(flotilla_fgets, fgets, fgets_unlocked, _IO_fgets)
FLOTILLA_NAMES(flotilla_fgets_chk, __fgets_chk, __fgets_unlocked_chk)
FLOTILLA_NAMES(flotilla_gets, gets, _IO_gets)
FLOTILLA_NAMES(flotilla_gets_chk, __gets_chk)
FLOTILLA_NAMES(flotilla_getdelim, getdelim, __getdelim)
FLOTILLA_NAMES(flotilla_getline, getline)
FLOTILLA_NAMES(flotilla_fputs, fputs, fputs_unlocked, _IO_fputs)
FLOTILLA_NAMES(flotilla_puts, puts, _IO_puts)
