/*
 * The rank's file descriptors.
 *
 * All ranks of a process share the kernel's descriptor table. Descriptors 0, 1 and 2 are therefore virtual: until the
 * rank redirects or closes them they mean the job's standard input, output and error and are served by traps; after
 * dup2(file, 1) the rank's 1 means a private duplicate of that file, and the process's own 1 is never touched. Every
 * other descriptor is the kernel's, except that a rank may call one of its own numbers a duplicate of the job's streams
 * (saved = dup(1)), or name one that somebody else in the process has already (dup2(file, 10)).
 *
 * Functions answer as the system call does: -1 and errno on failure.
 */
#ifndef FLOTILLA_LIBC_FD_H
#define FLOTILLA_LIBC_FD_H

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

ssize_t flotilla_fd_read(int fd, void *buffer, size_t size);
ssize_t flotilla_fd_write(int fd, const void *data, size_t size);
off64_t flotilla_fd_seek(int fd, off64_t offset, int whence);
int flotilla_fd_open(const char *path, int flags, mode_t mode);
int flotilla_fd_close(int fd);
int flotilla_fd_duplicate_onto(int from, int to, int flags);
int flotilla_fd_stat(int fd, struct stat *status);
bool flotilla_fd_is_terminal(int fd);
int flotilla_fd_control(int fd, int command, long argument);

/* Whether fd means one of the job's standard streams. */
bool flotilla_fd_is_job(int fd);

/* The number under which the process knows the rank's fd (to hand to mmap, poll, ioctl, ...), or -1 and EBADF. */
int flotilla_fd_host(int fd);

/* The same for the folder that a name is relative to, which may be AT_FDCWD. */
static inline int flotilla_fd_host_at(int at) {
    return at == AT_FDCWD ? at : flotilla_fd_host(at);
}

/* Takes a descriptor that the process has just opened for the rank, with FD_CLOEXEC set, and answers the number the rank
 * sees: the lowest of 0, 1, 2 that the rank has closed, or the same number. flags: O_CLOEXEC when the rank wants it closed
 * on exec. -1 is passed through. */
int flotilla_fd_adopt(int host, int flags);

/* Waits, without holding the PE, until the process's descriptor is ready for events or is known not to wait (O_NONBLOCK):
 * 1; or for timeout nanoseconds (INT64_MAX: for ever): 0; or until a handler has run that does not restart calls: -1. */
int flotilla_fd_await(int host, short events, int64_t timeout);

/* poll with the host's numbers and without waiting. */
int flotilla_fd_ask(struct pollfd *asked, nfds_t count);

/* Adds to actions of the host's libc what gives a child the rank's descriptors. To be called before others are added. */
int flotilla_fd_spawn_actions(posix_spawn_file_actions_t *actions);

/* The rank ends: closes all its descriptors. */
void flotilla_fd_end(void);

/* In a forked child: makes the rank's descriptors the child's real ones; no more traps. */
void flotilla_fd_detach(void);

#endif
