/* Moving bytes between a stream's buffer and what is behind it. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

/* ---- Pushback ---- */

#define FIRST_PUSHBACK 128

static void enter_pushback(FILE *file) {
    struct stream *stream = stream_of(file);
    file->_IO_save_base = file->_IO_read_base;
    file->_IO_backup_base = file->_IO_read_ptr;
    file->_IO_save_end = file->_IO_read_end;
    file->_flags |= STREAM_IN_PUSHBACK;
    file->_IO_read_base = stream->pushback;
    file->_IO_read_ptr = file->_IO_read_end = stream->pushback + stream->pushback_size;
}

/* Forgets the characters that were pushed back; the read pointers are those of the buffer again. */
void flotilla_stream_drop_pushback(FILE *file) {
    if ((file->_flags & STREAM_IN_PUSHBACK) == 0) return;
    file->_IO_read_base = file->_IO_save_base;
    file->_IO_read_ptr = file->_IO_backup_base;
    file->_IO_read_end = file->_IO_save_end;
    file->_IO_save_base = file->_IO_backup_base = file->_IO_save_end = NULL;
    file->_flags &= ~STREAM_IN_PUSHBACK;
}

static bool grow_pushback(FILE *file) {
    struct stream *stream = stream_of(file);
    bool inside = (file->_flags & STREAM_IN_PUSHBACK) != 0;
    size_t used = inside ? (size_t)(file->_IO_read_end - file->_IO_read_ptr) : 0;
    size_t size = stream->pushback_size == 0 ? FIRST_PUSHBACK : 2 * stream->pushback_size;
    char *larger = malloc(size);
    if (larger == NULL) return false;
    if (used > 0) memcpy(larger + size - used, file->_IO_read_ptr, used);
    free(stream->pushback);
    stream->pushback = larger;
    stream->pushback_size = size;
    if (inside) {
        file->_IO_read_base = larger;
        file->_IO_read_end = larger + size;
        file->_IO_read_ptr = file->_IO_read_end - used;
    }
    return true;
}

int flotilla_stream_push_back(FILE *file, int byte) {
    if (file->_flags & STREAM_NO_READS) {
        errno = EBADF;
        return EOF;
    }
    if (stream_putting(file)) {
        if (flotilla_stream_flush(file) != 0) return EOF;
        flotilla_stream_allocate(file);
        file->_flags &= ~STREAM_PUTTING;
    }
    bool inside = (file->_flags & STREAM_IN_PUSHBACK) != 0;
    if (!inside && file->_IO_read_ptr > file->_IO_read_base && (unsigned char)file->_IO_read_ptr[-1] == byte) {
        file->_IO_read_ptr--;
    } else {
        if (!inside) {
            if (stream_of(file)->pushback_size == 0 && !grow_pushback(file)) return EOF;
            enter_pushback(file);
        }
        if (file->_IO_read_ptr == file->_IO_read_base && !grow_pushback(file)) return EOF;
        *--file->_IO_read_ptr = (char)byte;
    }
    file->_flags &= ~STREAM_EOF;
    return byte;
}

/* How far the logical position lies before the end of what was read ahead. */
static off64_t unread(const FILE *file) {
    off64_t count = file->_IO_read_end - file->_IO_read_ptr;
    if (file->_flags & STREAM_IN_PUSHBACK) count += file->_IO_save_end - file->_IO_backup_base;
    return count;
}

/* ---- Reading ---- */

static void empty_read_area(FILE *file) {
    flotilla_stream_drop_pushback(file);
    file->_IO_read_base = file->_IO_read_ptr = file->_IO_read_end = file->_IO_buf_base;
}

static ssize_t read_through(FILE *file, char *buffer, size_t size) {
    const struct stream_operations *operations = stream_of(file)->operations;
    ssize_t count = operations->read == NULL ? 0 : operations->read(file, buffer, size);
    if (count > 0) {
        if (file->_offset >= 0) file->_offset += count;
        return count;
    }
    file->_flags |= count == 0 ? STREAM_EOF : STREAM_ERROR;
    /* At the end of a file somebody else may move the descriptor. */
    file->_offset = -1;
    return count;
}

/* Ready to read from the buffer or from behind it: 0 or EOF. */
static int begin_get(FILE *file) {
    if (file->_flags & STREAM_NO_READS) return stream_fail(file, EBADF);
    if (file->_flags & STREAM_IN_PUSHBACK && file->_IO_read_ptr == file->_IO_read_end) {
        flotilla_stream_drop_pushback(file);
    }
    if (stream_putting(file)) {
        if (flotilla_stream_flush(file) != 0) return EOF;
        file->_flags &= ~STREAM_PUTTING;
        file->_IO_write_base = file->_IO_write_ptr = file->_IO_write_end = file->_IO_buf_base;
        empty_read_area(file);
    }
    return 0;
}

/* Somebody who is about to be asked for input should see the question. */
static void show_prompt(const FILE *file) {
    if (file != stdin && (file->_flags & (STREAM_LINE_BUFFERED | STREAM_UNBUFFERED)) == 0) return;
    if ((stdout->_flags & (STREAM_LINE_BUFFERED | STREAM_PUTTING)) != (STREAM_LINE_BUFFERED | STREAM_PUTTING)) return;
    flotilla_stream_flush(stdout);
}

int flotilla_stream_fill(FILE *file) {
    if (begin_get(file) != 0) return EOF;
    if (file->_IO_read_ptr < file->_IO_read_end) return 0;
    if (file->_flags & STREAM_EOF) return EOF;
    flotilla_stream_allocate(file);
    show_prompt(file);
    empty_read_area(file);
    ssize_t count = read_through(file, file->_IO_buf_base, (size_t)(file->_IO_buf_end - file->_IO_buf_base));
    if (count <= 0) return EOF;
    file->_IO_read_end = file->_IO_buf_base + count;
    return 0;
}

size_t flotilla_stream_read(FILE *file, char *buffer, size_t size) {
    size_t done = 0;
    if (size == 0) return 0;
    while (done < size) {
        size_t available = (size_t)(file->_IO_read_end - file->_IO_read_ptr);
        if (available > 0) {
            size_t count = available < size - done ? available : size - done;
            memcpy(buffer + done, file->_IO_read_ptr, count);
            file->_IO_read_ptr += count;
            done += count;
            continue;
        }
        if (begin_get(file) != 0) break;
        if (file->_IO_read_ptr < file->_IO_read_end) continue;
        flotilla_stream_allocate(file);
        size_t room = (size_t)(file->_IO_buf_end - file->_IO_buf_base);
        if (size - done < room) {
            if (flotilla_stream_fill(file) != 0) break;
            continue;
        }
        /* Whole buffers need not go through the buffer. */
        if (file->_flags & STREAM_EOF) break;
        show_prompt(file);
        empty_read_area(file);
        size_t count = size - done;
        if (room >= 128) count -= count % room;
        ssize_t got = read_through(file, buffer + done, count);
        if (got <= 0) break;
        done += (size_t)got;
    }
    return done;
}

/* ---- Writing ---- */

static off64_t position_behind(FILE *file, off64_t offset, int whence) {
    const struct stream_operations *operations = stream_of(file)->operations;
    if (operations->seek != NULL) return operations->seek(file, offset, whence);
    errno = ESPIPE;
    return -1;
}

static size_t write_through(FILE *file, const char *data, size_t size) {
    const struct stream_operations *operations = stream_of(file)->operations;
    size_t done = 0;
    while (done < size) {
        ssize_t count = operations->write == NULL ? -1 : operations->write(file, data + done, size - done);
        if (count <= 0) {
            file->_flags |= STREAM_ERROR;
            break;
        }
        done += (size_t)count;
    }
    if (file->_flags & STREAM_APPENDING) {
        file->_offset = -1;
    } else if (file->_offset >= 0) {
        file->_offset += (off64_t)done;
    }
    return done;
}

static void empty_write_area(FILE *file) {
    file->_IO_write_base = file->_IO_write_ptr = file->_IO_buf_base;
    bool full = (file->_flags & (STREAM_LINE_BUFFERED | STREAM_UNBUFFERED)) == 0;
    file->_IO_write_end = full ? file->_IO_buf_end : file->_IO_buf_base;
}

/* As tell, and the start of the file when more was pushed back than had been read. */
static off64_t logical_position(FILE *file) {
    off64_t position = flotilla_stream_tell(file);
    return position < 0 && errno == EINVAL ? 0 : position;
}

int flotilla_stream_begin_put(FILE *file) {
    if (stream_putting(file)) return 0;
    if (file->_flags & STREAM_NO_WRITES) return stream_fail(file, EBADF);
    if (file->_flags & STREAM_APPENDING) {
        file->_offset = -1; /* each write goes to the end, wherever the stream stood */
    } else if (unread(file) > 0) {
        off64_t position = logical_position(file);
        if (position >= 0) position = position_behind(file, position, SEEK_SET);
        if (position < 0) return stream_fail(file, errno);
        file->_offset = position;
    }
    empty_read_area(file);
    flotilla_stream_allocate(file);
    file->_flags |= STREAM_PUTTING;
    empty_write_area(file);
    return 0;
}

int flotilla_stream_flush(FILE *file) {
    if (!stream_putting(file)) return 0;
    size_t pending = (size_t)(file->_IO_write_ptr - file->_IO_write_base);
    if (pending == 0) return 0;
    const char *data = file->_IO_write_base;
    /* First: a job that ends while the rank is in here must not take the data for unwritten. What cannot be written is lost, as
     * in glibc: the error flag says so. */
    empty_write_area(file);
    size_t written = write_through(file, data, pending);
    return written == pending ? 0 : EOF;
}

/* Appends to the buffer, writing whenever it is full; answers how much was taken. */
static size_t write_blocks(FILE *file, const char *data, size_t size) {
    size_t room = (size_t)(file->_IO_buf_end - file->_IO_write_ptr);
    if (size <= room) {
        memcpy(file->_IO_write_ptr, data, size);
        file->_IO_write_ptr += size;
        return size;
    }
    size_t block = (size_t)(file->_IO_buf_end - file->_IO_buf_base);
    size_t done = 0;
    if (file->_IO_write_ptr > file->_IO_write_base) {
        memcpy(file->_IO_write_ptr, data, room);
        file->_IO_write_ptr += room;
        done = room;
        if (flotilla_stream_flush(file) != 0) return done;
    }
    size_t whole = (size - done) - (size - done) % block;
    if (whole > 0) {
        size_t written = write_through(file, data + done, whole);
        done += written;
        if (written < whole) return done;
    }
    memcpy(file->_IO_write_ptr, data + done, size - done);
    file->_IO_write_ptr += size - done;
    return size;
}

/* Everything up to the last newline goes out, in one write where it fits. */
static size_t write_lines(FILE *file, const char *data, size_t size) {
    const char *newline = memrchr(data, '\n', size);
    size_t head = newline == NULL ? 0 : (size_t)(newline - data) + 1;
    if (head > 0) {
        size_t done;
        if (file->_IO_write_ptr == file->_IO_write_base) {
            done = write_through(file, data, head);
        } else {
            done = write_blocks(file, data, head);
            if (done == head && flotilla_stream_flush(file) != 0) return 0;
        }
        if (done < head) return done;
    }
    return head + write_blocks(file, data + head, size - head);
}

size_t flotilla_stream_write(FILE *file, const char *data, size_t size) {
    if (file->_IO_write_end > file->_IO_write_ptr && (size_t)(file->_IO_write_end - file->_IO_write_ptr) >= size) {
        memcpy(file->_IO_write_ptr, data, size);
        file->_IO_write_ptr += size;
        return size;
    }
    if (size == 0) return 0;
    if (flotilla_stream_begin_put(file) != 0) return 0;
    if (file->_flags & STREAM_UNBUFFERED) {
        if (flotilla_stream_flush(file) != 0) return 0;
        return write_through(file, data, size);
    }
    return file->_flags & STREAM_LINE_BUFFERED ? write_lines(file, data, size) : write_blocks(file, data, size);
}

/* ---- Entry points of glibc's inlines ---- */

/* At least one byte to read, which is answered but not taken. */
int flotilla_underflow(FILE *file) {
    STREAM_ENTER(file);
    if (!stream_orient(file, -1)) return EOF;
    if (file->_IO_read_ptr >= file->_IO_read_end && flotilla_stream_fill(file) != 0) return EOF;
    return (unsigned char)*file->_IO_read_ptr;
}

int flotilla_uflow(FILE *file) {
    STREAM_ENTER(file);
    int c = flotilla_underflow(file);
    if (c != EOF) file->_IO_read_ptr++;
    return c;
}

int flotilla_stream_put_slowly(FILE *file, int c) {
    if (flotilla_stream_begin_put(file) != 0) return EOF;
    if (file->_flags & STREAM_UNBUFFERED) {
        char byte = (char)c;
        if (flotilla_stream_flush(file) != 0) return EOF;
        return write_through(file, &byte, 1) == 1 ? (unsigned char)c : EOF;
    }
    if (file->_IO_write_ptr == file->_IO_buf_end && flotilla_stream_flush(file) != 0) return EOF;
    *file->_IO_write_ptr++ = (char)c;
    if ((file->_flags & STREAM_LINE_BUFFERED) != 0 && c == '\n' && flotilla_stream_flush(file) != 0) return EOF;
    return (unsigned char)c;
}

/* Puts c when the write area is full; c == EOF only flushes. */
int flotilla_overflow(FILE *file, int c) {
    STREAM_ENTER(file);
    if (file->_mode == 0) file->_mode = -1;
    if (c == EOF) return flotilla_stream_begin_put(file) != 0 ? EOF : flotilla_stream_flush(file);
    if (file->_mode > 0) return flotilla_fputwc((wchar_t)c, file) == WEOF ? EOF : c;
    return flotilla_stream_put_slowly(file, c);
}

FLOTILLA_NAMES(flotilla_underflow, __underflow, _IO_peekc_locked)
FLOTILLA_NAMES(flotilla_uflow, __uflow)
FLOTILLA_NAMES(flotilla_overflow, __overflow)

/* ---- Position ---- */

off64_t flotilla_stream_tell(FILE *file) {
    off64_t pending = stream_putting(file) ? file->_IO_write_ptr - file->_IO_write_base : 0;
    off64_t position = file->_offset;
    if (position < 0) {
        bool at_end = pending > 0 && (file->_flags & STREAM_APPENDING) != 0;
        position = position_behind(file, 0, at_end ? SEEK_END : SEEK_CUR);
        if (position < 0) return -1;
        /* Only while there is something in the buffer nobody else may move the descriptor. */
        if (pending > 0 ? !at_end : unread(file) > 0) file->_offset = position;
    }
    position += pending;
    if (!stream_putting(file)) position -= unread(file);
    if (position < 0) {
        errno = EINVAL;
        return -1;
    }
    return position;
}

/* A move inside what was read ahead needs no system call. */
static bool seek_in_buffer(FILE *file, off64_t target) {
    if (file->_offset < 0) return false;
    bool inside = (file->_flags & STREAM_IN_PUSHBACK) != 0;
    const char *base = inside ? file->_IO_save_base : file->_IO_read_base;
    const char *end = inside ? file->_IO_save_end : file->_IO_read_end;
    off64_t start = file->_offset - (end - base);
    if (target < start || target > file->_offset || base == end) return false;
    flotilla_stream_drop_pushback(file);
    file->_IO_read_ptr = file->_IO_read_base + (target - start);
    file->_flags &= ~STREAM_EOF;
    return true;
}

off64_t flotilla_stream_seek(FILE *file, off64_t offset, int whence) {
    if (whence == SEEK_CUR) {
        off64_t position = flotilla_stream_tell(file);
        if (position < 0) return -1;
        if (offset > 0 && position > INT64_MAX - offset) {
            errno = EOVERFLOW;
            return -1;
        }
        offset += position;
        whence = SEEK_SET;
    }
    if (whence == SEEK_SET && offset < 0) {
        errno = EINVAL;
        return -1;
    }
    if (stream_putting(file)) {
        if (flotilla_stream_flush(file) != 0) return -1;
    } else if (whence == SEEK_SET && seek_in_buffer(file, offset)) {
        return offset;
    }
    off64_t position = position_behind(file, offset, whence);
    if (position < 0) return -1;
    file->_flags &= ~(STREAM_EOF | STREAM_PUTTING);
    empty_read_area(file);
    file->_IO_write_base = file->_IO_write_ptr = file->_IO_write_end = file->_IO_buf_base;
    file->_offset = position;
    struct stream *stream = stream_of(file);
    memset(&stream->read_state, 0, sizeof stream->read_state);
    memset(&stream->write_state, 0, sizeof stream->write_state);
    return position;
}

int flotilla_stream_sync(FILE *file) {
    int result = 0;
    if (stream_putting(file)) {
        result = flotilla_stream_flush(file);
    } else {
        off64_t back = unread(file);
        if (back > 0) {
            off64_t position = logical_position(file);
            if (position >= 0) position = position_behind(file, position, SEEK_SET);
            if (position < 0) {
                /* What was read from a pipe can't be given back, and stays. */
                if (errno == ESPIPE) return 0;
                return EOF;
            }
        }
        empty_read_area(file);
    }
    file->_offset = -1;
    return result;
}
