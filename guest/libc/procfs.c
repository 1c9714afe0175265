/*
 * /proc/self, and /proc/PID and /proc/thread-self of the same process: exe is the rank's program, cwd its working
 * directory, and cmdline, comm and environ are those it would have alone. Everything else there is the host's.
 *
 * The translation is in front of the functions that programs use on these names: open, readlink, realpath, stat, access,
 * opendir and exec.
 */
#define _GNU_SOURCE
#include "procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "flotilla.h"
#include "heap.h"
#include "names.h"
#include "start.h"

extern ssize_t flotilla_host_readlink(const char *, char *, size_t);
extern ssize_t flotilla_host_readlinkat(int, const char *, char *, size_t);
extern char *flotilla_host_realpath(const char *, char *);
extern int flotilla_host_stat64(const char *, struct stat *);
extern int flotilla_host___xstat64(int, const char *, struct stat *);
extern int flotilla_host_fstatat64(int, const char *, struct stat *, int);
extern int flotilla_host___fxstatat64(int, int, const char *, struct stat *, int);
extern int flotilla_host_statx(int, const char *, int, unsigned, struct statx *);
extern int flotilla_host_access(const char *, int);
extern int flotilla_host_euidaccess(const char *, int);
extern int flotilla_host_faccessat(int, const char *, int, int);
extern int flotilla_host_memfd_create(const char *, unsigned);
extern ssize_t flotilla_host_write(int, const void *, size_t);
extern off64_t flotilla_host_lseek64(int, off64_t, int);
extern int flotilla_host_prctl(int, ...);

/* ---- Names ---- */

static const char *after(const char *text, const char *prefix) {
    size_t length = strlen(prefix);
    return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

/* The number that the whole rest of a name is, or -1. */
static int number(const char *text) {
    char *end;
    if (*text < '0' || *text > '9') return -1;
    long value = strtol(text, &end, 10);
    return *end == '\0' && value <= INT_MAX ? (int)value : -1;
}

/* What follows /proc/self/ or one of its other names, or NULL. */
static const char *in_self(const char *path) {
    const char *rest = after(path, "/proc/");
    if (rest == NULL) return NULL;
    const char *entry = after(rest, "self/");
    if (entry == NULL) entry = after(rest, "thread-self/");
    if (entry == NULL && *rest >= '1' && *rest <= '9') {
        char *end;
        long process = strtol(rest, &end, 10);
        if (*end == '/' && process == getpid()) entry = end + 1;
    }
    return entry;
}

/* The program's file, as the kernel would name it. */
static const char *program_file(void) {
    static char resolved[PATH_MAX] FLOTILLA_LARGE;
    if (resolved[0] == '\0' && flotilla_host_realpath(flotilla_control->program_path, resolved) == NULL) {
        return flotilla_control->program_path;
    }
    return resolved;
}

const char *flotilla_proc_path(const char *path, char *buffer) {
    /* What begins otherwise is the usual case; NULL is the system's to refuse. */
    if (path == NULL || path[0] != '/' || path[1] != 'p') return path;
    const char *entry = in_self(path);
    if (entry == NULL) return path;
    if (strcmp(entry, "exe") == 0) return program_file();
    const char *rest = after(entry, "cwd");
    /* "self" is the process's first thread. */
    if (rest != NULL && (*rest == '\0' || *rest == '/') &&
        (size_t)snprintf(buffer, PATH_MAX, "/proc/thread-self/%s", entry) < PATH_MAX) {
        return buffer;
    }
    return path;
}

/* ---- Files with a content of their own ---- */

struct content {
    char *bytes;
    size_t size, room;
};

static bool add(struct content *content, const char *text, size_t length) {
    if (content->size + length > content->room) {
        size_t room = 2 * (content->size + length);
        char *larger = flotilla_realloc(content->bytes, room);
        if (larger == NULL) return false;
        content->bytes = larger;
        content->room = room;
    }
    memcpy(content->bytes + content->size, text, length);
    content->size += length;
    return true;
}

static bool add_strings(struct content *content, char *const *strings) {
    for (; *strings != NULL; strings++) {
        if (!add(content, *strings, strlen(*strings) + 1)) return false;
    }
    return true;
}

/* False without memory. */
static bool make(struct content *content, const char *entry) {
    const struct flotilla_start *start = &flotilla_start_arguments;
    if (entry[1] == 'm') return add_strings(content, start->argv);                    /* cmdline */
    if (entry[0] == 'e') return add_strings(content, start->argv + start->argc + 1); /* environ: as at the start */
    char name[17] = "";
    pthread_getname_np(pthread_self(), name, 16);
    strcat(name, "\n");
    return add(content, name, strlen(name));
}

static int open_content(const char *entry, int flags) {
    if ((flags & O_ACCMODE) != O_RDONLY) {
        errno = EACCES;
        return -1;
    }
    struct content content = {NULL, 0, 0};
    int fd = make(&content, entry) ? flotilla_host_memfd_create(entry, (flags & O_CLOEXEC) != 0 ? MFD_CLOEXEC : 0) : -1;
    for (size_t done = 0; fd >= 0 && done < content.size;) {
        ssize_t written = flotilla_host_write(fd, content.bytes + done, content.size - done);
        if (written < 0) break;
        done += (size_t)written;
    }
    if (fd >= 0) flotilla_host_lseek64(fd, 0, SEEK_SET);
    flotilla_free(content.bytes);
    return flotilla_fd_adopt(fd, O_CLOEXEC);
}

/* The rank's descriptor that a name in /dev or /proc stands for, or -1. */
static int descriptor_named(const char *path) {
    static const char *const streams[] = {"/dev/stdin", "/dev/stdout", "/dev/stderr"};
    for (int fd = 0; fd < 3; fd++) {
        if (strcmp(path, streams[fd]) == 0) return fd;
    }
    const char *entry = after(path, "/dev/fd/");
    if (entry == NULL && (entry = in_self(path)) != NULL) entry = after(entry, "fd/");
    return entry == NULL ? -1 : number(entry);
}

int flotilla_proc_open(const char *path, int flags) {
    if (flotilla_control->in_forked_child || path == NULL || path[0] != '/' || (path[1] != 'p' && path[1] != 'd')) {
        return FLOTILLA_NOT_SPECIAL;
    }
    int fd = descriptor_named(path);
    /* The job's streams have no file behind them that could be opened again. */
    if (fd >= 0 && flotilla_fd_is_job(fd)) return flotilla_fd_control(fd, F_DUPFD, 0);
    const char *entry = fd >= 0 || path[1] == 'd' ? NULL : in_self(path);
    if (entry == NULL) return FLOTILLA_NOT_SPECIAL;
    if (strcmp(entry, "cmdline") == 0 || strcmp(entry, "comm") == 0 || strcmp(entry, "environ") == 0) {
        return open_content(entry, flags);
    }
    return FLOTILLA_NOT_SPECIAL;
}

/* ---- Functions that take a name ---- */

ssize_t flotilla_readlinkat(int at, const char *path, char *buffer, size_t size) {
    char local[PATH_MAX];
    const char *wanted = flotilla_proc_path(path, local);
    if (wanted != path && wanted != local) {
        size_t length = strlen(wanted);
        if (size == 0) {
            errno = EINVAL;
            return -1;
        }
        if (length > size) length = size;
        memcpy(buffer, wanted, length);
        return (ssize_t)length;
    }
    return flotilla_host_readlinkat(flotilla_fd_host_at(at), wanted, buffer, size);
}

ssize_t flotilla_readlink(const char *path, char *buffer, size_t size) {
    return flotilla_readlinkat(AT_FDCWD, path, buffer, size);
}

int flotilla_stat(const char *path, struct stat *status) {
    char local[PATH_MAX];
    return flotilla_host_stat64(flotilla_proc_path(path, local), status);
}

int flotilla_xstat(int version, const char *path, struct stat *status) {
    char local[PATH_MAX];
    return flotilla_host___xstat64(version, flotilla_proc_path(path, local), status);
}

int flotilla_fstatat(int at, const char *path, struct stat *status, int flags) {
    char local[PATH_MAX];
    return flotilla_host_fstatat64(flotilla_fd_host_at(at), (flags & AT_SYMLINK_NOFOLLOW) != 0 ? path : flotilla_proc_path(path, local), status, flags);
}

int flotilla_fxstatat(int version, int at, const char *path, struct stat *status, int flags) {
    (void)version;
    return flotilla_fstatat(at, path, status, flags);
}

int flotilla_statx(int at, const char *path, int flags, unsigned mask, struct statx *status) {
    char local[PATH_MAX];
    return flotilla_host_statx(flotilla_fd_host_at(at), (flags & AT_SYMLINK_NOFOLLOW) != 0 ? path : flotilla_proc_path(path, local), flags, mask, status);
}

int flotilla_access(const char *path, int mode) {
    char local[PATH_MAX];
    return flotilla_host_access(flotilla_proc_path(path, local), mode);
}

int flotilla_euidaccess(const char *path, int mode) {
    char local[PATH_MAX];
    return flotilla_host_euidaccess(flotilla_proc_path(path, local), mode);
}

int flotilla_faccessat(int at, const char *path, int mode, int flags) {
    char local[PATH_MAX];
    return flotilla_host_faccessat(flotilla_fd_host_at(at), flotilla_proc_path(path, local), mode, flags);
}

/* ---- The thread's name by the system call's interface ---- */

int flotilla_prctl(int option, ...) {
    va_list rest;
    unsigned long a[4];
    va_start(rest, option);
    for (int i = 0; i < 4; i++) a[i] = va_arg(rest, unsigned long);
    va_end(rest);
    if (!flotilla_control->in_forked_child && (option == PR_SET_NAME || option == PR_GET_NAME)) {
        if (option == PR_GET_NAME) return pthread_getname_np(pthread_self(), (char *)a[0], 16) == 0 ? 0 : -1;
        char name[16] = "";
        strncpy(name, (const char *)a[0], sizeof name - 1);
        pthread_setname_np(pthread_self(), name);
        return 0;
    }
    return flotilla_host_prctl(option, a[0], a[1], a[2], a[3]);
}

FLOTILLA_NAMES(flotilla_readlink, readlink)
FLOTILLA_NAMES(flotilla_readlinkat, readlinkat)
FLOTILLA_NAMES(flotilla_stat, stat, stat64)
FLOTILLA_NAMES(flotilla_xstat, __xstat, __xstat64)
FLOTILLA_NAMES(flotilla_fstatat, fstatat, fstatat64)
FLOTILLA_NAMES(flotilla_fxstatat, __fxstatat, __fxstatat64)
FLOTILLA_NAMES(flotilla_statx, statx)
FLOTILLA_NAMES(flotilla_access, access)
FLOTILLA_NAMES(flotilla_euidaccess, euidaccess, eaccess)
FLOTILLA_NAMES(flotilla_faccessat, faccessat)
FLOTILLA_NAMES(flotilla_prctl, prctl)
