/* The life of a stream, its buffer, and the list of all streams. */
#define _GNU_SOURCE
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../fd.h"

#include "flotilla.h"

struct allocated_stream {
    struct file_object object;
    struct stream stream;
};

struct flotilla_lock flotilla_stream_list_lock;

void flotilla_stream_link(FILE *file) {
    flotilla_lock_recursive(&flotilla_stream_list_lock);
    struct stream *stream = stream_of(file);
    stream->previous = NULL;
    stream->next = flotilla_stream_list;
    if (stream->next != NULL) stream->next->previous = stream;
    flotilla_stream_list = stream;
    file->_chain = stream->next != NULL ? stream->next->file : NULL;
    file->_flags |= STREAM_LINKED;
    flotilla_unlock_recursive(&flotilla_stream_list_lock);
}

void flotilla_stream_unlink(FILE *file) {
    struct stream *stream = stream_of(file);
    if ((file->_flags & STREAM_LINKED) == 0) return;
    flotilla_lock_recursive(&flotilla_stream_list_lock);
    if (stream->previous != NULL) {
        stream->previous->next = stream->next;
        stream->previous->file->_chain = file->_chain;
    } else {
        flotilla_stream_list = stream->next;
    }
    if (stream->next != NULL) stream->next->previous = stream->previous;
    stream->next = stream->previous = NULL;
    file->_chain = NULL;
    file->_flags &= ~STREAM_LINKED;
    flotilla_unlock_recursive(&flotilla_stream_list_lock);
}

FILE *flotilla_stream_create(const struct stream_operations *operations, void *cookie, int flags) {
    struct allocated_stream *allocated = calloc(1, sizeof *allocated);
    if (allocated == NULL) return NULL;
    FILE *file = &allocated->object.file;
    file->_flags = STREAM_MAGIC | flags;
    file->_fileno = -1;
    file->_offset = -1;
    file->_wide_data = (struct _IO_wide_data *)&allocated->stream;
    allocated->stream.file = file;
    allocated->stream.operations = operations;
    allocated->stream.cookie = cookie;
    flotilla_stream_link(file);
    return file;
}

static void set_pointers(FILE *file, char *start) {
    file->_IO_read_base = file->_IO_read_ptr = file->_IO_read_end = start;
    file->_IO_write_base = file->_IO_write_ptr = file->_IO_write_end = start;
}

void flotilla_stream_set_buffer(FILE *file, char *buffer, size_t size, bool user) {
    if (file->_IO_buf_base != NULL && (file->_flags & STREAM_USER_BUFFER) == 0) free(file->_IO_buf_base);
    file->_flags = user ? file->_flags | STREAM_USER_BUFFER : file->_flags & ~STREAM_USER_BUFFER;
    file->_IO_buf_base = buffer;
    file->_IO_buf_end = buffer == NULL ? NULL : buffer + size;
    file->_flags &= ~STREAM_PUTTING;
    set_pointers(file, buffer);
}

/* The size that glibc chooses, and its rule that a terminal is line buffered. */
static size_t preferred_size(FILE *file) {
    size_t size = BUFSIZ;
    struct stat status;
    if (!stream_of(file)->operations->descriptor || file->_fileno < 0) return size;
    if (flotilla_fd_stat(file->_fileno, &status) != 0) return size;
    if (S_ISCHR(status.st_mode) && (file->_flags & STREAM_MODE_CHOSEN) == 0) {
        int saved = errno;
        if (flotilla_fd_is_terminal(file->_fileno)) file->_flags |= STREAM_LINE_BUFFERED;
        errno = saved;
    }
    if (status.st_blksize > 0 && status.st_blksize < BUFSIZ) size = (size_t)status.st_blksize;
    return size;
}

void flotilla_stream_allocate(FILE *file) {
    if (file->_IO_buf_base != NULL) return;
    if ((file->_flags & STREAM_UNBUFFERED) == 0) {
        size_t size = preferred_size(file);
        char *buffer = malloc(size);
        if (buffer != NULL) {
            flotilla_stream_set_buffer(file, buffer, size, false);
            return;
        }
    }
    flotilla_stream_set_buffer(file, file->_shortbuf, 1, true);
}

int flotilla_stream_shut(FILE *file) {
    struct stream *stream = stream_of(file);
    int result = 0;
    if (stream_putting(file)) {
        result = flotilla_stream_flush(file);
    } else if (file->_offset >= 0) {
        /* POSIX: the next user of the descriptor goes on where this stream stood. */
        int saved = errno;
        flotilla_stream_sync(file);
        errno = saved;
    }
    if (stream->operations->flushed != NULL && stream->operations->flushed(file) != 0) result = EOF;
    flotilla_stream_unlink(file);
    if (stream->operations->close != NULL) {
        int closed = stream->operations->close(file);
        if (result == 0) result = closed;
    }
    file->_fileno = -1;
    file->_offset = -1;
    flotilla_stream_drop_pushback(file);
    free(stream->pushback);
    stream->pushback = NULL;
    stream->pushback_size = 0;
    flotilla_stream_set_buffer(file, NULL, 0, true);
    file->_flags = STREAM_MAGIC | STREAM_NO_READS | STREAM_NO_WRITES;
    return result;
}

void flotilla_stream_discard(FILE *file) {
    struct stream *stream = stream_of(file);
    struct allocated_stream *allocated = (struct allocated_stream *)file;
    /* The standard streams are not on the heap. */
    if (stream == &allocated->stream) free(allocated);
}

int flotilla_stream_close(FILE *file) {
    int result = flotilla_stream_shut(file);
    flotilla_stream_discard(file);
    return result;
}

int flotilla_stream_flush_all(int flag) {
    int result = 0;
    struct stream *next;
    flotilla_lock_recursive(&flotilla_stream_list_lock);
    for (struct stream *stream = flotilla_stream_list; stream != NULL; stream = next) {
        next = stream->next;
        FILE *file = stream->file;
        if (!stream_putting(file) || (flag != 0 && (file->_flags & flag) == 0)) continue;
        FILE *const entered __attribute__((cleanup(stream_unlock))) = stream_lock(file);
        if (flotilla_stream_flush(file) != 0) result = EOF;
        if (stream->operations->flushed != NULL && stream->operations->flushed(file) != 0) result = EOF;
    }
    flotilla_unlock_recursive(&flotilla_stream_list_lock);
    return result;
}

/* The runtime calls this when the rank ends, after its last destructor: everything is written, what was read ahead is
 * given back, and descriptors are closed, because the process that holds them goes on. */
void flotilla_stdio_exit(void) {
    struct stream *next;
    for (struct stream *stream = flotilla_stream_list; stream != NULL; stream = next) {
        next = stream->next;
        FILE *file = stream->file;
        bool standard = file == stdin || file == stdout || file == stderr;
        flotilla_stream_sync(file);
        if (stream->operations->descriptor && !standard && stream->child == 0) {
            flotilla_fd_close(file->_fileno);
            file->_fileno = -1;
            file->_flags |= STREAM_NO_READS | STREAM_NO_WRITES;
        }
        if (file->_flags & STREAM_UNBUFFERED) continue;
        /* Whatever is still written from here on appears at once. */
        file->_flags = (file->_flags & ~STREAM_LINE_BUFFERED) | STREAM_UNBUFFERED | STREAM_MODE_CHOSEN;
        flotilla_stream_set_buffer(file, file->_shortbuf, 1, true);
    }
}

void flotilla_stdio_before_fork(void) {
    flotilla_lock_recursive(&flotilla_stream_list_lock);
}

void flotilla_stdio_after_fork(bool in_child) {
    for (struct stream *stream = flotilla_stream_list; in_child && stream != NULL; stream = stream->next) {
        stream->lock = (struct flotilla_lock){0};
    }
    flotilla_unlock_recursive(&flotilla_stream_list_lock);
}
