/*
 * <dirent.h>: directory streams in the rank's heap, over getdents64(2).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "flotilla.h"
#include "lock.h"
#include "names.h"

extern ssize_t flotilla_host_getdents64(int, void *, size_t);

#define BUFFER_SIZE 32768

struct __dirstream {
    int fd;
    off64_t position; /* of the entry that is read next, as the kernel calls it (d_off) */
    size_t at, filled;
    struct flotilla_lock lock;
    _Alignas(16) char buffer[BUFFER_SIZE];
};

static DIR *make_stream(int fd) {
    DIR *stream = malloc(sizeof *stream);
    if (stream == NULL) return NULL;
    stream->fd = fd;
    stream->position = 0;
    stream->at = stream->filled = 0;
    stream->lock = (struct flotilla_lock){0};
    return stream;
}

DIR *flotilla_opendir(const char *path) {
    if (path[0] == '\0') {
        errno = ENOENT;
        return NULL;
    }
    int fd = flotilla_fd_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK, 0);
    if (fd < 0) return NULL;
    DIR *stream = make_stream(fd);
    if (stream == NULL) {
        flotilla_fd_close(fd);
        errno = ENOMEM;
    }
    return stream;
}

DIR *flotilla_fdopendir(int fd) {
    struct stat status;
    if (flotilla_fd_stat(fd, &status) != 0) return NULL;
    int flags = flotilla_fd_control(fd, F_GETFL, 0);
    if (flags < 0) return NULL;
    if (!S_ISDIR(status.st_mode) || (flags & O_ACCMODE) == O_WRONLY) {
        errno = S_ISDIR(status.st_mode) ? EINVAL : ENOTDIR;
        return NULL;
    }
    return make_stream(fd);
}

int flotilla_closedir(DIR *stream) {
    if (stream == NULL) {
        errno = EINVAL;
        return -1;
    }
    int fd = stream->fd;
    free(stream);
    return flotilla_fd_close(fd);
}

/* NULL without a change of errno: the end. */
static struct dirent *read_entry(DIR *stream) {
    if (stream->at >= stream->filled) {
        int error = errno;
        ssize_t size = flotilla_host_getdents64(flotilla_fd_host(stream->fd), stream->buffer, BUFFER_SIZE);
        if (size <= 0) {
            /* A directory that was removed meanwhile is an empty one. */
            if (size == 0 || errno == ENOENT) errno = error;
            return NULL;
        }
        stream->at = 0;
        stream->filled = (size_t)size;
    }
    struct dirent *entry = (struct dirent *)(void *)(stream->buffer + stream->at);
    stream->at += entry->d_reclen;
    stream->position = entry->d_off;
    return entry;
}

struct dirent *flotilla_readdir(DIR *stream) {
    flotilla_lock(&stream->lock);
    struct dirent *entry = read_entry(stream);
    flotilla_unlock(&stream->lock);
    return entry;
}

static int copy_entry(DIR *stream, struct dirent *room, struct dirent **answer) {
    int before = errno;
    errno = 0;
    const struct dirent *entry = read_entry(stream);
    int error = errno;
    errno = before;
    *answer = NULL;
    if (entry == NULL) return error;
    size_t size = offsetof(struct dirent, d_name) + strlen(entry->d_name) + 1;
    if (size > sizeof *room) return ENAMETOOLONG;
    *answer = memcpy(room, entry, size);
    return 0;
}

int flotilla_readdir_r(DIR *stream, struct dirent *room, struct dirent **answer) {
    flotilla_lock(&stream->lock);
    int error = copy_entry(stream, room, answer);
    flotilla_unlock(&stream->lock);
    return error;
}

void flotilla_seekdir(DIR *stream, long position) {
    flotilla_lock(&stream->lock);
    flotilla_fd_seek(stream->fd, position, SEEK_SET);
    stream->at = stream->filled = 0;
    stream->position = position;
    flotilla_unlock(&stream->lock);
}

void flotilla_rewinddir(DIR *stream) {
    flotilla_seekdir(stream, 0);
}

long flotilla_telldir(DIR *stream) {
    return stream->position;
}

int flotilla_dirfd(DIR *stream) {
    if (stream != NULL) return stream->fd;
    errno = EINVAL;
    return -1;
}

FLOTILLA_NAMES(flotilla_opendir, opendir)
FLOTILLA_NAMES(flotilla_fdopendir, fdopendir)
FLOTILLA_NAMES(flotilla_closedir, closedir)
FLOTILLA_NAMES(flotilla_readdir, readdir, readdir64)
FLOTILLA_NAMES(flotilla_readdir_r, readdir_r, readdir64_r)
FLOTILLA_NAMES(flotilla_seekdir, seekdir)
FLOTILLA_NAMES(flotilla_rewinddir, rewinddir)
FLOTILLA_NAMES(flotilla_telldir, telldir)
FLOTILLA_NAMES(flotilla_dirfd, dirfd)
