/*
 * Locks between processes must hold between ranks.
 *
 * POSIX record locks belong to a process: the ranks of one would not see each other's, and one rank that closes a file
 * would drop the locks of all. Here they are open file description locks (Linux, fcntl(2)) on a description that the rank
 * opens for each file it locks and keeps to itself. That leaves two things to do: to drop a file's locks when the rank
 * closes any descriptor of it, and to wait without blocking the PE, because the holder may be a rank that needs it. The
 * same goes for waiting in flock.
 *
 * What is not as between processes: two ranks that wait for each other's locks wait for ever, where the kernel would
 * answer one of them EDEADLK; and the process that F_GETLK names is the one that all ranks share.
 */
#define _GNU_SOURCE
#include "file_locks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "flotilla.h"
#include "heap.h"
#include "lock.h"
#include "names.h"
#include "sleep.h"
#include "thread.h"

extern int flotilla_host_fcntl64(int, int, ...);
extern int flotilla_host_open64(const char *, int, ...);
extern int flotilla_host_close(int);
extern int flotilla_host_fstat64(int, struct stat *);
extern int flotilla_host_flock(int, int);

/* A file of which the rank may hold locks, and the descriptor whose description owns them. */
struct locked_file {
    struct locked_file *next;
    dev_t device;
    ino_t number;
    int descriptor;
};

/* NULL for a rank that has none: flotilla.migrate.OpenFiles. */
FLOTILLA_EXPORT struct locked_file *flotilla_locked_files;
#define locked_files flotilla_locked_files
static struct flotilla_lock list_lock;

static struct locked_file **find(const struct stat *status) {
    struct locked_file **link = &locked_files;
    while (*link != NULL && ((*link)->device != status->st_dev || (*link)->number != status->st_ino)) link = &(*link)->next;
    return link;
}

/* A description of the rank's own, able to read and to write if possible: the first lock may be for reading, through a
 * descriptor that can only read, and the next for writing through another. Where the file's mode forbids to open it
 * again, the program's own description. */
static int open_again(int host) {
    char name[40];
    snprintf(name, sizeof name, "/proc/self/fd/%d", host);
    int descriptor = flotilla_host_open64(name, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    return descriptor >= 0 ? descriptor : flotilla_host_fcntl64(host, F_DUPFD_CLOEXEC, 3);
}

/* The entry of a file, made when there is none; NULL and errno on failure. */
static struct locked_file *remember(int host, const struct stat *status) {
    struct locked_file **link = find(status);
    if (*link != NULL) return *link;
    struct locked_file *file = flotilla_malloc(sizeof *file);
    int descriptor = file == NULL ? -1 : open_again(host);
    if (descriptor < 0) {
        flotilla_free(file);
        errno = ENOLCK;
        return NULL;
    }
    *file = (struct locked_file){NULL, status->st_dev, status->st_ino, descriptor};
    *link = file;
    return file;
}

static void forget(struct locked_file **link) {
    struct locked_file *file = *link;
    *link = file->next;
    /* Said aloud, because a forked child may hold the description as well. */
    struct flock everything = {.l_type = F_UNLCK, .l_whence = SEEK_SET};
    flotilla_host_fcntl64(file->descriptor, F_OFD_SETLK, &everything);
    flotilla_host_close(file->descriptor);
    flotilla_free(file);
}

/* The same bytes of the file, said without the position of a descriptor. Answers -1 and errno for what is no range. */
static int make_absolute(int host, struct flock *lock) {
    if (lock->l_whence == SEEK_CUR) {
        off_t position = lseek(host, 0, SEEK_CUR);
        if (position < 0) return -1;
        lock->l_start += position;
        lock->l_whence = SEEK_SET;
    }
    lock->l_pid = 0; /* the kernel wants it for locks of descriptions */
    return 0;
}

static int ask(int owner, int host, struct flock *lock) {
    struct flock question = *lock;
    if (make_absolute(host, &question) < 0 || flotilla_host_fcntl64(owner, F_OFD_GETLK, &question) < 0) return -1;
    if (question.l_type == F_UNLCK) {
        lock->l_type = F_UNLCK;
        return 0;
    }
    *lock = question;
    if (lock->l_pid < 0) lock->l_pid = getpid();
    return 0;
}

/* One attempt. The entry is looked up each time: another thread may close the file while this one waits. */
static int try(int host, const struct stat *status, const struct flock *wanted) {
    flotilla_lock(&list_lock);
    struct locked_file *file = remember(host, status);
    struct flock lock = *wanted;
    int result = file == NULL ? -1 : flotilla_host_fcntl64(file->descriptor, F_OFD_SETLK, &lock);
    flotilla_unlock(&list_lock);
    return result;
}

static bool is_held_by_others(void) {
    return errno == EAGAIN || errno == EACCES;
}

/* Gives the PE away, longer each time. */
static void pause_between(int64_t *pause) {
    *pause = flotilla_next_pause(*pause);
    flotilla_sleep_for(*pause);
    flotilla_testcancel();
}

static int set(int host, const struct stat *status, const struct flock *lock, bool wait) {
    struct flock wanted = *lock;
    if (make_absolute(host, &wanted) < 0) return -1;
    int mode = flotilla_host_fcntl64(host, F_GETFL) & O_ACCMODE;
    if ((lock->l_type == F_RDLCK && mode == O_WRONLY) || (lock->l_type == F_WRLCK && mode == O_RDONLY)) {
        errno = EBADF;
        return -1;
    }
    int saved = errno;
    int64_t pause = 0;
    while (try(host, status, &wanted) < 0) {
        if (!wait || !is_held_by_others()) return -1;
        pause_between(&pause);
    }
    errno = saved;
    return 0;
}

/* The program's own use of locks of descriptions. */
static int wait_for_description(int host, struct flock *lock) {
    int saved = errno;
    int64_t pause = 0;
    while (flotilla_host_fcntl64(host, F_OFD_SETLK, lock) < 0) {
        if (!is_held_by_others()) return -1;
        pause_between(&pause);
    }
    errno = saved;
    return 0;
}

bool flotilla_is_file_lock(int command) {
    return command == F_SETLK || command == F_SETLKW || command == F_GETLK || command == F_OFD_SETLKW;
}

int flotilla_file_lock(int host, int command, struct flock *lock) {
    struct stat status;
    if (flotilla_control->in_forked_child) return flotilla_host_fcntl64(host, command, lock);
    if (command == F_OFD_SETLKW) return wait_for_description(host, lock);
    if (flotilla_host_fstat64(host, &status) < 0) return -1;
    /* Of what is not a file nothing can be opened again. */
    if (!S_ISREG(status.st_mode)) return flotilla_host_fcntl64(host, command == F_SETLKW ? F_SETLK : command, lock);
    if (command != F_GETLK) return set(host, &status, lock, command == F_SETLKW);
    flotilla_lock(&list_lock);
    const struct locked_file *file = *find(&status);
    int result = ask(file == NULL ? host : file->descriptor, host, lock);
    flotilla_unlock(&list_lock);
    return result;
}

void flotilla_file_locks_before_close(int host) {
    struct stat status;
    int saved = errno;
    if (locked_files == NULL || flotilla_control->in_forked_child || flotilla_host_fstat64(host, &status) < 0) {
        errno = saved;
        return;
    }
    flotilla_lock(&list_lock);
    struct locked_file **link = find(&status);
    if (*link != NULL) forget(link);
    flotilla_unlock(&list_lock);
    errno = saved;
}

void flotilla_file_locks_end(void) {
    while (locked_files != NULL && !flotilla_control->in_forked_child) forget(&locked_files);
}

/* ---- libc's other names for them ---- */

int flotilla_lockf(int fd, int command, off64_t length) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_len = length};
    switch (command) {
    case F_TEST:
        lock.l_type = F_RDLCK;
        if (flotilla_fd_control(fd, F_GETLK, (long)&lock) < 0) return -1;
        if (lock.l_type == F_UNLCK) return 0;
        errno = EACCES;
        return -1;
    case F_ULOCK: lock.l_type = F_UNLCK; return flotilla_fd_control(fd, F_SETLK, (long)&lock);
    case F_LOCK: return flotilla_fd_control(fd, F_SETLKW, (long)&lock);
    case F_TLOCK: return flotilla_fd_control(fd, F_SETLK, (long)&lock);
    default: errno = EINVAL; return -1;
    }
}

int flotilla_flock(int fd, int operation) {
    int host = flotilla_fd_host(fd);
    if (host < 0) return -1;
    if (flotilla_control->in_forked_child || (operation & LOCK_NB) || operation == LOCK_UN) return flotilla_host_flock(host, operation);
    int saved = errno;
    int64_t pause = 0;
    while (flotilla_host_flock(host, operation | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK) return -1;
        pause_between(&pause);
    }
    errno = saved;
    return 0;
}

FLOTILLA_NAMES(flotilla_lockf, lockf, lockf64)
FLOTILLA_NAMES(flotilla_flock, flock)
