/*
 * Functions of libc that take descriptors, or make them, and of which nothing else is the rank's: they get the process's
 * numbers. (A rank's number is another one for a redirected standard stream and after a move.)
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

#include "fd.h"
#include "flotilla.h"
#include "names.h"

#define HOST(result, name, ...) extern result flotilla_host_##name(__VA_ARGS__)

/* ---- Names relative to a folder ---- */

HOST(int, fchmodat, int, const char *, mode_t, int);
HOST(int, fchownat, int, const char *, uid_t, gid_t, int);
HOST(int, unlinkat, int, const char *, int);
HOST(int, mkdirat, int, const char *, mode_t);
HOST(int, mkfifoat, int, const char *, mode_t);
HOST(int, mknodat, int, const char *, mode_t, dev_t);
HOST(int, renameat2, int, const char *, int, const char *, unsigned);
HOST(int, linkat, int, const char *, int, const char *, int);
HOST(int, symlinkat, const char *, int, const char *);
HOST(int, utimensat, int, const char *, const struct timespec *, int);
HOST(int, futimesat, int, const char *, const struct timeval *);
HOST(int, name_to_handle_at, int, const char *, struct file_handle *, int *, int);
HOST(int, open_by_handle_at, int, struct file_handle *, int);

int flotilla_fchmodat(int at, const char *path, mode_t mode, int flags) {
    return flotilla_host_fchmodat(flotilla_fd_host_at(at), path, mode, flags);
}

int flotilla_fchownat(int at, const char *path, uid_t owner, gid_t group, int flags) {
    return flotilla_host_fchownat(flotilla_fd_host_at(at), path, owner, group, flags);
}

int flotilla_unlinkat(int at, const char *path, int flags) {
    return flotilla_host_unlinkat(flotilla_fd_host_at(at), path, flags);
}

int flotilla_mkdirat(int at, const char *path, mode_t mode) {
    return flotilla_host_mkdirat(flotilla_fd_host_at(at), path, mode);
}

int flotilla_mkfifoat(int at, const char *path, mode_t mode) {
    return flotilla_host_mkfifoat(flotilla_fd_host_at(at), path, mode);
}

int flotilla_mknodat(int at, const char *path, mode_t mode, dev_t device) {
    return flotilla_host_mknodat(flotilla_fd_host_at(at), path, mode, device);
}

int flotilla_xmknodat(int version, int at, const char *path, mode_t mode, dev_t *device) {
    (void)version;
    return flotilla_mknodat(at, path, mode, *device);
}

int flotilla_renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
    return flotilla_host_renameat2(flotilla_fd_host_at(from_at), from, flotilla_fd_host_at(to_at), to, flags);
}

int flotilla_renameat(int from_at, const char *from, int to_at, const char *to) {
    return flotilla_renameat2(from_at, from, to_at, to, 0);
}

int flotilla_linkat(int from_at, const char *from, int to_at, const char *to, int flags) {
    return flotilla_host_linkat(flotilla_fd_host_at(from_at), from, flotilla_fd_host_at(to_at), to, flags);
}

int flotilla_symlinkat(const char *target, int at, const char *path) {
    return flotilla_host_symlinkat(target, flotilla_fd_host_at(at), path);
}

int flotilla_utimensat(int at, const char *path, const struct timespec times[2], int flags) {
    return flotilla_host_utimensat(flotilla_fd_host_at(at), path, times, flags);
}

int flotilla_futimesat(int at, const char *path, const struct timeval times[2]) {
    return flotilla_host_futimesat(flotilla_fd_host_at(at), path, times);
}

int flotilla_name_to_handle_at(int at, const char *path, struct file_handle *handle, int *mount, int flags) {
    return flotilla_host_name_to_handle_at(flotilla_fd_host_at(at), path, handle, mount, flags);
}

int flotilla_open_by_handle_at(int mount, struct file_handle *handle, int flags) {
    return flotilla_fd_adopt(flotilla_host_open_by_handle_at(flotilla_fd_host_at(mount), handle, flags | O_CLOEXEC), flags);
}

/* ---- One descriptor, which comes first ---- */

/* FIRST(answer, name, (further parameters), (further arguments)). The host's function says EBADF for what is no descriptor. */
#define EXPAND(...) __VA_ARGS__
#define FIRST(result, name, parameters, arguments)                                    \
    extern result flotilla_host_##name(int EXPAND parameters);                         \
    result flotilla_##name(int fd EXPAND parameters) {                                 \
        return flotilla_host_##name(flotilla_fd_host(fd) EXPAND arguments);            \
    }

FIRST(int, fchmod, (, mode_t mode), (, mode))
FIRST(int, fchown, (, uid_t owner, gid_t group), (, owner, group))
FIRST(int, futimens, (, const struct timespec times[2]), (, times))
FIRST(int, futimes, (, const struct timeval times[2]), (, times))
FIRST(int, fstatfs64, (, struct statfs64 *status), (, status))
FIRST(int, fstatvfs64, (, struct statvfs64 *status), (, status))
FIRST(int, fallocate64, (, int mode, off64_t offset, off64_t size), (, mode, offset, size))
FIRST(int, posix_fallocate64, (, off64_t offset, off64_t size), (, offset, size))
FIRST(int, posix_fadvise64, (, off64_t offset, off64_t size, int advice), (, offset, size, advice))
FIRST(ssize_t, readahead, (, off64_t offset, size_t size), (, offset, size))
FIRST(int, sync_file_range, (, off64_t offset, off64_t size, unsigned flags), (, offset, size, flags))
FIRST(int, syncfs, (), ())
FIRST(ssize_t, vmsplice, (, const struct iovec *parts, size_t count, unsigned flags), (, parts, count, flags))
FIRST(ssize_t, fgetxattr, (, const char *name, void *value, size_t size), (, name, value, size))
FIRST(int, fsetxattr, (, const char *name, const void *value, size_t size, int flags), (, name, value, size, flags))
FIRST(ssize_t, flistxattr, (, char *list, size_t size), (, list, size))
FIRST(int, fremovexattr, (, const char *name), (, name))
FIRST(long, fpathconf, (, int name), (, name))
FIRST(ssize_t, getdents64, (, void *buffer, size_t size), (, buffer, size))
FIRST(ssize_t, getdirentries64, (, char *buffer, size_t size, off64_t *base), (, buffer, size, base))

FIRST(int, inotify_add_watch, (, const char *path, uint32_t events), (, path, events))
FIRST(int, inotify_rm_watch, (, int watch), (, watch))
FIRST(int, timerfd_settime, (, int flags, const struct itimerspec *new, struct itimerspec *old), (, flags, new, old))
FIRST(int, timerfd_gettime, (, struct itimerspec *current), (, current))
FIRST(int, sockatmark, (), ())

FIRST(int, tcgetattr, (, struct termios *attributes), (, attributes))
FIRST(int, tcsetattr, (, int when, const struct termios *attributes), (, when, attributes))
FIRST(int, tcdrain, (), ())
FIRST(int, tcflush, (, int queue), (, queue))
FIRST(int, tcflow, (, int action), (, action))
FIRST(int, tcsendbreak, (, int duration), (, duration))
FIRST(pid_t, tcgetpgrp, (), ())
FIRST(int, tcsetpgrp, (, pid_t group), (, group))
FIRST(pid_t, tcgetsid, (), ())
FIRST(int, grantpt, (), ())
FIRST(int, unlockpt, (), ())
FIRST(int, ptsname_r, (, char *name, size_t size), (, name, size))

/* ---- Two descriptors ---- */

HOST(ssize_t, sendfile64, int, int, off64_t *, size_t);
HOST(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned);
HOST(ssize_t, splice, int, off64_t *, int, off64_t *, size_t, unsigned);
HOST(ssize_t, tee, int, int, size_t, unsigned);

/* The job's streams are served by traps: callers turn to read and write when they are told EINVAL. */
static bool is_for_the_kernel(int in, int out) {
    if (!flotilla_fd_is_job(in) && !flotilla_fd_is_job(out)) return true;
    errno = EINVAL;
    return false;
}

ssize_t flotilla_sendfile64(int out, int in, off64_t *offset, size_t size) {
    if (!is_for_the_kernel(in, out)) return -1;
    return flotilla_host_sendfile64(flotilla_fd_host(out), flotilla_fd_host(in), offset, size);
}

ssize_t flotilla_copy_file_range(int in, off64_t *in_offset, int out, off64_t *out_offset, size_t size, unsigned flags) {
    if (!is_for_the_kernel(in, out)) return -1;
    return flotilla_host_copy_file_range(flotilla_fd_host(in), in_offset, flotilla_fd_host(out), out_offset, size, flags);
}

ssize_t flotilla_splice(int in, off64_t *in_offset, int out, off64_t *out_offset, size_t size, unsigned flags) {
    if (!is_for_the_kernel(in, out)) return -1;
    return flotilla_host_splice(flotilla_fd_host(in), in_offset, flotilla_fd_host(out), out_offset, size, flags);
}

ssize_t flotilla_tee(int in, int out, size_t size, unsigned flags) {
    if (!is_for_the_kernel(in, out)) return -1;
    return flotilla_host_tee(flotilla_fd_host(in), flotilla_fd_host(out), size, flags);
}

/* ---- Through the rank's own read and write, which wait without the PE ---- */

int flotilla_eventfd_read(int fd, eventfd_t *value) {
    return flotilla_fd_read(fd, value, sizeof *value) == (ssize_t)sizeof *value ? 0 : -1;
}

int flotilla_eventfd_write(int fd, eventfd_t value) {
    return flotilla_fd_write(fd, &value, sizeof value) == (ssize_t)sizeof value ? 0 : -1;
}

/* ---- New descriptors ---- */

HOST(int, mkostemps64, char *, int, int);
HOST(int, posix_openpt, int);
HOST(int, shm_open, const char *, int, mode_t);
HOST(int, signalfd, int, const sigset_t *, int);

int flotilla_mkostemps(char *pattern, int suffix, int flags) {
    return flotilla_fd_adopt(flotilla_host_mkostemps64(pattern, suffix, flags | O_CLOEXEC), flags);
}

int flotilla_mkostemp(char *pattern, int flags) {
    return flotilla_mkostemps(pattern, 0, flags);
}

int flotilla_mkstemps(char *pattern, int suffix) {
    return flotilla_mkostemps(pattern, suffix, 0);
}

int flotilla_mkstemp(char *pattern) {
    return flotilla_mkostemps(pattern, 0, 0);
}

int flotilla_posix_openpt(int flags) {
    return flotilla_fd_adopt(flotilla_host_posix_openpt(flags | O_CLOEXEC), flags);
}

int flotilla_getpt(void) {
    return flotilla_posix_openpt(O_RDWR);
}

/* POSIX: FD_CLOEXEC is set. */
int flotilla_shm_open(const char *name, int flags, mode_t mode) {
    return flotilla_fd_adopt(flotilla_host_shm_open(name, flags, mode), O_CLOEXEC);
}

int flotilla_signalfd(int fd, const sigset_t *signals, int flags) {
    if (fd >= 0) return flotilla_host_signalfd(flotilla_fd_host(fd), signals, flags) < 0 ? -1 : fd;
    return flotilla_fd_adopt(flotilla_host_signalfd(fd, signals, flags | SFD_CLOEXEC), flags);
}

FLOTILLA_NAMES(flotilla_fchmodat, fchmodat)
FLOTILLA_NAMES(flotilla_fchownat, fchownat)
FLOTILLA_NAMES(flotilla_unlinkat, unlinkat)
FLOTILLA_NAMES(flotilla_mkdirat, mkdirat)
FLOTILLA_NAMES(flotilla_mkfifoat, mkfifoat)
FLOTILLA_NAMES(flotilla_mknodat, mknodat)
FLOTILLA_NAMES(flotilla_xmknodat, __xmknodat)
FLOTILLA_NAMES(flotilla_renameat2, renameat2)
FLOTILLA_NAMES(flotilla_renameat, renameat)
FLOTILLA_NAMES(flotilla_linkat, linkat)
FLOTILLA_NAMES(flotilla_symlinkat, symlinkat)
FLOTILLA_NAMES(flotilla_utimensat, utimensat)
FLOTILLA_NAMES(flotilla_futimesat, futimesat)
FLOTILLA_NAMES(flotilla_name_to_handle_at, name_to_handle_at)
FLOTILLA_NAMES(flotilla_open_by_handle_at, open_by_handle_at)
FLOTILLA_NAMES(flotilla_fchmod, fchmod)
FLOTILLA_NAMES(flotilla_fchown, fchown)
FLOTILLA_NAMES(flotilla_futimens, futimens)
FLOTILLA_NAMES(flotilla_futimes, futimes)
FLOTILLA_NAMES(flotilla_fstatfs64, fstatfs, fstatfs64)
FLOTILLA_NAMES(flotilla_fstatvfs64, fstatvfs, fstatvfs64)
FLOTILLA_NAMES(flotilla_fallocate64, fallocate, fallocate64)
FLOTILLA_NAMES(flotilla_posix_fallocate64, posix_fallocate, posix_fallocate64)
FLOTILLA_NAMES(flotilla_posix_fadvise64, posix_fadvise, posix_fadvise64)
FLOTILLA_NAMES(flotilla_readahead, readahead)
FLOTILLA_NAMES(flotilla_sync_file_range, sync_file_range)
FLOTILLA_NAMES(flotilla_syncfs, syncfs)
FLOTILLA_NAMES(flotilla_vmsplice, vmsplice)
FLOTILLA_NAMES(flotilla_fgetxattr, fgetxattr)
FLOTILLA_NAMES(flotilla_fsetxattr, fsetxattr)
FLOTILLA_NAMES(flotilla_flistxattr, flistxattr)
FLOTILLA_NAMES(flotilla_fremovexattr, fremovexattr)
FLOTILLA_NAMES(flotilla_fpathconf, fpathconf)
FLOTILLA_NAMES(flotilla_getdents64, getdents64)
FLOTILLA_NAMES(flotilla_getdirentries64, getdirentries, getdirentries64)
FLOTILLA_NAMES(flotilla_inotify_add_watch, inotify_add_watch)
FLOTILLA_NAMES(flotilla_inotify_rm_watch, inotify_rm_watch)
FLOTILLA_NAMES(flotilla_timerfd_settime, timerfd_settime)
FLOTILLA_NAMES(flotilla_timerfd_gettime, timerfd_gettime)
FLOTILLA_NAMES(flotilla_sockatmark, sockatmark)
FLOTILLA_NAMES(flotilla_tcgetattr, tcgetattr)
FLOTILLA_NAMES(flotilla_tcsetattr, tcsetattr)
FLOTILLA_NAMES(flotilla_tcdrain, tcdrain)
FLOTILLA_NAMES(flotilla_tcflush, tcflush)
FLOTILLA_NAMES(flotilla_tcflow, tcflow)
FLOTILLA_NAMES(flotilla_tcsendbreak, tcsendbreak)
FLOTILLA_NAMES(flotilla_tcgetpgrp, tcgetpgrp)
FLOTILLA_NAMES(flotilla_tcsetpgrp, tcsetpgrp)
FLOTILLA_NAMES(flotilla_tcgetsid, tcgetsid)
FLOTILLA_NAMES(flotilla_grantpt, grantpt)
FLOTILLA_NAMES(flotilla_unlockpt, unlockpt)
FLOTILLA_NAMES(flotilla_ptsname_r, ptsname_r)
FLOTILLA_NAMES(flotilla_sendfile64, sendfile, sendfile64)
FLOTILLA_NAMES(flotilla_copy_file_range, copy_file_range)
FLOTILLA_NAMES(flotilla_splice, splice)
FLOTILLA_NAMES(flotilla_tee, tee)
FLOTILLA_NAMES(flotilla_eventfd_read, eventfd_read)
FLOTILLA_NAMES(flotilla_eventfd_write, eventfd_write)
FLOTILLA_NAMES(flotilla_mkostemps, mkostemps, mkostemps64)
FLOTILLA_NAMES(flotilla_mkostemp, mkostemp, mkostemp64)
FLOTILLA_NAMES(flotilla_mkstemps, mkstemps, mkstemps64)
FLOTILLA_NAMES(flotilla_mkstemp, mkstemp, mkstemp64)
FLOTILLA_NAMES(flotilla_posix_openpt, posix_openpt)
FLOTILLA_NAMES(flotilla_getpt, getpt)
FLOTILLA_NAMES(flotilla_shm_open, shm_open)
FLOTILLA_NAMES(flotilla_signalfd, signalfd)
