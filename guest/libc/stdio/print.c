/*
 * Formatted output. The host formats (same digits as glibc's, positional arguments and %n included); what it formats
 * goes into the stream's buffer, straight where there is room.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <obstack.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

#include "../fd.h"

extern int __vsnprintf_chk(char *, size_t, int, size_t, const char *, va_list);
extern int __vswprintf_chk(wchar_t *, size_t, int, size_t, const wchar_t *, va_list);

/* Below this much free space in a stream's buffer, formatting into it would mostly be for nothing. */
#define DIRECT_ROOM 256
#define LOCAL_ROOM 1024

/* flag > 0: glibc's checks of _FORTIFY_SOURCE (%n only from read-only memory). */
static int format_bytes(char *buffer, size_t size, int flag, const char *format, va_list list) {
    va_list copy;
    va_copy(copy, list);
    int length = flag > 0 ? __vsnprintf_chk(buffer, size, flag, SIZE_MAX, format, copy)
                          : vsnprintf(buffer, size, format, copy);
    va_end(copy);
    return length;
}

/* Formats into *local, or into memory of its own when that is too small; answers the length, or -1. */
static int format_anywhere(char *local, size_t room, char **text, int flag, const char *format, va_list list) {
    *text = local;
    local[0] = '\0';
    int length = format_bytes(local, room, flag, format, list);
    if (length < 0 || (size_t)length < room) return length;
    *text = malloc((size_t)length + 1);
    if (*text == NULL) return -1;
    return format_bytes(*text, (size_t)length + 1, flag, format, list);
}

static int print(FILE *file, int flag, const char *format, va_list list) {
    STREAM_ENTER(file);
    if (!stream_orient(file, -1)) return -1;
    if (flotilla_stream_begin_put(file) != 0) return -1;
    ptrdiff_t direct = file->_IO_write_end - file->_IO_write_ptr;
    if (direct >= DIRECT_ROOM) {
        int length = format_bytes(file->_IO_write_ptr, (size_t)direct, flag, format, list);
        if (length >= 0 && length < direct) {
            file->_IO_write_ptr += length;
            return length;
        }
    }
    char local[LOCAL_ROOM], *text;
    int length = format_anywhere(local, sizeof local, &text, flag, format, list);
    if (length < 0) {
        /* What stands before a conversion that fails (EILSEQ) is printed all the same. */
        int error = errno;
        flotilla_stream_write(file, local, strlen(local));
        errno = error;
    } else if (flotilla_stream_write(file, text, (size_t)length) != (size_t)length) {
        length = -1;
    }
    if (text != local) free(text);
    return length;
}

int flotilla_vfprintf(FILE *file, const char *format, va_list list) {
    return print(file, 0, format, list);
}

int flotilla_vfprintf_chk(FILE *file, int flag, const char *format, va_list list) {
    return print(file, flag, format, list);
}

int flotilla_fprintf(FILE *file, const char *format, ...) {
    WITH_ARGUMENTS(print(file, 0, format, list))
}

int flotilla_fprintf_chk(FILE *file, int flag, const char *format, ...) {
    WITH_ARGUMENTS(print(file, flag, format, list))
}

int flotilla_vprintf(const char *format, va_list list) {
    return print(stdout, 0, format, list);
}

int flotilla_vprintf_chk(int flag, const char *format, va_list list) {
    return print(stdout, flag, format, list);
}

int flotilla_printf(const char *format, ...) {
    WITH_ARGUMENTS(print(stdout, 0, format, list))
}

int flotilla_printf_chk(int flag, const char *format, ...) {
    WITH_ARGUMENTS(print(stdout, flag, format, list))
}

FLOTILLA_NAMES(flotilla_vfprintf, vfprintf, _IO_vfprintf)
FLOTILLA_NAMES(flotilla_vfprintf_chk, __vfprintf_chk)
FLOTILLA_NAMES(flotilla_fprintf, fprintf, _IO_fprintf)
FLOTILLA_NAMES(flotilla_fprintf_chk, __fprintf_chk)
FLOTILLA_NAMES(flotilla_vprintf, vprintf)
FLOTILLA_NAMES(flotilla_vprintf_chk, __vprintf_chk)
FLOTILLA_NAMES(flotilla_printf, printf, _IO_printf)
FLOTILLA_NAMES(flotilla_printf_chk, __printf_chk)

/* ---- To memory of the rank's own ---- */

static int print_allocated(char **result, int flag, const char *format, va_list list) {
    char local[LOCAL_ROOM], *text;
    int length = format_anywhere(local, sizeof local, &text, flag, format, list);
    if (length >= 0 && text == local) {
        text = malloc((size_t)length + 1);
        if (text == NULL) {
            length = -1;
        } else {
            memcpy(text, local, (size_t)length + 1);
        }
    }
    if (length < 0) {
        if (text != local) free(text);
        text = NULL;
    }
    *result = text;
    return length;
}

int flotilla_vasprintf(char **result, const char *format, va_list list) {
    return print_allocated(result, 0, format, list);
}

int flotilla_vasprintf_chk(char **result, int flag, const char *format, va_list list) {
    return print_allocated(result, flag, format, list);
}

int flotilla_asprintf(char **result, const char *format, ...) {
    WITH_ARGUMENTS(print_allocated(result, 0, format, list))
}

int flotilla_asprintf_chk(char **result, int flag, const char *format, ...) {
    WITH_ARGUMENTS(print_allocated(result, flag, format, list))
}

static int print_obstack(struct obstack *obstack, int flag, const char *format, va_list list) {
    char local[LOCAL_ROOM], *text;
    int length = format_anywhere(local, sizeof local, &text, flag, format, list);
    if (length > 0) obstack_grow(obstack, text, length);
    if (text != local) free(text);
    return length;
}

int flotilla_obstack_vprintf(struct obstack *obstack, const char *format, va_list list) {
    return print_obstack(obstack, 0, format, list);
}

int flotilla_obstack_vprintf_chk(struct obstack *obstack, int flag, const char *format, va_list list) {
    return print_obstack(obstack, flag, format, list);
}

int flotilla_obstack_printf(struct obstack *obstack, const char *format, ...) {
    WITH_ARGUMENTS(print_obstack(obstack, 0, format, list))
}

int flotilla_obstack_printf_chk(struct obstack *obstack, int flag, const char *format, ...) {
    WITH_ARGUMENTS(print_obstack(obstack, flag, format, list))
}

FLOTILLA_NAMES(flotilla_vasprintf, vasprintf)
FLOTILLA_NAMES(flotilla_vasprintf_chk, __vasprintf_chk)
FLOTILLA_NAMES(flotilla_asprintf, asprintf, __asprintf)
FLOTILLA_NAMES(flotilla_asprintf_chk, __asprintf_chk)
FLOTILLA_NAMES(flotilla_obstack_vprintf, obstack_vprintf)
FLOTILLA_NAMES(flotilla_obstack_vprintf_chk, __obstack_vprintf_chk)
FLOTILLA_NAMES(flotilla_obstack_printf, obstack_printf)
FLOTILLA_NAMES(flotilla_obstack_printf_chk, __obstack_printf_chk)

/* ---- To a descriptor ---- */

static int print_descriptor(int fd, int flag, const char *format, va_list list) {
    char local[LOCAL_ROOM], *text;
    int length = format_anywhere(local, sizeof local, &text, flag, format, list);
    for (int done = 0; done < length;) {
        ssize_t count = flotilla_fd_write(fd, text + done, (size_t)(length - done));
        if (count <= 0) {
            length = -1;
        } else {
            done += (int)count;
        }
    }
    int error = errno;
    if (text != local) free(text);
    errno = error;
    return length;
}

int flotilla_vdprintf(int fd, const char *format, va_list list) {
    return print_descriptor(fd, 0, format, list);
}

int flotilla_vdprintf_chk(int fd, int flag, const char *format, va_list list) {
    return print_descriptor(fd, flag, format, list);
}

int flotilla_dprintf(int fd, const char *format, ...) {
    WITH_ARGUMENTS(print_descriptor(fd, 0, format, list))
}

int flotilla_dprintf_chk(int fd, int flag, const char *format, ...) {
    WITH_ARGUMENTS(print_descriptor(fd, flag, format, list))
}

FLOTILLA_NAMES(flotilla_vdprintf, vdprintf)
FLOTILLA_NAMES(flotilla_vdprintf_chk, __vdprintf_chk)
FLOTILLA_NAMES(flotilla_dprintf, dprintf)
FLOTILLA_NAMES(flotilla_dprintf_chk, __dprintf_chk)

/* ---- Wide ---- */

static int format_wide(wchar_t *buffer, size_t size, int flag, const wchar_t *format, va_list list) {
    va_list copy;
    va_copy(copy, list);
    int length = flag > 0 ? __vswprintf_chk(buffer, size, flag, SIZE_MAX, format, copy)
                          : vswprintf(buffer, size, format, copy);
    va_end(copy);
    return length;
}

/* vswprintf does not say how much room it needs, only (newer ones by EOVERFLOW) that there was too little. */
static bool too_short(int error) {
    return error != EILSEQ && error != EINVAL && error != ENOMEM && error != EBADF;
}

#define MOST_WIDE ((size_t)INT_MAX / 2)

static int print_wide(FILE *file, int flag, const wchar_t *format, va_list list) {
    STREAM_ENTER(file);
    if (!stream_orient(file, 1)) return -1;
    if (file->_flags & STREAM_NO_WRITES) return stream_fail(file, EBADF);
    wchar_t local[LOCAL_ROOM], *text = local;
    size_t room = LOCAL_ROOM;
    int before = errno;
    int length;
    for (;;) {
        errno = 0;
        length = format_wide(text, room, flag, format, list);
        if (length >= 0 || !too_short(errno) || room > MOST_WIDE) break;
        if (text != local) free(text);
        room *= 4;
        text = malloc(room * sizeof *text);
        if (text == NULL) return -1;
    }
    if (length >= 0) errno = before;
    if (length > 0 && flotilla_stream_write_wide(file, text, (size_t)length) != (size_t)length) length = -1;
    if (text != local) free(text);
    return length;
}

int flotilla_vfwprintf(FILE *file, const wchar_t *format, va_list list) {
    return print_wide(file, 0, format, list);
}

int flotilla_vfwprintf_chk(FILE *file, int flag, const wchar_t *format, va_list list) {
    return print_wide(file, flag, format, list);
}

int flotilla_fwprintf(FILE *file, const wchar_t *format, ...) {
    WITH_ARGUMENTS(print_wide(file, 0, format, list))
}

int flotilla_fwprintf_chk(FILE *file, int flag, const wchar_t *format, ...) {
    WITH_ARGUMENTS(print_wide(file, flag, format, list))
}

int flotilla_vwprintf(const wchar_t *format, va_list list) {
    return print_wide(stdout, 0, format, list);
}

int flotilla_vwprintf_chk(int flag, const wchar_t *format, va_list list) {
    return print_wide(stdout, flag, format, list);
}

int flotilla_wprintf(const wchar_t *format, ...) {
    WITH_ARGUMENTS(print_wide(stdout, 0, format, list))
}

int flotilla_wprintf_chk(int flag, const wchar_t *format, ...) {
    WITH_ARGUMENTS(print_wide(stdout, flag, format, list))
}

FLOTILLA_NAMES(flotilla_vfwprintf, vfwprintf)
FLOTILLA_NAMES(flotilla_vfwprintf_chk, __vfwprintf_chk)
FLOTILLA_NAMES(flotilla_fwprintf, fwprintf)
FLOTILLA_NAMES(flotilla_fwprintf_chk, __fwprintf_chk)
FLOTILLA_NAMES(flotilla_vwprintf, vwprintf)
FLOTILLA_NAMES(flotilla_vwprintf_chk, __vwprintf_chk)
FLOTILLA_NAMES(flotilla_wprintf, wprintf)
FLOTILLA_NAMES(flotilla_wprintf_chk, __wprintf_chk)

/* ---- Conversions of the program's own ---- */

/* glibc would keep the functions in a table of the process and call them for every rank, from the host. They are
 * refused, which libraries that register any (libquadmath) take for a libc without the feature. */
int flotilla_register_printf(void) {
    errno = ENOTSUP;
    return -1;
}

FLOTILLA_NAMES(flotilla_register_printf, register_printf_function, register_printf_specifier,
               register_printf_modifier, register_printf_type)
