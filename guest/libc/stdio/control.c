/* Position, buffering, state and locks of a stream. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio_ext.h>
#include <string.h>

#include "stream.h"

/* ---- Position ---- */

int flotilla_fseek(FILE *file, off64_t offset, int whence) {
    STREAM_ENTER(file);
    if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END && whence != SEEK_DATA && whence != SEEK_HOLE) {
        errno = EINVAL;
        return -1;
    }
    return flotilla_stream_seek(file, offset, whence) < 0 ? -1 : 0;
}

off64_t flotilla_ftell(FILE *file) {
    STREAM_ENTER(file);
    return flotilla_stream_tell(file);
}

void flotilla_rewind(FILE *file) {
    STREAM_ENTER(file);
    flotilla_stream_seek(file, 0, SEEK_SET);
    file->_flags &= ~(STREAM_ERROR | STREAM_EOF);
}

int flotilla_fgetpos(FILE *file, fpos64_t *position) {
    STREAM_ENTER(file);
    off64_t offset = flotilla_stream_tell(file);
    if (offset < 0) return -1;
    memset(position, 0, sizeof *position);
    position->__pos = offset;
    if (file->_mode > 0) {
        const struct stream *stream = stream_of(file);
        position->__state = stream_putting(file) ? stream->write_state : stream->read_state;
    }
    return 0;
}

int flotilla_fsetpos(FILE *file, const fpos64_t *position) {
    STREAM_ENTER(file);
    if (flotilla_stream_seek(file, position->__pos, SEEK_SET) < 0) return -1;
    if (file->_mode > 0) stream_of(file)->read_state = stream_of(file)->write_state = position->__state;
    return 0;
}

FLOTILLA_NAMES(flotilla_fseek, fseek, fseeko, fseeko64)
FLOTILLA_NAMES(flotilla_ftell, ftell, ftello, ftello64, _IO_ftell)
FLOTILLA_NAMES(flotilla_rewind, rewind)
FLOTILLA_NAMES(flotilla_fgetpos, fgetpos, fgetpos64, _IO_fgetpos, _IO_fgetpos64)
FLOTILLA_NAMES(flotilla_fsetpos, fsetpos, fsetpos64, _IO_fsetpos, _IO_fsetpos64)

/* ---- Flushing ---- */

int flotilla_fflush(FILE *file) {
    if (file == NULL) return flotilla_stream_flush_all(0);
    STREAM_ENTER(file);
    int result = flotilla_stream_sync(file);
    const struct stream_operations *operations = stream_of(file)->operations;
    if (operations->flushed != NULL && operations->flushed(file) != 0) result = EOF;
    return result;
}

void flotilla_flushlbf(void) {
    flotilla_stream_flush_all(STREAM_LINE_BUFFERED);
}

/* glibc flushes all streams here and leaves them open. */
int flotilla_fcloseall(void) {
    return flotilla_stream_flush_all(0);
}

void flotilla_fpurge(FILE *file) {
    STREAM_ENTER(file);
    flotilla_stream_drop_pushback(file);
    file->_IO_read_ptr = file->_IO_read_end;
    file->_IO_write_ptr = file->_IO_write_base;
}

int flotilla_fpurge_bsd(FILE *file) {
    STREAM_ENTER(file);
    flotilla_fpurge(file);
    return 0;
}

FLOTILLA_NAMES(flotilla_fflush, fflush, fflush_unlocked, _IO_fflush)
FLOTILLA_NAMES(flotilla_flushlbf, _flushlbf, _IO_flush_all_linebuffered)
FLOTILLA_NAMES(flotilla_fcloseall, fcloseall, _IO_flush_all)
FLOTILLA_NAMES(flotilla_fpurge, __fpurge)
FLOTILLA_NAMES(flotilla_fpurge_bsd, fpurge)

/* ---- Buffering ---- */

static int replace_buffer(FILE *file, char *buffer, size_t size) {
    if (flotilla_stream_sync(file) != 0) return EOF;
    /* What was read ahead from a pipe would be lost. */
    if (file->_IO_read_ptr < file->_IO_read_end) return EOF;
    flotilla_stream_drop_pushback(file);
    if (buffer == NULL || size == 0) {
        file->_flags |= STREAM_UNBUFFERED;
        flotilla_stream_set_buffer(file, file->_shortbuf, 1, true);
    } else {
        file->_flags &= ~STREAM_UNBUFFERED;
        flotilla_stream_set_buffer(file, buffer, size, true);
    }
    return 0;
}

static int buffer_fully(FILE *file, char *buffer, size_t size) {
    file->_flags &= ~(STREAM_LINE_BUFFERED | STREAM_UNBUFFERED);
    if (buffer != NULL) return replace_buffer(file, buffer, size);
    if (file->_IO_buf_base == file->_shortbuf) {
        if (flotilla_stream_sync(file) != 0) return EOF;
        if (file->_IO_read_ptr < file->_IO_read_end) return EOF;
        flotilla_stream_drop_pushback(file);
        flotilla_stream_set_buffer(file, NULL, 0, true);
    }
    flotilla_stream_allocate(file);
    if (stream_putting(file)) file->_IO_write_end = file->_IO_buf_end;
    return 0;
}

static int buffer_lines(FILE *file, char *buffer, size_t size) {
    file->_flags = (file->_flags & ~STREAM_UNBUFFERED) | STREAM_LINE_BUFFERED;
    if (buffer != NULL) return replace_buffer(file, buffer, size);
    if (file->_IO_buf_base == file->_shortbuf && !stream_putting(file) && file->_IO_read_ptr == file->_IO_read_end) {
        flotilla_stream_drop_pushback(file);
        flotilla_stream_set_buffer(file, NULL, 0, true);
    }
    if (stream_putting(file)) file->_IO_write_end = file->_IO_write_base;
    return 0;
}

int flotilla_setvbuf(FILE *file, char *buffer, int mode, size_t size) {
    STREAM_ENTER(file);
    if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF) return EOF;
    file->_flags |= STREAM_MODE_CHOSEN;
    if (mode == _IOFBF) return buffer_fully(file, buffer, size);
    if (mode == _IOLBF) return buffer_lines(file, buffer, size);
    file->_flags &= ~STREAM_LINE_BUFFERED;
    return replace_buffer(file, NULL, 0);
}

void flotilla_setbuffer(FILE *file, char *buffer, size_t size) {
    STREAM_ENTER(file);
    file->_flags = (file->_flags & ~STREAM_LINE_BUFFERED) | STREAM_MODE_CHOSEN;
    replace_buffer(file, buffer, size);
}

void flotilla_setbuf(FILE *file, char *buffer) {
    STREAM_ENTER(file);
    flotilla_setbuffer(file, buffer, BUFSIZ);
}

void flotilla_setlinebuf(FILE *file) {
    STREAM_ENTER(file);
    flotilla_setvbuf(file, NULL, _IOLBF, 0);
}

FLOTILLA_NAMES(flotilla_setvbuf, setvbuf, _IO_setvbuf)
FLOTILLA_NAMES(flotilla_setbuffer, setbuffer, _IO_setbuffer)
FLOTILLA_NAMES(flotilla_setbuf, setbuf)
FLOTILLA_NAMES(flotilla_setlinebuf, setlinebuf)

/* ---- State ---- */

int flotilla_feof(FILE *file) {
    STREAM_ENTER(file);
    return (file->_flags & STREAM_EOF) != 0;
}

int flotilla_ferror(FILE *file) {
    STREAM_ENTER(file);
    return (file->_flags & STREAM_ERROR) != 0;
}

void flotilla_clearerr(FILE *file) {
    STREAM_ENTER(file);
    file->_flags &= ~(STREAM_ERROR | STREAM_EOF);
}

size_t flotilla_fbufsize(FILE *file) {
    STREAM_ENTER(file);
    return (size_t)(file->_IO_buf_end - file->_IO_buf_base);
}

size_t flotilla_fpending(FILE *file) {
    STREAM_ENTER(file);
    return stream_putting(file) ? (size_t)(file->_IO_write_ptr - file->_IO_write_base) : 0;
}

int flotilla_freading(FILE *file) {
    STREAM_ENTER(file);
    if (file->_flags & STREAM_NO_WRITES) return 1;
    return (file->_flags & (STREAM_PUTTING | STREAM_NO_READS)) == 0 && file->_IO_read_base != NULL;
}

int flotilla_fwriting(FILE *file) {
    STREAM_ENTER(file);
    return (file->_flags & (STREAM_NO_READS | STREAM_PUTTING)) != 0;
}

int flotilla_freadable(FILE *file) {
    STREAM_ENTER(file);
    return (file->_flags & STREAM_NO_READS) == 0;
}

int flotilla_fwritable(FILE *file) {
    STREAM_ENTER(file);
    return (file->_flags & STREAM_NO_WRITES) == 0;
}

int flotilla_flbf(FILE *file) {
    STREAM_ENTER(file);
    return file->_flags & STREAM_LINE_BUFFERED;
}

int flotilla_fwide(FILE *file, int mode) {
    STREAM_ENTER(file);
    if (mode != 0 && file->_mode == 0) file->_mode = mode > 0 ? 1 : -1;
    return file->_mode;
}

FLOTILLA_NAMES(flotilla_feof, feof, feof_unlocked, _IO_feof)
FLOTILLA_NAMES(flotilla_ferror, ferror, ferror_unlocked, _IO_ferror)
FLOTILLA_NAMES(flotilla_clearerr, clearerr, clearerr_unlocked)
FLOTILLA_NAMES(flotilla_fbufsize, __fbufsize)
FLOTILLA_NAMES(flotilla_fpending, __fpending)
FLOTILLA_NAMES(flotilla_freading, __freading)
FLOTILLA_NAMES(flotilla_fwriting, __fwriting)
FLOTILLA_NAMES(flotilla_freadable, __freadable)
FLOTILLA_NAMES(flotilla_fwritable, __fwritable)
FLOTILLA_NAMES(flotilla_flbf, __flbf)
FLOTILLA_NAMES(flotilla_fwide, fwide)

/* ---- Locks ---- */

void flotilla_flockfile(FILE *file) {
    stream_lock(stream_own(file));
}

void flotilla_funlockfile(FILE *file) {
    file = stream_own(file);
    stream_unlock(&file);
}

int flotilla_ftrylockfile(FILE *file) {
    return flotilla_try_lock_recursive(&stream_of(stream_own(file))->lock) ? 0 : EBUSY;
}

int flotilla_fsetlocking(FILE *file, int type) {
    STREAM_ENTER(file);
    int previous = file->_flags & STREAM_CALLER_LOCKS ? FSETLOCKING_BYCALLER : FSETLOCKING_INTERNAL;
    if (type == FSETLOCKING_BYCALLER) file->_flags |= STREAM_CALLER_LOCKS;
    if (type == FSETLOCKING_INTERNAL) file->_flags &= ~STREAM_CALLER_LOCKS;
    return previous;
}

FLOTILLA_NAMES(flotilla_flockfile, flockfile, _IO_flockfile)
FLOTILLA_NAMES(flotilla_funlockfile, funlockfile, _IO_funlockfile)
FLOTILLA_NAMES(flotilla_ftrylockfile, ftrylockfile, _IO_ftrylockfile)
FLOTILLA_NAMES(flotilla_fsetlocking, __fsetlocking)
