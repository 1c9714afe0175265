#define _GNU_SOURCE
#include "fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

#include "file_locks.h"
#include "flotilla.h"
#include "lock.h"
#include "names.h"
#include "procfs.h"
#include "signals.h"
#include "sleep.h"
#include "thread.h"

extern ssize_t flotilla_host_read(int, void *, size_t);
extern ssize_t flotilla_host_write(int, const void *, size_t);
extern ssize_t flotilla_host_readv(int, const struct iovec *, int);
extern ssize_t flotilla_host_writev(int, const struct iovec *, int);
extern ssize_t flotilla_host_pread64(int, void *, size_t, off64_t);
extern ssize_t flotilla_host_pwrite64(int, const void *, size_t, off64_t);
extern off64_t flotilla_host_lseek64(int, off64_t, int);
extern int flotilla_host_open64(const char *, int, ...);
extern int flotilla_host_openat64(int, const char *, int, ...);
extern int flotilla_host_close(int);
extern int flotilla_host_close_range(unsigned, unsigned, int);
extern int flotilla_host_dup3(int, int, int);
extern int flotilla_host_fcntl64(int, int, ...);
extern int flotilla_host_ioctl(int, unsigned long, ...);
extern int flotilla_host_fstat64(int, struct stat *);
extern int flotilla_host_isatty(int);
extern int flotilla_host_pipe2(int *, int);
extern int flotilla_host_fsync(int);
extern int flotilla_host_fdatasync(int);
extern int flotilla_host_ftruncate64(int, off64_t);
extern int flotilla_host_ttyname_r(int, char *, size_t);
extern int flotilla_host_poll(struct pollfd *, nfds_t, int);
extern int flotilla_host_fstatat64(int, const char *, struct stat *, int);
extern ssize_t flotilla_host_tee(int, int, size_t, unsigned);
extern ssize_t flotilla_host_preadv2(int, const struct iovec *, int, off_t, int);
extern ssize_t flotilla_host_pwritev2(int, const struct iovec *, int, off_t, int);
extern ssize_t flotilla_host_send(int, const void *, size_t, int);
extern int flotilla_host_posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *, int, int);
extern int flotilla_host_posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *, int);

/* What a number of the rank stands for. A positive entry is the process's number of a private duplicate. */
enum {
    PLAIN = 0, /* the process's descriptor of the same number, as far as anybody knows */
    JOB_INPUT = -1,
    JOB_OUTPUT = FLOTILLA_CB_JOB_OUTPUT,
    JOB_ERROR = -3,
    CLOSED = -4,
    OWN = -5, /* as PLAIN, and opened by this rank, so it may be replaced */
};

/* What else is known of a number: whether its file can make a caller wait, and FD_CLOEXEC as the rank sees it. The kernel's
 * flag is set for everything that a rank opens, so that children of other ranks do not get it. */
/* IS_HELD: the number of one of the job's streams is taken in the process as well, by a descriptor that is the rank's. */
enum { UNKNOWN, NEVER_WAITS, IS_PIPE, IS_SOCKET, MAY_WAIT, KIND = 7, IS_HELD = 64, CLOSE_ON_EXEC = 128 };

/* Numbers above the table are always plain. */
#define ENTRIES 1024
#define FIRST_PLAIN 3

/* The host looks at it when the rank has ended (flotilla.fault.UnwrittenOutput). A rank that comes from another process finds its
 * files under other numbers of the process's here (flotilla.migrate.OpenFiles). */
FLOTILLA_EXPORT int flotilla_standard_descriptors[FIRST_PLAIN] = {JOB_INPUT, JOB_OUTPUT, JOB_ERROR};
FLOTILLA_EXPORT int flotilla_other_descriptors[ENTRIES] FLOTILLA_LARGE;
FLOTILLA_EXPORT unsigned char flotilla_descriptor_facts[ENTRIES] FLOTILLA_LARGE;
#define others flotilla_other_descriptors
#define facts flotilla_descriptor_facts
static bool detached;
/* Above it nothing is known of any number, and the table has not been touched. */
FLOTILLA_EXPORT int flotilla_highest_descriptor = FIRST_PLAIN - 1;
#define highest_known flotilla_highest_descriptor
/* Descriptors that the rank was given, for which the table has no entry. */
FLOTILLA_EXPORT int flotilla_unknown_descriptors;
/* Held while a number is chosen or taken over. */
FLOTILLA_FORK_LOCK(numbers_lock);

/* The entry of a number below ENTRIES. */
static inline int *place(int fd) {
    return fd < FIRST_PLAIN ? &flotilla_standard_descriptors[fd] : &others[fd];
}

static int entry(int fd) {
    if (flotilla_control->in_forked_child && !detached) flotilla_fd_detach();
    return (unsigned)fd < ENTRIES ? *place(fd) : PLAIN;
}

static bool is_job(int meaning) {
    return meaning <= JOB_INPUT && meaning >= JOB_ERROR;
}

static void set_entry(int fd, int value) {
    if ((unsigned)fd >= ENTRIES) return;
    if (fd > highest_known) highest_known = fd;
    *place(fd) = value;
    facts[fd] = 0;
}

static bool is_known(int fd) {
    return (unsigned)fd < ENTRIES && entry(fd) != PLAIN;
}

static void set_close_on_exec(int fd, bool value) {
    if (is_known(fd) && !detached) {
        facts[fd] = (unsigned char)((facts[fd] & (KIND | IS_HELD)) | (value ? CLOSE_ON_EXEC : 0));
    } else {
        flotilla_host_fcntl64(flotilla_fd_host(fd), F_SETFD, value ? FD_CLOEXEC : 0);
    }
}

/* The process's descriptor behind one of the job's streams. */
static int job_number(int meaning) {
    return JOB_INPUT - meaning;
}

static long fail(int error) {
    errno = error;
    return -1;
}

static long trap_result(long result) {
    return result < 0 ? fail((int)-result) : result;
}

bool flotilla_fd_is_job(int fd) {
    return is_job(entry(fd));
}

int flotilla_fd_host(int fd) {
    int meaning = entry(fd);
    if (meaning == CLOSED || fd < 0) return (int)fail(EBADF);
    if (meaning == PLAIN || meaning == OWN) return fd;
    return is_job(meaning) ? job_number(meaning) : meaning;
}

/* Sets the entry of a number that means one of the job's streams. */
static void set_job_entry(int fd, int meaning, bool is_held) {
    set_entry(fd, meaning);
    if (is_held && (unsigned)fd < ENTRIES) facts[fd] |= IS_HELD;
}

/* Whether the rank uses a number for something that is not the process's descriptor of that number. */
static bool means_other(int fd) {
    int meaning = (unsigned)fd < ENTRIES ? *place(fd) : PLAIN;
    return meaning > 0 || (is_job(meaning) && (facts[fd] & IS_HELD) == 0);
}

/* The rank has a use for the number of the process's descriptor already: answers another one, and moves the descriptor above
 * it. */
static int other_number(int *host) {
    int fd = FIRST_PLAIN;
    while (fd < ENTRIES && *place(fd) != PLAIN) fd++;
    if (*host < fd) {
        int above = flotilla_host_fcntl64(*host, F_DUPFD_CLOEXEC, fd);
        int error = errno;
        flotilla_host_close(*host);
        errno = error;
        *host = above;
    }
    return *host < 0 ? -1 : fd;
}

int flotilla_fd_adopt(int host, int flags) {
    if (host < 0) return host;
    int fd = host;
    flotilla_lock(&numbers_lock);
    if (!detached && means_other(host)) fd = other_number(&host);
    if (fd >= ENTRIES) flotilla_unknown_descriptors++;
    if (fd < 0) {
        flotilla_unlock(&numbers_lock);
        return -1;
    }
    if (!detached) {
        for (int low = FIRST_PLAIN - 1; low >= 0; low--) {
            if (*place(low) == CLOSED && host != low) fd = low;
        }
    }
    if (!detached) set_entry(fd, fd == host ? OWN : host);
    flotilla_unlock(&numbers_lock);
    set_close_on_exec(fd, (flags & O_CLOEXEC) != 0);
    return fd;
}

/* ---- Files that make their callers wait ----
 * A rank that waits must not hold its PE, so it asks first, again and again, and lets others run in between. */

static int kind_of(int fd, int host) {
    bool known = is_known(fd);
    if (known && (facts[fd] & KIND) != UNKNOWN) return facts[fd] & KIND;
    struct stat status;
    int kind = NEVER_WAITS;
    if (flotilla_host_fstat64(host, &status) == 0) {
        switch (status.st_mode & S_IFMT) {
        case S_IFIFO: kind = IS_PIPE; break;
        case S_IFSOCK: kind = IS_SOCKET; break;
        case S_IFREG:
        case S_IFDIR:
        case S_IFLNK:
        case S_IFBLK: break;
        default: kind = MAY_WAIT;
        }
    }
    if (known) facts[fd] = (unsigned char)((facts[fd] & ~KIND) | kind);
    return kind;
}

static bool is_nonblocking(int host) {
    int flags = flotilla_host_fcntl64(host, F_GETFL);
    return flags >= 0 && (flags & O_NONBLOCK) != 0;
}

int flotilla_fd_ask(struct pollfd *asked, nfds_t count) {
    int found;
    /* The kernel looks for signals even when it does not wait, and those of the thread are not the rank's. */
    do
        found = flotilla_host_poll(asked, count, 0);
    while (found < 0 && errno == EINTR);
    return found;
}

int flotilla_fd_await(int host, short events, int64_t timeout) {
    struct pollfd asked = {host, events, 0};
    unsigned long before = flotilla_interruptions();
    int64_t pause = 0, left = timeout;
    while (flotilla_fd_ask(&asked, 1) == 0) {
        if (pause == 0 && is_nonblocking(host)) return 1;
        if (left <= 0) return 0;
        pause = flotilla_next_pause(pause);
        int64_t step = pause < left ? pause : left, rest = step;
        flotilla_nap(&rest);
        flotilla_testcancel();
        if (left != INT64_MAX) left -= step - rest;
        if (flotilla_interruptions() != before) return (int)fail(EINTR);
    }
    return 1;
}

/* One of readv and writev that would rather fail than wait, or whose file is ready. Kernels that cannot do that for a kind of
 * file say EOPNOTSUPP. */
static ssize_t read_when_ready(int host, const struct iovec *vector, int count) {
    static bool refused;
    for (;;) {
        if (!refused) {
            ssize_t got = flotilla_host_preadv2(host, vector, count, -1, RWF_NOWAIT);
            if (got >= 0 || (errno != EAGAIN && errno != EOPNOTSUPP)) return got;
            if (errno == EOPNOTSUPP) refused = true;
            if (errno == EAGAIN && is_nonblocking(host)) return got;
        }
        if (flotilla_fd_await(host, POLLIN, INT64_MAX) < 0) return -1;
        if (refused) return flotilla_host_readv(host, vector, count);
    }
}

static ssize_t write_some(int kind, int host, const void *data, size_t size) {
    static bool refused;
    if (kind == IS_SOCKET) return flotilla_host_send(host, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (!refused) {
        struct iovec vector = {(void *)data, size};
        ssize_t done = flotilla_host_pwritev2(host, &vector, 1, -1, RWF_NOWAIT);
        if (done >= 0 || errno != EOPNOTSUPP) return done;
        refused = true;
    }
    /* A pipe that has room takes as much as this. */
    return flotilla_host_write(host, data, kind == IS_PIPE && size > PIPE_BUF ? PIPE_BUF : size);
}

static ssize_t write_all(int kind, int host, const void *data, size_t size) {
    if (is_nonblocking(host)) return flotilla_host_write(host, data, size);
    size_t done = 0;
    do {
        ssize_t now = -1;
        if (flotilla_fd_await(host, POLLOUT, INT64_MAX) > 0) now = write_some(kind, host, (const char *)data + done, size - done);
        if (now < 0 && errno == EAGAIN) continue;
        if (now < 0) return done > 0 ? (ssize_t)done : -1;
        done += (size_t)now;
    } while (done < size);
    return (ssize_t)done;
}

/* The thread blocks SIGPIPE; the rank may not. */
static ssize_t written(ssize_t result) {
    if (result < 0 && errno == EPIPE && !flotilla_control->in_forked_child) {
        flotilla_raise_signal(SIGPIPE);
        errno = EPIPE;
    }
    return result;
}

/* ---- Reading and writing ---- */

static ssize_t read_input(void *buffer, size_t size) {
    for (;;) {
        flotilla_here()->arguments[0] = (intptr_t)buffer;
        flotilla_here()->arguments[1] = (intptr_t)size;
        long got = flotilla_trap(FLOTILLA_OP_INPUT);
        if (got != -EINTR) return trap_result(got);
        unsigned long before = flotilla_interruptions();
        flotilla_take_signals();
        flotilla_testcancel();
        if (flotilla_interruptions() != before) return fail(EINTR);
    }
}

ssize_t flotilla_fd_read(int fd, void *buffer, size_t size) {
    flotilla_testcancel();
    int meaning = entry(fd);
    if (meaning == JOB_INPUT) return size == 0 ? 0 : read_input(buffer, size);
    int host = meaning == PLAIN || meaning == OWN ? fd : meaning;
    if (host < 0) return fail(EBADF);
    if (detached || kind_of(fd, host) == NEVER_WAITS) return flotilla_host_read(host, buffer, size);
    struct iovec vector = {buffer, size};
    return read_when_ready(host, &vector, 1);
}

ssize_t flotilla_fd_write(int fd, const void *data, size_t size) {
    flotilla_testcancel();
    int meaning = entry(fd);
    if (meaning == JOB_OUTPUT || meaning == JOB_ERROR) {
        if (size == 0) return 0;
        flotilla_here()->arguments[0] = job_number(meaning);
        flotilla_here()->arguments[1] = (intptr_t)data;
        flotilla_here()->arguments[2] = (intptr_t)size;
        return written(trap_result(flotilla_trap(FLOTILLA_OP_OUTPUT)));
    }
    int host = meaning == PLAIN || meaning == OWN ? fd : meaning;
    if (host < 0) return fail(EBADF);
    int kind = detached ? NEVER_WAITS : kind_of(fd, host);
    return written(kind == NEVER_WAITS ? flotilla_host_write(host, data, size) : write_all(kind, host, data, size));
}

/* Answers the total length, or -1 and EINVAL as readv and writev do. */
static ssize_t vector_length(const struct iovec *vector, int count) {
    if (count < 0 || count > IOV_MAX) return fail(EINVAL);
    size_t total = 0;
    for (int i = 0; i < count; i++) {
        if (vector[i].iov_len > (size_t)SSIZE_MAX - total) return fail(EINVAL);
        total += vector[i].iov_len;
    }
    return (ssize_t)total;
}

ssize_t flotilla_fd_readv(int fd, const struct iovec *vector, int count) {
    if (!flotilla_fd_is_job(fd)) {
        int host = flotilla_fd_host(fd);
        if (host < 0) return -1;
        return detached || kind_of(fd, host) == NEVER_WAITS ? flotilla_host_readv(host, vector, count)
                                                            : read_when_ready(host, vector, count);
    }
    if (vector_length(vector, count) < 0) return -1;
    ssize_t done = 0;
    for (int i = 0; i < count; i++) {
        if (vector[i].iov_len == 0) continue;
        ssize_t n = flotilla_fd_read(fd, vector[i].iov_base, vector[i].iov_len);
        if (n < 0) return done > 0 ? done : n;
        done += n;
        if ((size_t)n < vector[i].iov_len) break;
    }
    return done;
}

ssize_t flotilla_fd_writev(int fd, const struct iovec *vector, int count) {
    if (!flotilla_fd_is_job(fd)) {
        int host = flotilla_fd_host(fd);
        if (host < 0) return -1;
        if (detached || kind_of(fd, host) == NEVER_WAITS) return written(flotilla_host_writev(host, vector, count));
    }
    ssize_t total = vector_length(vector, count);
    if (total <= 0) return total;
    /* One trap or write, because writev is one and other ranks' output must not come in between. */
    char local[1024];
    char *joined = (size_t)total <= sizeof local ? local : malloc((size_t)total);
    if (joined == NULL) return -1;
    size_t at = 0;
    for (int i = 0; i < count; i++) {
        memcpy(joined + at, vector[i].iov_base, vector[i].iov_len);
        at += vector[i].iov_len;
    }
    ssize_t written = flotilla_fd_write(fd, joined, at);
    if (joined != local) free(joined);
    return written;
}

ssize_t flotilla_fd_positioned_read(int fd, void *buffer, size_t size, off64_t offset) {
    if (flotilla_fd_is_job(fd)) return fail(ESPIPE);
    int host = flotilla_fd_host(fd);
    return host < 0 ? -1 : flotilla_host_pread64(host, buffer, size, offset);
}

ssize_t flotilla_fd_positioned_write(int fd, const void *data, size_t size, off64_t offset) {
    if (flotilla_fd_is_job(fd)) return fail(ESPIPE);
    int host = flotilla_fd_host(fd);
    return host < 0 ? -1 : flotilla_host_pwrite64(host, data, size, offset);
}

off64_t flotilla_fd_seek(int fd, off64_t offset, int whence) {
    if (flotilla_fd_is_job(fd)) return fail(ESPIPE);
    int host = flotilla_fd_host(fd);
    return host < 0 ? -1 : flotilla_host_lseek64(host, offset, whence);
}

/* ---- Opening, closing, duplicating ---- */

/* Opening a FIFO waits for its other end. */
static bool is_fifo(int directory, const char *path, int flags) {
    struct stat status;
    if (detached || (flags & (O_NONBLOCK | O_PATH | O_DIRECTORY | O_TMPFILE)) != 0 || (flags & O_ACCMODE) == O_RDWR) return false;
    return flotilla_host_fstatat64(directory, path, &status, 0) == 0 && S_ISFIFO(status.st_mode);
}

/* Whether somebody has the FIFO open for writing; tee looks at a pipe without taking anything. */
static bool has_writer(int fifo) {
    int ends[2];
    if (flotilla_host_pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) return true;
    ssize_t copied = flotilla_host_tee(fifo, ends[1], 1, SPLICE_F_NONBLOCK);
    bool has = copied > 0 || (copied < 0 && errno == EAGAIN);
    flotilla_host_close(ends[0]);
    flotilla_host_close(ends[1]);
    return has;
}

static int open_fifo(int directory, const char *path, int flags, mode_t mode) {
    unsigned long before = flotilla_interruptions();
    int64_t pause = 0;
    int host;
    bool reads = (flags & O_ACCMODE) == O_RDONLY;
    for (;;) {
        host = flotilla_host_openat64(directory, path, flags | O_NONBLOCK, mode);
        if (host >= 0 || reads || errno != ENXIO) break;
        pause = flotilla_next_pause(pause);
        flotilla_sleep_for(pause);
        if (flotilla_interruptions() != before) return (int)fail(EINTR);
    }
    if (host < 0) return -1;
    while (reads && !has_writer(host)) {
        pause = flotilla_next_pause(pause);
        flotilla_sleep_for(pause);
        if (flotilla_interruptions() != before) {
            flotilla_host_close(host);
            return (int)fail(EINTR);
        }
    }
    flotilla_host_fcntl64(host, F_SETFL, flotilla_host_fcntl64(host, F_GETFL) & ~O_NONBLOCK);
    return host;
}

static int open_at(int directory, const char *path, int flags, mode_t mode) {
    int all = flags | O_CLOEXEC;
    return flotilla_fd_adopt(is_fifo(directory, path, flags) ? open_fifo(directory, path, all, mode)
                                                             : flotilla_host_openat64(directory, path, all, mode),
                             flags);
}

int flotilla_fd_open(const char *path, int flags, mode_t mode) {
    flotilla_testcancel();
    char local[PATH_MAX];
    int special = flotilla_proc_open(path, flags);
    if (special != FLOTILLA_NOT_SPECIAL) return special;
    entry(0); /* a forked child notices that it is one */
    return open_at(AT_FDCWD, flotilla_proc_path(path, local), flags, mode);
}

int flotilla_fd_openat(int directory, const char *path, int flags, mode_t mode) {
    int host = flotilla_fd_host_at(directory);
    if (host < 0 && host != AT_FDCWD) return -1;
    if (path != NULL && path[0] == '/') return flotilla_fd_open(path, flags, mode);
    return open_at(host, path, flags, mode);
}

static int close_host(int host) {
    flotilla_file_locks_before_close(host);
    return flotilla_host_close(host);
}

int flotilla_fd_close(int fd) {
    flotilla_lock(&numbers_lock);
    int meaning = entry(fd);
    /* The working directory's descriptor is nothing that a program knows of. */
    if (fd < 0 || meaning == CLOSED || (fd > 0 && fd == flotilla_control->state_folder)) {
        flotilla_unlock(&numbers_lock);
        return (int)fail(EBADF);
    }
    bool is_held = !is_job(meaning) || detached || (facts[fd] & IS_HELD) != 0;
    set_entry(fd, fd < FIRST_PLAIN && !detached ? CLOSED : PLAIN);
    flotilla_unlock(&numbers_lock);
    if (!is_held) return 0;
    return close_host(meaning > 0 ? meaning : fd);
}

/* As the end of a process does it: who reads from a pipe or socket of the rank finds its end. Threads of the rank that still
 * run would find the numbers given to others, so with them the descriptors stay until the job ends. */
void flotilla_fd_end(void) {
    if (detached || flotilla_control->in_forked_child || flotilla_control->threaded) return;
    for (int fd = 0; fd <= highest_known; fd++) {
        int meaning = *place(fd);
        if (meaning == OWN || meaning > 0) flotilla_fd_close(fd);
    }
}

/* The rank's, that is: those of the process and of other ranks are none that it has. */
int flotilla_fd_close_range(unsigned first, unsigned last, int flags) {
    entry(0); /* a forked child notices that it is one */
    if (detached) return flotilla_host_close_range(first, last, flags);
    if (first > last || (flags & ~(int)(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)) != 0) return (int)fail(EINVAL);
    for (int fd = (int)first; first < ENTRIES && fd <= highest_known && (unsigned)fd <= last; fd++) {
        if (*place(fd) == PLAIN || *place(fd) == CLOSED) continue;
        if ((flags & (int)CLOSE_RANGE_CLOEXEC) != 0) set_close_on_exec(fd, true);
        else flotilla_fd_close(fd);
    }
    return 0;
}

void flotilla_fd_closefrom(int lowest) {
    flotilla_fd_close_range(lowest < 0 ? 0 : (unsigned)lowest, ~0U, 0);
}

/* A new process descriptor, not below minimum, for what fd means. */
static int host_duplicate(int fd, int minimum) {
    int host = flotilla_fd_host(fd);
    if (host < 0) return -1;
    int copy = flotilla_host_fcntl64(host, F_DUPFD_CLOEXEC, minimum);
    if (copy >= 0 || errno != EBADF || !flotilla_fd_is_job(fd)) return copy;
    /* The process itself runs without this stream: all that is needed is a number. */
    int placeholder = flotilla_host_open64("/dev/null", O_RDWR | O_CLOEXEC);
    if (placeholder < 0) return -1;
    copy = flotilla_host_fcntl64(placeholder, F_DUPFD_CLOEXEC, minimum);
    flotilla_host_close(placeholder);
    return copy;
}

static int duplicate_unlocked(int fd, int minimum, bool close_on_exec) {
    int meaning = entry(fd);
    if (meaning == CLOSED) return (int)fail(EBADF);
    if (minimum < 0) return (int)fail(EINVAL);
    int copy = host_duplicate(fd, minimum < FIRST_PLAIN && !detached ? FIRST_PLAIN : minimum);
    if (copy < 0) return -1;
    int number = copy;
    while (!detached && means_other(number)) number++;
    if (number > copy) {
        /* Of those that the rank does not use, the process's number is not below the rank's. */
        int above = flotilla_host_fcntl64(copy, F_DUPFD_CLOEXEC, number);
        flotilla_host_close(copy);
        if (above < 0) return -1;
        copy = above;
        if (!means_other(copy)) number = copy;
    }
    for (int low = FIRST_PLAIN - 1; low >= minimum && !detached; low--) {
        if (*place(low) == CLOSED) number = low;
    }
    if (number != copy && is_job(meaning)) {
        flotilla_host_close(copy);
        set_entry(number, meaning);
    } else {
        if (is_job(meaning)) set_job_entry(number, meaning, number == copy);
        else set_entry(number, number == copy ? OWN : copy);
    }
    set_close_on_exec(number, close_on_exec);
    return number;
}

static int duplicate(int fd, int minimum, bool close_on_exec) {
    flotilla_lock(&numbers_lock);
    int copy = duplicate_unlocked(fd, minimum, close_on_exec);
    flotilla_unlock(&numbers_lock);
    return copy;
}

/* The number may belong to somebody else in the process (a library of the host, another rank), so it is replaced only
 * when it is known to be the rank's; otherwise the rank's number is mapped to another one of the process. */
static int duplicate_onto_unlocked(int from, int to, int flags) {
    if (from < 0 || to < 0 || entry(from) == CLOSED) return (int)fail(EBADF);
    if (from == to) return (int)fail(EINVAL);
    int host = flotilla_fd_host(from), meaning = entry(from), target = entry(to);
    if (host < 0) return -1;
    bool low = to < FIRST_PLAIN && !detached;
    bool replaceable = !low && (detached || to >= ENTRIES || target == OWN || (is_job(target) && !means_other(to)));
    if (replaceable) {
        flotilla_file_locks_before_close(to);
        if (flotilla_host_dup3(host, to, O_CLOEXEC) < 0) return -1;
        if (is_job(meaning)) set_job_entry(to, meaning, true);
        else set_entry(to, OWN);
    } else if (is_job(meaning) && low) {
        if (target > 0) close_host(target);
        set_entry(to, meaning);
    } else {
        int copy = host_duplicate(from, low ? FIRST_PLAIN : to);
        if (copy < 0) return (int)fail(errno == EINVAL ? EBADF : errno);
        if (target > 0) close_host(target);
        if (is_job(meaning)) set_job_entry(to, meaning, copy == to);
        else set_entry(to, copy == to ? OWN : copy);
        if (is_job(meaning) && copy != to) flotilla_host_close(copy);
    }
    set_close_on_exec(to, (flags & O_CLOEXEC) != 0);
    return to;
}

int flotilla_fd_duplicate_onto(int from, int to, int flags) {
    flotilla_lock(&numbers_lock);
    int copy = duplicate_onto_unlocked(from, to, flags);
    flotilla_unlock(&numbers_lock);
    return copy;
}

int flotilla_fd_dup(int fd) {
    return duplicate(fd, 0, false);
}

int flotilla_fd_dup2(int from, int to) {
    if (from == to) return flotilla_fd_control(from, F_GETFD, 0) < 0 ? -1 : to;
    return flotilla_fd_duplicate_onto(from, to, 0);
}

int flotilla_fd_dup3(int from, int to, int flags) {
    if (flags & ~O_CLOEXEC) return (int)fail(EINVAL);
    return flotilla_fd_duplicate_onto(from, to, flags);
}

int flotilla_fd_pipe2(int ends[2], int flags) {
    int host[2];
    if (flotilla_host_pipe2(host, flags | O_CLOEXEC) < 0) return -1;
    ends[0] = flotilla_fd_adopt(host[0], flags);
    ends[1] = flotilla_fd_adopt(host[1], flags);
    return 0;
}

int flotilla_fd_pipe(int ends[2]) {
    return flotilla_fd_pipe2(ends, 0);
}

/* ---- What a descriptor is ---- */

static bool job_is_terminal(int meaning) {
    if (meaning == JOB_INPUT) return false;
    if (meaning == JOB_OUTPUT) return flotilla_control->stdout_is_terminal != 0;
    return flotilla_host_isatty(job_number(meaning)) != 0;
}

/* A job's stream looks like what mpirun gives a process: a pipe, or a terminal where there is one. */
static void job_status(int meaning, struct stat *status) {
    bool terminal = job_is_terminal(meaning);
    if (flotilla_host_fstat64(job_number(meaning), status) != 0) memset(status, 0, sizeof *status);
    mode_t format = terminal ? S_IFCHR : S_IFIFO;
    if ((status->st_mode & S_IFMT) == format) return;
    status->st_mode = format | S_IRUSR | S_IWUSR;
    status->st_nlink = 1;
    status->st_size = 0;
    status->st_blocks = 0;
    status->st_blksize = terminal ? 1024 : 4096;
    status->st_rdev = terminal ? makedev(136, 0) : 0;
}

int flotilla_fd_stat(int fd, struct stat *status) {
    int meaning = entry(fd);
    if (is_job(meaning)) {
        int saved = errno;
        job_status(meaning, status);
        errno = saved;
        return 0;
    }
    int host = flotilla_fd_host(fd);
    return host < 0 ? -1 : flotilla_host_fstat64(host, status);
}

int flotilla_fd_xstat(int version, int fd, struct stat *status) {
    (void)version;
    return flotilla_fd_stat(fd, status);
}

bool flotilla_fd_is_terminal(int fd) {
    int meaning = entry(fd);
    if (is_job(meaning)) {
        if (job_is_terminal(meaning)) return true;
        errno = ENOTTY;
        return false;
    }
    int host = flotilla_fd_host(fd);
    return host >= 0 && flotilla_host_isatty(host);
}

int flotilla_fd_isatty(int fd) {
    return flotilla_fd_is_terminal(fd);
}

int flotilla_fd_ttyname_r(int fd, char *name, size_t size) {
    if (flotilla_fd_is_job(fd) && !job_is_terminal(entry(fd))) return ENOTTY;
    int host = flotilla_fd_host(fd);
    return host < 0 ? EBADF : flotilla_host_ttyname_r(host, name, size);
}

char *flotilla_fd_ttyname(int fd) {
    static char name[PATH_MAX] FLOTILLA_LARGE;
    int error = flotilla_fd_ttyname_r(fd, name, sizeof name);
    if (error == 0) return name;
    errno = error;
    return NULL;
}

static int job_control(int fd, int command, long argument) {
    (void)argument;
    int meaning = entry(fd);
    switch (command) {
        case F_SETFL: /* O_NONBLOCK on the process's stream would change every rank's */
            return 0;
        case F_GETFL:
            if (job_is_terminal(meaning)) return O_RDWR;
            return meaning == JOB_INPUT ? O_RDONLY : O_WRONLY;
        default:
            return (int)fail(EINVAL);
    }
}

int flotilla_fd_control(int fd, int command, long argument) {
    if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) {
        return duplicate(fd, (int)argument, command == F_DUPFD_CLOEXEC);
    }
    if (!detached && is_known(fd) && entry(fd) != CLOSED) {
        if (command == F_GETFD) return (facts[fd] & CLOSE_ON_EXEC) != 0 ? FD_CLOEXEC : 0;
        if (command == F_SETFD) {
            set_close_on_exec(fd, (argument & FD_CLOEXEC) != 0);
            return 0;
        }
    }
    if (flotilla_fd_is_job(fd)) return job_control(fd, command, argument);
    int host = flotilla_fd_host(fd);
    if (host < 0) return -1;
    if (flotilla_is_file_lock(command)) return flotilla_file_lock(host, command, (struct flock *)argument);
    return flotilla_host_fcntl64(host, command, argument);
}

int flotilla_fd_fcntl(int fd, int command, ...) {
    va_list list;
    va_start(list, command);
    long argument = va_arg(list, long);
    va_end(list);
    return flotilla_fd_control(fd, command, argument);
}

int flotilla_fd_ioctl(int fd, unsigned long request, ...) {
    va_list list;
    va_start(list, request);
    void *argument = va_arg(list, void *);
    va_end(list);
    if (entry(fd) == JOB_INPUT) {
        if (request != FIONREAD) return (int)fail(ENOTTY);
        *(int *)argument = 0;
        return 0;
    }
    int host = flotilla_fd_host(fd);
    return host < 0 ? -1 : flotilla_host_ioctl(host, request, argument);
}

int flotilla_fd_fsync(int fd) {
    if (flotilla_fd_is_job(fd)) return (int)fail(EINVAL);
    int host = flotilla_fd_host(fd);
    return host < 0 ? -1 : flotilla_host_fsync(host);
}

int flotilla_fd_fdatasync(int fd) {
    if (flotilla_fd_is_job(fd)) return (int)fail(EINVAL);
    int host = flotilla_fd_host(fd);
    return host < 0 ? -1 : flotilla_host_fdatasync(host);
}

int flotilla_fd_ftruncate(int fd, off64_t length) {
    if (flotilla_fd_is_job(fd)) return (int)fail(EINVAL);
    int host = flotilla_fd_host(fd);
    return host < 0 ? -1 : flotilla_host_ftruncate64(host, length);
}

/* ---- Children ---- */

int flotilla_fd_spawn_actions(posix_spawn_file_actions_t *actions) {
    if (detached) return 0;
    /* A child of a rank whose 0, 1, 2 are crossed (2>&1 by dup2(1, 2)) must see the crossing as well. Sources that the
     * loop overwrites are the process's own 0 to 2, so these are saved above all others first. */
    int saved[FIRST_PLAIN], error = 0;
    bool crossed = false;
    for (int fd = 0; fd < FIRST_PLAIN; fd++) crossed |= is_job(*place(fd)) && job_number(*place(fd)) != fd;
    for (int fd = 0; fd < FIRST_PLAIN && error == 0; fd++) {
        saved[fd] = crossed ? 1000 + fd : fd;
        if (crossed) error = flotilla_host_posix_spawn_file_actions_adddup2(actions, fd, saved[fd]);
    }
    /* Upwards, because the process's number for one of the rank's is never below it. A duplicate onto itself is inherited. */
    for (int fd = 0; fd < ENTRIES && error == 0; fd++) {
        int meaning = *place(fd);
        if (meaning == PLAIN) continue;
        if (meaning == CLOSED) {
            error = flotilla_host_posix_spawn_file_actions_addclose(actions, fd);
        } else if (is_job(meaning) && fd < FIRST_PLAIN) {
            int source = saved[job_number(meaning)];
            if (source != fd) error = flotilla_host_posix_spawn_file_actions_adddup2(actions, source, fd);
        } else if (meaning > 0) {
            error = flotilla_host_posix_spawn_file_actions_adddup2(actions, meaning, fd);
        } else if ((facts[fd] & CLOSE_ON_EXEC) == 0 && flotilla_host_fcntl64(fd, F_GETFD) >= 0) {
            error = flotilla_host_posix_spawn_file_actions_adddup2(actions, fd, fd);
        }
    }
    for (int fd = 0; crossed && fd < FIRST_PLAIN && error == 0; fd++) {
        error = flotilla_host_posix_spawn_file_actions_addclose(actions, saved[fd]);
    }
    return error == 0 ? 0 : (int)fail(error);
}

/* A pipe of another rank that a child held open would never end for that rank's partner. */
static bool is_foreign_pipe(int fd) {
    struct stat status;
    int flags = flotilla_host_fcntl64(fd, F_GETFD);
    return flags >= 0 && (flags & FD_CLOEXEC) != 0 && flotilla_host_fstat64(fd, &status) == 0 &&
           (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

void flotilla_fd_detach(void) {
    if (detached) return;
    detached = true;
    /* Sources first go above the numbers that are about to be replaced. */
    int source[FIRST_PLAIN];
    for (int fd = 0; fd < FIRST_PLAIN; fd++) {
        source[fd] = -1;
        if (*place(fd) == CLOSED) continue;
        source[fd] = flotilla_host_fcntl64(flotilla_fd_host(fd), F_DUPFD_CLOEXEC, FIRST_PLAIN);
    }
    for (int fd = 0; fd < FIRST_PLAIN; fd++) {
        if (source[fd] >= 0) {
            flotilla_host_dup3(source[fd], fd, (facts[fd] & CLOSE_ON_EXEC) != 0 ? O_CLOEXEC : 0);
            flotilla_host_close(source[fd]);
        } else if (*place(fd) == CLOSED) {
            flotilla_host_close(fd);
        }
        if (*place(fd) > 0) flotilla_host_close(*place(fd));
        *place(fd) = OWN;
    }
    for (int fd = FIRST_PLAIN; fd < ENTRIES; fd++) {
        int meaning = *place(fd), flags = (facts[fd] & CLOSE_ON_EXEC) != 0 ? O_CLOEXEC : 0;
        if (meaning > 0) {
            flotilla_host_dup3(meaning, fd, flags);
            flotilla_host_close(meaning);
        } else if (meaning != PLAIN) {
            if (flags == 0) flotilla_host_fcntl64(fd, F_SETFD, 0);
        } else if (is_foreign_pipe(fd)) {
            flotilla_host_close(fd);
        }
        if (meaning != PLAIN) *place(fd) = OWN;
    }
}

/* ---- libc's names ---- */

int flotilla_fd_open_variadic(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = va_arg(list, mode_t);
    va_end(list);
    return flotilla_fd_open(path, flags, mode);
}

int flotilla_fd_openat_variadic(int directory, const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = va_arg(list, mode_t);
    va_end(list);
    return flotilla_fd_openat(directory, path, flags, mode);
}

int flotilla_fd_open_checked(const char *path, int flags) {
    return flotilla_fd_open(path, flags, 0);
}

int flotilla_fd_openat_checked(int directory, const char *path, int flags) {
    return flotilla_fd_openat(directory, path, flags, 0);
}

int flotilla_fd_creat(const char *path, mode_t mode) {
    return flotilla_fd_open(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

extern void __chk_fail(void) __attribute__((noreturn));

ssize_t flotilla_fd_read_checked(int fd, void *buffer, size_t size, size_t room) {
    if (size > room) __chk_fail();
    return flotilla_fd_read(fd, buffer, size);
}

ssize_t flotilla_fd_positioned_read_checked(int fd, void *buffer, size_t size, off64_t offset, size_t room) {
    if (size > room) __chk_fail();
    return flotilla_fd_positioned_read(fd, buffer, size, offset);
}

FLOTILLA_NAMES(flotilla_fd_read, read, __read)
FLOTILLA_NAMES(flotilla_fd_write, write, __write)
FLOTILLA_NAMES(flotilla_fd_readv, readv)
FLOTILLA_NAMES(flotilla_fd_writev, writev)
FLOTILLA_NAMES(flotilla_fd_seek, lseek, lseek64, __lseek, llseek)
FLOTILLA_NAMES(flotilla_fd_close, close, __close)
FLOTILLA_NAMES(flotilla_fd_close_range, close_range)
FLOTILLA_NAMES(flotilla_fd_closefrom, closefrom)
FLOTILLA_NAMES(flotilla_fd_stat, fstat, fstat64)
FLOTILLA_NAMES(flotilla_fd_xstat, __fxstat, __fxstat64)
FLOTILLA_NAMES(flotilla_fd_positioned_read, pread, pread64, __pread64)
FLOTILLA_NAMES(flotilla_fd_positioned_write, pwrite, pwrite64, __pwrite64)
FLOTILLA_NAMES(flotilla_fd_read_checked, __read_chk)
FLOTILLA_NAMES(flotilla_fd_positioned_read_checked, __pread_chk, __pread64_chk)
FLOTILLA_NAMES(flotilla_fd_open_variadic, open, open64, __open, __open64)
FLOTILLA_NAMES(flotilla_fd_openat_variadic, openat, openat64)
FLOTILLA_NAMES(flotilla_fd_open_checked, __open_2, __open64_2)
FLOTILLA_NAMES(flotilla_fd_openat_checked, __openat_2, __openat64_2)
FLOTILLA_NAMES(flotilla_fd_creat, creat, creat64)
FLOTILLA_NAMES(flotilla_fd_dup, dup)
FLOTILLA_NAMES(flotilla_fd_dup2, dup2, __dup2)
FLOTILLA_NAMES(flotilla_fd_dup3, dup3)
FLOTILLA_NAMES(flotilla_fd_pipe, pipe, __pipe)
FLOTILLA_NAMES(flotilla_fd_pipe2, pipe2)
FLOTILLA_NAMES(flotilla_fd_isatty, isatty)
FLOTILLA_NAMES(flotilla_fd_ttyname, ttyname)
FLOTILLA_NAMES(flotilla_fd_ttyname_r, ttyname_r)
FLOTILLA_NAMES(flotilla_fd_fcntl, fcntl, fcntl64, __fcntl)
FLOTILLA_NAMES(flotilla_fd_ioctl, ioctl)
FLOTILLA_NAMES(flotilla_fd_fsync, fsync)
FLOTILLA_NAMES(flotilla_fd_fdatasync, fdatasync)
FLOTILLA_NAMES(flotilla_fd_ftruncate, ftruncate, ftruncate64)
