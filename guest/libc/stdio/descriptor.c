/* Streams on file descriptors: the standard ones, fopen, fdopen, freopen, fclose. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "flotilla.h"
#include "stream.h"

#include "../fd.h"

ssize_t flotilla_descriptor_read(FILE *file, char *buffer, size_t size) {
    return flotilla_fd_read(file->_fileno, buffer, size);
}

ssize_t flotilla_descriptor_write(FILE *file, const char *data, size_t size) {
    return flotilla_fd_write(file->_fileno, data, size);
}

off64_t flotilla_descriptor_seek(FILE *file, off64_t offset, int whence) {
    return flotilla_fd_seek(file->_fileno, offset, whence);
}

static int descriptor_close(FILE *file) {
    return flotilla_fd_close(file->_fileno) == 0 ? 0 : EOF;
}

const struct stream_operations flotilla_descriptor_operations = {
    .read = flotilla_descriptor_read,
    .write = flotilla_descriptor_write,
    .seek = flotilla_descriptor_seek,
    .close = descriptor_close,
    .descriptor = true,
};

/* ---- The standard streams ---- */

FLOTILLA_EXPORT extern struct file_object _IO_2_1_stdin_, _IO_2_1_stdout_, _IO_2_1_stderr_;

static struct stream standard_streams[3] = {
    {.operations = &flotilla_descriptor_operations, .file = (FILE *)&_IO_2_1_stdin_, .previous = &standard_streams[1]},
    {.operations = &flotilla_descriptor_operations,
     .file = (FILE *)&_IO_2_1_stdout_,
     .next = &standard_streams[0],
     .previous = &standard_streams[2]},
    {.operations = &flotilla_descriptor_operations, .file = (FILE *)&_IO_2_1_stderr_, .next = &standard_streams[1]},
};

struct stream *flotilla_stream_list = &standard_streams[2];

#define STANDARD_STREAM(number, flags)                                        \
    {                                                                         \
        .file = {                                                             \
            ._flags = STREAM_MAGIC | STREAM_LINKED | (flags),                 \
            ._fileno = number,                                                \
            ._offset = -1,                                                    \
            ._wide_data = (struct _IO_wide_data *)&standard_streams[number],  \
        }                                                                     \
    }

FLOTILLA_EXPORT struct file_object _IO_2_1_stdin_ = STANDARD_STREAM(0, STREAM_NO_WRITES);
FLOTILLA_EXPORT struct file_object _IO_2_1_stdout_ = STANDARD_STREAM(1, STREAM_NO_READS);
FLOTILLA_EXPORT struct file_object _IO_2_1_stderr_ = STANDARD_STREAM(2, STREAM_NO_READS | STREAM_UNBUFFERED);

#undef stdin
#undef stdout
#undef stderr
FLOTILLA_EXPORT FILE *stdin = (FILE *)&_IO_2_1_stdin_;
FLOTILLA_EXPORT FILE *stdout = (FILE *)&_IO_2_1_stdout_;
FLOTILLA_EXPORT FILE *stderr = (FILE *)&_IO_2_1_stderr_;

/* Slots are alike: the object stands at the same offset in the rank's. */
FILE *flotilla_stream_own(FILE *file) {
    FILE *own = (FILE *)(flotilla_control->slot_base | ((uintptr_t)file & (flotilla_control->slot_size - 1)));
    for (int i = 0; i < 3; i++) {
        if (own == standard_streams[i].file) return own;
    }
    return file;
}

/* ---- Opening ---- */

int flotilla_stream_parse_mode(const char *mode, int *stream_flags) {
    int access, flags;
    switch (mode[0]) {
        case 'r':
            access = O_RDONLY, flags = 0, *stream_flags = STREAM_NO_WRITES;
            break;
        case 'w':
            access = O_WRONLY, flags = O_CREAT | O_TRUNC, *stream_flags = STREAM_NO_READS;
            break;
        case 'a':
            access = O_WRONLY, flags = O_CREAT | O_APPEND, *stream_flags = STREAM_NO_READS | STREAM_APPENDING;
            break;
        default:
            errno = EINVAL;
            return -1;
    }
    /* glibc looks at six more characters; ",ccs=" names a character set, which is that of the locale here. */
    for (int i = 1; i < 7 && mode[i] != '\0' && mode[i] != ','; i++) {
        if (mode[i] == '+') access = O_RDWR, *stream_flags &= STREAM_APPENDING;
        if (mode[i] == 'x') flags |= O_EXCL;
        if (mode[i] == 'e') flags |= O_CLOEXEC;
    }
    return access | flags;
}

FILE *flotilla_descriptor_stream(int fd, int stream_flags) {
    FILE *file = flotilla_stream_create(&flotilla_descriptor_operations, NULL, stream_flags);
    if (file != NULL) file->_fileno = fd;
    return file;
}

static bool append_only(int stream_flags) {
    return (stream_flags & (STREAM_APPENDING | STREAM_NO_READS)) == (STREAM_APPENDING | STREAM_NO_READS);
}

static int open_for_stream(const char *path, int flags, int stream_flags) {
    int fd = flotilla_fd_open(path, flags, 0666);
    if (fd < 0 || !append_only(stream_flags)) return fd;
    if (flotilla_fd_seek(fd, 0, SEEK_END) < 0 && errno != ESPIPE) {
        int error = errno;
        flotilla_fd_close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

FILE *flotilla_fopen(const char *path, const char *mode) {
    int stream_flags;
    int flags = flotilla_stream_parse_mode(mode, &stream_flags);
    if (flags < 0) return NULL;
    int fd = open_for_stream(path, flags, stream_flags);
    if (fd < 0) return NULL;
    FILE *file = flotilla_descriptor_stream(fd, stream_flags);
    if (file == NULL) flotilla_fd_close(fd);
    return file;
}

FILE *flotilla_fdopen(int fd, const char *mode) {
    int stream_flags;
    if (flotilla_stream_parse_mode(mode, &stream_flags) < 0) return NULL;
    int flags = flotilla_fd_control(fd, F_GETFL, 0);
    if (flags < 0) return NULL;
    int access = flags & O_ACCMODE;
    if ((access == O_RDONLY && (stream_flags & STREAM_NO_WRITES) == 0) ||
        (access == O_WRONLY && (stream_flags & STREAM_NO_READS) == 0)) {
        errno = EINVAL;
        return NULL;
    }
    if ((stream_flags & STREAM_APPENDING) != 0 && (flags & O_APPEND) == 0) {
        if (flotilla_fd_control(fd, F_SETFL, flags | O_APPEND) < 0) return NULL;
        if (append_only(stream_flags) && flotilla_fd_seek(fd, 0, SEEK_END) < 0 && errno != ESPIPE) return NULL;
    }
    return flotilla_descriptor_stream(fd, stream_flags);
}

int flotilla_fclose(FILE *file) {
    file = stream_own(file);
    flotilla_stream_unlink(file);
    stream_lock(file);
    int result = flotilla_stream_shut(file);
    stream_unlock(&file);
    flotilla_stream_discard(file);
    return result;
}

/* ---- freopen ---- */

/* Opens again what the descriptor means, with other flags. */
static int reopen_descriptor(int fd, int flags, int stream_flags) {
    if (flotilla_fd_is_job(fd)) return fd;
    int host = flotilla_fd_host(fd);
    if (host < 0) return -1;
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", host);
    return open_for_stream(path, flags & ~O_EXCL, stream_flags);
}

/* The rank's number stays the same: whoever holds it means the new file. */
static int move_onto(int fd, int old, int flags) {
    if (old < 0 || old == fd) return fd;
    int moved = flotilla_fd_duplicate_onto(fd, old, flags & O_CLOEXEC);
    int error = errno;
    flotilla_fd_close(fd);
    errno = error;
    return moved;
}

static int keep_open(FILE *file) {
    (void)file;
    return 0;
}

FILE *flotilla_freopen(const char *path, const char *mode, FILE *file) {
    static const struct stream_operations keeping = {
        .read = flotilla_descriptor_read,
        .write = flotilla_descriptor_write,
        .seek = flotilla_descriptor_seek,
        .close = keep_open,
        .descriptor = true,
    };
    flotilla_stream_unlink(stream_own(file));
    STREAM_ENTER(file);
    struct stream *stream = stream_of(file);
    bool descriptor = stream->operations->descriptor && stream->child == 0;
    int old = descriptor ? file->_fileno : -1;
    if (descriptor) stream->operations = &keeping;
    flotilla_stream_shut(file);
    stream->operations = &flotilla_descriptor_operations;
    stream->cookie = NULL;
    stream->child = 0;

    int stream_flags;
    int flags = flotilla_stream_parse_mode(mode, &stream_flags);
    int fd = -1;
    if (flags >= 0) {
        if (path != NULL) {
            fd = open_for_stream(path, flags, stream_flags);
        } else if (old < 0) {
            errno = EBADF;
        } else {
            fd = reopen_descriptor(old, flags, stream_flags);
        }
    }
    if (fd >= 0) fd = move_onto(fd, old, flags);
    if (fd < 0) {
        int error = errno;
        if (old >= 0) flotilla_fd_close(old);
        errno = error;
        return NULL;
    }
    file->_flags = STREAM_MAGIC | stream_flags;
    file->_fileno = fd;
    file->_mode = 0;
    memset(&stream->read_state, 0, sizeof stream->read_state);
    memset(&stream->write_state, 0, sizeof stream->write_state);
    flotilla_stream_link(file);
    return file;
}

int flotilla_fileno(FILE *file) {
    STREAM_ENTER(file);
    if (stream_of(file)->operations->descriptor && file->_fileno >= 0) return file->_fileno;
    errno = EBADF;
    return -1;
}

FLOTILLA_NAMES(flotilla_fopen, fopen, fopen64, _IO_fopen)
FLOTILLA_NAMES(flotilla_fdopen, fdopen, _IO_fdopen)
FLOTILLA_NAMES(flotilla_fclose, fclose, _IO_fclose)
FLOTILLA_NAMES(flotilla_freopen, freopen, freopen64)
FLOTILLA_NAMES(flotilla_fileno, fileno, fileno_unlocked)
