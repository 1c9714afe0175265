/* Wide characters: bytes of the stream seen through mbrtowc and wcrtomb. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

extern void __chk_fail(void) __attribute__((noreturn));

/* Every character set that a locale can have here agrees with ASCII in its first half. */
static bool is_ascii(wint_t c) {
    return c < 0x80;
}

wint_t flotilla_fgetwc(FILE *file) {
    STREAM_ENTER(file);
    if (!stream_orient(file, 1)) return WEOF;
    mbstate_t *state = &stream_of(file)->read_state;
    for (;;) {
        if (file->_IO_read_ptr >= file->_IO_read_end && flotilla_stream_fill(file) != 0) {
            if (!mbsinit(state) && (file->_flags & STREAM_EOF) != 0) {
                memset(state, 0, sizeof *state);
                stream_fail(file, EILSEQ);
            }
            return WEOF;
        }
        unsigned char first = (unsigned char)*file->_IO_read_ptr;
        if (is_ascii(first) && mbsinit(state)) {
            file->_IO_read_ptr++;
            return first;
        }
        wchar_t wide;
        size_t available = (size_t)(file->_IO_read_end - file->_IO_read_ptr);
        size_t used = mbrtowc(&wide, file->_IO_read_ptr, available, state);
        if (used == (size_t)-1) {
            memset(state, 0, sizeof *state);
            stream_fail(file, EILSEQ);
            return WEOF;
        }
        if (used == (size_t)-2) {
            file->_IO_read_ptr = file->_IO_read_end;
            continue;
        }
        file->_IO_read_ptr += used == 0 ? 1 : used;
        return (wint_t)wide;
    }
}

wint_t flotilla_fputwc(wchar_t c, FILE *file) {
    STREAM_ENTER(file);
    if (!stream_orient(file, 1)) return WEOF;
    const struct stream_operations *operations = stream_of(file)->operations;
    if (operations->write_wide != NULL) return operations->write_wide(file, &c, 1) == 1 ? (wint_t)c : WEOF;
    mbstate_t *state = &stream_of(file)->write_state;
    if (is_ascii((wint_t)c) && mbsinit(state)) return stream_put(file, (char)c) == EOF ? WEOF : (wint_t)c;
    char bytes[MB_LEN_MAX];
    size_t length = wcrtomb(bytes, c, state);
    if (length == (size_t)-1) {
        memset(state, 0, sizeof *state);
        stream_fail(file, EILSEQ);
        return WEOF;
    }
    return flotilla_stream_write(file, bytes, length) == length ? (wint_t)c : WEOF;
}

/* In glibc, putwc puts a byte to a byte stream where fputwc refuses; wcerr and wcout rely on it beside cerr and cout. */
wint_t flotilla_putwc(wchar_t c, FILE *file) {
    STREAM_ENTER(file);
    if (file->_mode >= 0) return flotilla_fputwc(c, file);
    return stream_put(file, (char)c) == EOF ? WEOF : (wint_t)c;
}

wint_t flotilla_ungetwc(wint_t c, FILE *file) {
    STREAM_ENTER(file);
    if (!stream_orient(file, 1) || c == WEOF) return WEOF;
    char bytes[MB_LEN_MAX];
    mbstate_t state;
    memset(&state, 0, sizeof state);
    size_t length = wcrtomb(bytes, (wchar_t)c, &state);
    if (length == (size_t)-1) return WEOF;
    while (length > 0) {
        if (flotilla_stream_push_back(file, (unsigned char)bytes[--length]) == EOF) return WEOF;
    }
    return c;
}

/* Answers how many characters were written. Text goes out in as few pieces as possible, so that a message to an
 * unbuffered stream is one write. */
size_t flotilla_stream_write_wide(FILE *file, const wchar_t *text, size_t count) {
    const struct stream_operations *operations = stream_of(file)->operations;
    if (operations->write_wide != NULL) {
        ssize_t written = operations->write_wide(file, text, count);
        return written < 0 ? 0 : (size_t)written;
    }
    mbstate_t *state = &stream_of(file)->write_state;
    char bytes[4096 + MB_LEN_MAX];
    size_t pending = 0, first = 0;
    for (size_t i = 0; i < count; i++) {
        size_t length = 1;
        if (is_ascii((wint_t)text[i]) && mbsinit(state)) {
            bytes[pending] = (char)text[i];
        } else {
            length = wcrtomb(bytes + pending, text[i], state);
        }
        bool failed = length == (size_t)-1;
        if (!failed) pending += length;
        if (failed || pending >= sizeof bytes - MB_LEN_MAX || i + 1 == count) {
            if (flotilla_stream_write(file, bytes, pending) != pending) return first;
            pending = 0;
            first = failed ? i : i + 1;
        }
        if (failed) {
            memset(state, 0, sizeof *state);
            stream_fail(file, EILSEQ);
            return first;
        }
    }
    return count;
}

wint_t flotilla_getwchar(void) {
    return flotilla_fgetwc(stdin);
}

wint_t flotilla_putwchar(wchar_t c) {
    return flotilla_putwc(c, stdout);
}

wchar_t *flotilla_fgetws(wchar_t *buffer, int size, FILE *file) {
    STREAM_ENTER(file);
    if (size <= 0) return NULL;
    if (size == 1) {
        buffer[0] = L'\0';
        return buffer;
    }
    int earlier = file->_flags & STREAM_ERROR;
    file->_flags &= ~STREAM_ERROR;
    size_t count = 0;
    while (count < (size_t)size - 1) {
        wint_t c = flotilla_fgetwc(file);
        if (c == WEOF) break;
        buffer[count++] = (wchar_t)c;
        if (c == L'\n') break;
    }
    bool failed = count == 0 || ((file->_flags & STREAM_ERROR) != 0 && errno != EAGAIN);
    file->_flags |= earlier;
    if (failed) return NULL;
    buffer[count] = L'\0';
    return buffer;
}

wchar_t *flotilla_fgetws_chk(wchar_t *buffer, size_t room, int size, FILE *file) {
    STREAM_ENTER(file);
    if (size > 0 && (size_t)size > room) __chk_fail();
    return flotilla_fgetws(buffer, size, file);
}

int flotilla_fputws(const wchar_t *text, FILE *file) {
    STREAM_ENTER(file);
    if (!stream_orient(file, 1)) return EOF;
    size_t length = wcslen(text);
    return flotilla_stream_write_wide(file, text, length) == length ? 1 : EOF;
}

FLOTILLA_NAMES(flotilla_fgetwc, fgetwc, getwc, fgetwc_unlocked, getwc_unlocked)
FLOTILLA_NAMES(flotilla_fputwc, fputwc, fputwc_unlocked)
FLOTILLA_NAMES(flotilla_putwc, putwc, putwc_unlocked)
FLOTILLA_NAMES(flotilla_ungetwc, ungetwc)
FLOTILLA_NAMES(flotilla_getwchar, getwchar, getwchar_unlocked)
FLOTILLA_NAMES(flotilla_putwchar, putwchar, putwchar_unlocked)
FLOTILLA_NAMES(flotilla_fgetws, fgetws, fgetws_unlocked)
FLOTILLA_NAMES(flotilla_fgetws_chk, __fgetws_chk, __fgetws_unlocked_chk)
FLOTILLA_NAMES(flotilla_fputws, fputws, fputws_unlocked)
