/* Streams on memory: fmemopen, open_memstream, open_wmemstream (POSIX.1-2017). */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

static off64_t fail(int error) {
    errno = error;
    return -1;
}

/* ---- fmemopen: a buffer of fixed size ---- */

struct fixed {
    char *buffer;
    size_t size;
    size_t length; /* where SEEK_END and appending start */
    size_t position;
    bool append;
    bool owned;
};

static ssize_t fixed_read(FILE *file, char *buffer, size_t size) {
    struct fixed *fixed = stream_of(file)->cookie;
    size_t available = fixed->length > fixed->position ? fixed->length - fixed->position : 0;
    if (size > available) size = available;
    memcpy(buffer, fixed->buffer + fixed->position, size);
    fixed->position += size;
    return (ssize_t)size;
}

static ssize_t fixed_write(FILE *file, const char *data, size_t size) {
    struct fixed *fixed = stream_of(file)->cookie;
    size_t position = fixed->append ? fixed->length : fixed->position;
    size_t room = fixed->size - position;
    bool terminated = data[size - 1] == '\0';
    if (size > room) {
        if (room == 0) return fail(ENOSPC);
        size = room;
    }
    memcpy(fixed->buffer + position, data, size);
    fixed->position = position + size;
    if (fixed->position > fixed->length) {
        fixed->length = fixed->position;
        /* What was written stays a string; a full buffer gives up its last byte for that, except when appending. */
        bool full = fixed->length == fixed->size;
        if (!terminated && !(full && fixed->append)) fixed->buffer[full ? fixed->size - 1 : fixed->length] = '\0';
    }
    return (ssize_t)size;
}

static off64_t fixed_seek(FILE *file, off64_t offset, int whence) {
    struct fixed *fixed = stream_of(file)->cookie;
    if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END) return fail(EINVAL);
    if (whence == SEEK_CUR) offset += (off64_t)fixed->position;
    if (whence == SEEK_END) offset += (off64_t)fixed->length;
    if (offset < 0 || (uint64_t)offset > fixed->size) return fail(EINVAL);
    fixed->position = (size_t)offset;
    return offset;
}

static int fixed_close(FILE *file) {
    struct fixed *fixed = stream_of(file)->cookie;
    if (fixed->owned) free(fixed->buffer);
    free(fixed);
    return 0;
}

static const struct stream_operations fixed_operations = {
    .read = fixed_read,
    .write = fixed_write,
    .seek = fixed_seek,
    .close = fixed_close,
};

FILE *flotilla_fmemopen(void *buffer, size_t size, const char *mode) {
    int flags;
    if (flotilla_stream_parse_mode(mode, &flags) < 0) return NULL;
    struct fixed *fixed = calloc(1, sizeof *fixed);
    if (fixed == NULL) return NULL;
    fixed->owned = buffer == NULL;
    fixed->buffer = fixed->owned ? calloc(1, size == 0 ? 1 : size) : buffer;
    fixed->size = size;
    fixed->append = (flags & STREAM_APPENDING) != 0;
    if (mode[0] == 'r') {
        fixed->length = size;
    } else if (fixed->append && fixed->buffer != NULL) {
        fixed->length = fixed->position = strnlen(fixed->buffer, size);
    } else if ((flags & STREAM_NO_READS) == 0 && fixed->buffer != NULL && size > 0) {
        fixed->buffer[0] = '\0';
    }
    FILE *file = fixed->buffer == NULL ? NULL : flotilla_stream_create(&fixed_operations, fixed, flags);
    if (file == NULL) {
        if (fixed->owned) free(fixed->buffer);
        free(fixed);
    }
    return file;
}

FLOTILLA_NAMES(flotilla_fmemopen, fmemopen)

/* ---- open_memstream, open_wmemstream: a buffer that grows ---- */

struct growing {
    /* Where the program wants to see the buffer and its length, in elements. */
    void **buffer_location;
    size_t *length_location;
    char *data;
    size_t element; /* 1, or sizeof(wchar_t) */
    /* In elements. There is always room for a null element after the last. */
    size_t capacity, length, position;
};

static bool grow(struct growing *growing, size_t length) {
    if (length < growing->capacity) return true;
    size_t capacity = 2 * growing->capacity;
    if (capacity <= length) capacity = length + 1;
    if (capacity > PTRDIFF_MAX / growing->element) {
        errno = ENOMEM;
        return false;
    }
    char *data = realloc(growing->data, capacity * growing->element);
    if (data == NULL) return false;
    /* Gaps that seeking leaves read as null. */
    memset(data + growing->capacity * growing->element, 0, (capacity - growing->capacity) * growing->element);
    growing->data = data;
    growing->capacity = capacity;
    return true;
}

static ssize_t grow_and_write(struct growing *growing, const void *elements, size_t count) {
    if (!grow(growing, growing->position + count)) return -1;
    memcpy(growing->data + growing->position * growing->element, elements, count * growing->element);
    growing->position += count;
    if (growing->position > growing->length) growing->length = growing->position;
    return (ssize_t)count;
}

static ssize_t growing_write(FILE *file, const char *data, size_t size) {
    return grow_and_write(stream_of(file)->cookie, data, size);
}

static ssize_t growing_write_wide(FILE *file, const wchar_t *text, size_t count) {
    return grow_and_write(stream_of(file)->cookie, text, count);
}

static off64_t growing_seek(FILE *file, off64_t offset, int whence) {
    struct growing *growing = stream_of(file)->cookie;
    if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END) return fail(EINVAL);
    if (whence == SEEK_CUR) offset += (off64_t)growing->position;
    if (whence == SEEK_END) offset += (off64_t)growing->length;
    if (offset < 0) return fail(EINVAL);
    if (!grow(growing, (size_t)offset)) return -1;
    growing->position = (size_t)offset;
    return offset;
}

static int growing_flushed(FILE *file) {
    struct growing *growing = stream_of(file)->cookie;
    *growing->buffer_location = growing->data;
    *growing->length_location = growing->position;
    return 0;
}

static int growing_close(FILE *file) {
    struct growing *growing = stream_of(file)->cookie;
    /* The length that was reported is that of a string. */
    memset(growing->data + growing->position * growing->element, 0, growing->element);
    free(growing);
    return 0;
}

static const struct stream_operations narrow_operations = {
    .write = growing_write,
    .seek = growing_seek,
    .close = growing_close,
    .flushed = growing_flushed,
};

static const struct stream_operations wide_operations = {
    .write_wide = growing_write_wide,
    .seek = growing_seek,
    .close = growing_close,
    .flushed = growing_flushed,
};

static FILE *open_growing(void **buffer, size_t *length, size_t element) {
    if (buffer == NULL || length == NULL) {
        errno = EINVAL;
        return NULL;
    }
    struct growing *growing = calloc(1, sizeof *growing);
    if (growing == NULL) return NULL;
    *growing = (struct growing){.buffer_location = buffer, .length_location = length, .element = element};
    const struct stream_operations *operations = element == 1 ? &narrow_operations : &wide_operations;
    FILE *file = grow(growing, 127) ? flotilla_stream_create(operations, growing, STREAM_NO_READS) : NULL;
    if (file == NULL) {
        free(growing->data);
        free(growing);
        return NULL;
    }
    file->_mode = element == 1 ? 0 : 1;
    return file;
}

FILE *flotilla_open_memstream(char **buffer, size_t *length) {
    return open_growing((void **)buffer, length, 1);
}

FILE *flotilla_open_wmemstream(wchar_t **buffer, size_t *length) {
    return open_growing((void **)buffer, length, sizeof(wchar_t));
}

FLOTILLA_NAMES(flotilla_open_memstream, open_memstream)
FLOTILLA_NAMES(flotilla_open_wmemstream, open_wmemstream)
