/*
 * Sockets: calls that may wait let other ranks run meanwhile, and every call takes the rank's number for a descriptor.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>

#include "fd.h"
#include "flotilla.h"
#include "names.h"
#include "signals.h"
#include "sleep.h"
#include "thread.h"

extern int flotilla_host_socket(int, int, int);
extern int flotilla_host_socketpair(int, int, int, int *);
extern int flotilla_host_bind(int, const struct sockaddr *, socklen_t);
extern int flotilla_host_listen(int, int);
extern int flotilla_host_accept4(int, struct sockaddr *, socklen_t *, int);
extern int flotilla_host_connect(int, const struct sockaddr *, socklen_t);
extern int flotilla_host_getsockname(int, struct sockaddr *, socklen_t *);
extern int flotilla_host_getpeername(int, struct sockaddr *, socklen_t *);
extern int flotilla_host_getsockopt(int, int, int, void *, socklen_t *);
extern int flotilla_host_setsockopt(int, int, int, const void *, socklen_t);
extern int flotilla_host_shutdown(int, int);
extern ssize_t flotilla_host_sendto(int, const void *, size_t, int, const struct sockaddr *, socklen_t);
extern ssize_t flotilla_host_sendmsg(int, const struct msghdr *, int);
extern ssize_t flotilla_host_recvfrom(int, void *, size_t, int, struct sockaddr *, socklen_t *);
extern ssize_t flotilla_host_recvmsg(int, struct msghdr *, int);
extern int flotilla_host_fcntl64(int, int, ...);
extern int flotilla_host_epoll_create1(int);
extern int flotilla_host_epoll_ctl(int, int, int, struct epoll_event *);
extern int flotilla_host_epoll_wait(int, struct epoll_event *, int, int);
extern int flotilla_host_eventfd(unsigned, int);
extern int flotilla_host_timerfd_create(int, int);
extern int flotilla_host_inotify_init1(int);
extern int flotilla_host_memfd_create(const char *, unsigned);

static int fail(int error) {
    errno = error;
    return -1;
}

/* ---- Making them: always closed on exec in the process, and in the rank as it wants ---- */

_Static_assert(SOCK_CLOEXEC == O_CLOEXEC && EPOLL_CLOEXEC == O_CLOEXEC && EFD_CLOEXEC == O_CLOEXEC && TFD_CLOEXEC == O_CLOEXEC &&
                   IN_CLOEXEC == O_CLOEXEC,
               "one flag");

int flotilla_socket(int domain, int type, int protocol) {
    return flotilla_fd_adopt(flotilla_host_socket(domain, type | SOCK_CLOEXEC, protocol), type);
}

int flotilla_socketpair(int domain, int type, int protocol, int *ends) {
    int host[2];
    if (flotilla_host_socketpair(domain, type | SOCK_CLOEXEC, protocol, host) < 0) return -1;
    ends[0] = flotilla_fd_adopt(host[0], type);
    ends[1] = flotilla_fd_adopt(host[1], type);
    return 0;
}

int flotilla_epoll_create1(int flags) {
    return flotilla_fd_adopt(flotilla_host_epoll_create1(flags | EPOLL_CLOEXEC), flags);
}

int flotilla_epoll_create(int size) {
    return size <= 0 ? fail(EINVAL) : flotilla_epoll_create1(0);
}

int flotilla_eventfd(unsigned value, int flags) {
    return flotilla_fd_adopt(flotilla_host_eventfd(value, flags | EFD_CLOEXEC), flags);
}

int flotilla_timerfd_create(int clock, int flags) {
    return flotilla_fd_adopt(flotilla_host_timerfd_create(clock, flags | TFD_CLOEXEC), flags);
}

int flotilla_inotify_init1(int flags) {
    return flotilla_fd_adopt(flotilla_host_inotify_init1(flags | IN_CLOEXEC), flags);
}

int flotilla_inotify_init(void) {
    return flotilla_inotify_init1(0);
}

int flotilla_memfd_create(const char *name, unsigned flags) {
    return flotilla_fd_adopt(flotilla_host_memfd_create(name, flags | MFD_CLOEXEC), (flags & MFD_CLOEXEC) != 0 ? O_CLOEXEC : 0);
}

/* ---- What does not wait ---- */

int flotilla_bind(int fd, const struct sockaddr *address, socklen_t size) {
    int host = flotilla_fd_host(fd);
    return host < 0 ? -1 : flotilla_host_bind(host, address, size);
}

int flotilla_listen(int fd, int backlog) {
    int host = flotilla_fd_host(fd);
    return host < 0 ? -1 : flotilla_host_listen(host, backlog);
}

int flotilla_getsockname(int fd, struct sockaddr *address, socklen_t *size) {
    int host = flotilla_fd_host(fd);
    return host < 0 ? -1 : flotilla_host_getsockname(host, address, size);
}

int flotilla_getpeername(int fd, struct sockaddr *address, socklen_t *size) {
    int host = flotilla_fd_host(fd);
    return host < 0 ? -1 : flotilla_host_getpeername(host, address, size);
}

int flotilla_getsockopt(int fd, int level, int name, void *value, socklen_t *size) {
    int host = flotilla_fd_host(fd);
    return host < 0 ? -1 : flotilla_host_getsockopt(host, level, name, value, size);
}

int flotilla_setsockopt(int fd, int level, int name, const void *value, socklen_t size) {
    int host = flotilla_fd_host(fd);
    return host < 0 ? -1 : flotilla_host_setsockopt(host, level, name, value, size);
}

int flotilla_shutdown(int fd, int how) {
    int host = flotilla_fd_host(fd);
    return host < 0 ? -1 : flotilla_host_shutdown(host, how);
}

int flotilla_epoll_ctl(int fd, int operation, int target, struct epoll_event *event) {
    int host = flotilla_fd_host(fd), other = flotilla_fd_host(target);
    return host < 0 || other < 0 ? -1 : flotilla_host_epoll_ctl(host, operation, other, event);
}

/* ---- What may wait ---- */

/* SO_RCVTIMEO or SO_SNDTIMEO in nanoseconds. */
static int64_t limit_of(int host, int name) {
    struct timeval limit = {0, 0};
    socklen_t size = sizeof limit;
    if (flotilla_host_getsockopt(host, SOL_SOCKET, name, &limit, &size) < 0) return INT64_MAX;
    return limit.tv_sec == 0 && limit.tv_usec == 0 ? INT64_MAX : limit.tv_sec * INT64_C(1000000000) + limit.tv_usec * 1000;
}

static bool is_nonblocking(int host) {
    int flags = flotilla_host_fcntl64(host, F_GETFL);
    return flags >= 0 && (flags & O_NONBLOCK) != 0;
}

/* After a call with MSG_DONTWAIT has answered `result`: whether it is to be made again, the socket being ready now. Where it
 * is not, errno is the call's. */
static bool again(int host, ssize_t result, int flags, short events, int timeout_name) {
    if (result >= 0 || errno != EAGAIN || (flags & MSG_DONTWAIT) != 0 || is_nonblocking(host)) return false;
    int ready = flotilla_fd_await(host, events, limit_of(host, timeout_name));
    if (ready == 0) errno = EAGAIN;
    return ready > 0;
}

static ssize_t sent(ssize_t result, int flags) {
    if (result < 0 && errno == EPIPE && (flags & MSG_NOSIGNAL) == 0) {
        flotilla_raise_signal(SIGPIPE);
        errno = EPIPE;
    }
    return result;
}

ssize_t flotilla_sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *address, socklen_t length) {
    int host = flotilla_fd_host(fd);
    if (host < 0) return -1;
    if (flotilla_control->in_forked_child) return flotilla_host_sendto(host, data, size, flags, address, length);
    ssize_t done = 0, result;
    do {
        result = flotilla_host_sendto(host, (const char *)data + done, size - (size_t)done, flags | MSG_DONTWAIT | MSG_NOSIGNAL,
                                      address, length);
        /* A stream takes what there is room for; a call that waits takes all. */
        if (result > 0) done += result;
        if (result > 0 && (size_t)done < size && (flags & MSG_DONTWAIT) == 0) {
            result = -1;
            errno = EAGAIN;
        }
    } while (again(host, result, flags, POLLOUT, SO_SNDTIMEO));
    return done > 0 ? done : sent(result, flags);
}

ssize_t flotilla_send(int fd, const void *data, size_t size, int flags) {
    return flotilla_sendto(fd, data, size, flags, NULL, 0);
}

ssize_t flotilla_sendmsg(int fd, const struct msghdr *message, int flags) {
    int host = flotilla_fd_host(fd);
    if (host < 0) return -1;
    if (flotilla_control->in_forked_child) return flotilla_host_sendmsg(host, message, flags);
    size_t size = 0;
    for (size_t i = 0; i < message->msg_iovlen; i++) size += message->msg_iov[i].iov_len;
    ssize_t result;
    do result = flotilla_host_sendmsg(host, message, flags | MSG_DONTWAIT | MSG_NOSIGNAL);
    while (again(host, result, flags, POLLOUT, SO_SNDTIMEO));
    if (result <= 0 || (size_t)result >= size || (flags & MSG_DONTWAIT) != 0 || is_nonblocking(host)) return sent(result, flags);
    /* The rest of what a stream had no room for. */
    size_t before = 0;
    for (size_t i = 0; i < message->msg_iovlen; i++) {
        const struct iovec *part = &message->msg_iov[i];
        size_t skip = (size_t)result > before ? (size_t)result - before : 0;
        before += part->iov_len;
        if (skip >= part->iov_len) continue;
        ssize_t more = flotilla_sendto(fd, (const char *)part->iov_base + skip, part->iov_len - skip, flags, NULL, 0);
        if (more < 0) return result;
        result += more;
        if ((size_t)more < part->iov_len - skip) return result;
    }
    return result;
}

ssize_t flotilla_recvfrom(int fd, void *buffer, size_t size, int flags, struct sockaddr *address, socklen_t *length) {
    int host = flotilla_fd_host(fd);
    if (host < 0) return -1;
    if (flotilla_control->in_forked_child) return flotilla_host_recvfrom(host, buffer, size, flags, address, length);
    ssize_t done = 0, result;
    bool all = (flags & (MSG_WAITALL | MSG_PEEK | MSG_DONTWAIT)) == MSG_WAITALL;
    do {
        result = flotilla_host_recvfrom(host, (char *)buffer + done, size - (size_t)done, flags | MSG_DONTWAIT, address, length);
        if (result > 0) done += result;
        if (all && result > 0 && (size_t)done < size) {
            int type = SOCK_STREAM;
            socklen_t room = sizeof type;
            flotilla_host_getsockopt(host, SOL_SOCKET, SO_TYPE, &type, &room);
            if (type != SOCK_STREAM) break;
            result = -1;
            errno = EAGAIN;
        }
    } while (again(host, result, flags, POLLIN, SO_RCVTIMEO));
    return done > 0 ? done : result;
}

ssize_t flotilla_recv(int fd, void *buffer, size_t size, int flags) {
    return flotilla_recvfrom(fd, buffer, size, flags, NULL, NULL);
}

ssize_t flotilla_recvmsg(int fd, struct msghdr *message, int flags) {
    int host = flotilla_fd_host(fd);
    if (host < 0) return -1;
    if (flotilla_control->in_forked_child) return flotilla_host_recvmsg(host, message, flags);
    ssize_t result;
    socklen_t name = message->msg_namelen;
    size_t room = message->msg_controllen;
    do {
        message->msg_namelen = name;
        message->msg_controllen = room;
        result = flotilla_host_recvmsg(host, message, flags | MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    } while (again(host, result, flags, POLLIN, SO_RCVTIMEO));
    /* Descriptors that came with the message are the rank's. */
    for (struct cmsghdr *part = result < 0 ? NULL : CMSG_FIRSTHDR(message); part != NULL; part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        int *numbers = (int *)CMSG_DATA(part);
        size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof *numbers;
        for (size_t i = 0; i < count; i++) {
            numbers[i] = flotilla_fd_adopt(numbers[i], (flags & MSG_CMSG_CLOEXEC) != 0 ? O_CLOEXEC : 0);
        }
    }
    return result;
}

int flotilla_accept4(int fd, struct sockaddr *address, socklen_t *size, int flags) {
    int host = flotilla_fd_host(fd);
    if (host < 0) return -1;
    if (!flotilla_control->in_forked_child) {
        int ready = flotilla_fd_await(host, POLLIN, limit_of(host, SO_RCVTIMEO));
        if (ready == 0) return fail(EAGAIN);
        if (ready < 0) return -1;
    }
    return flotilla_fd_adopt(flotilla_host_accept4(host, address, size, flags | SOCK_CLOEXEC), flags);
}

int flotilla_accept(int fd, struct sockaddr *address, socklen_t *size) {
    return flotilla_accept4(fd, address, size, 0);
}

/* Begins without waiting, and waits for the outcome. */
int flotilla_connect(int fd, const struct sockaddr *address, socklen_t size) {
    int host = flotilla_fd_host(fd);
    if (host < 0) return -1;
    int flags = flotilla_host_fcntl64(host, F_GETFL);
    if (flotilla_control->in_forked_child || flags < 0 || (flags & O_NONBLOCK) != 0) return flotilla_host_connect(host, address, size);
    unsigned long before = flotilla_interruptions();
    int64_t pause = 0;
    int result;
    for (;;) {
        flotilla_host_fcntl64(host, F_SETFL, flags | O_NONBLOCK);
        result = flotilla_host_connect(host, address, size);
        int error = errno;
        flotilla_host_fcntl64(host, F_SETFL, flags);
        errno = error;
        /* EAGAIN: the backlog of a local socket is full. */
        if (result == 0 || (errno != EAGAIN && errno != EINPROGRESS && errno != EALREADY)) return result;
        if (errno != EAGAIN) break;
        pause = flotilla_next_pause(pause);
        flotilla_sleep_for(pause);
        if (flotilla_interruptions() != before) return fail(EINTR);
    }
    int ready = flotilla_fd_await(host, POLLOUT, limit_of(host, SO_SNDTIMEO));
    if (ready == 0) return fail(EINPROGRESS);
    if (ready < 0) return -1;
    int error = 0;
    socklen_t length = sizeof error;
    if (flotilla_host_getsockopt(host, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return -1;
    return error == 0 ? 0 : fail(error);
}

static int wait_for_events(int fd, struct epoll_event *events, int count, int64_t left) {
    int host = flotilla_fd_host(fd);
    if (host < 0) return -1;
    unsigned long before = flotilla_handlers_run();
    int64_t pause = 0;
    for (;;) {
        int found = flotilla_host_epoll_wait(host, events, count, 0);
        if (found != 0 || left <= 0) return found;
        pause = flotilla_next_pause(pause);
        int64_t step = pause < left ? pause : left, rest = step;
        flotilla_nap(&rest);
        flotilla_testcancel();
        if (left != INT64_MAX) left -= step - rest;
        if (flotilla_handlers_run() != before) return fail(EINTR);
    }
}

int flotilla_epoll_pwait(int fd, struct epoll_event *events, int count, int timeout, const sigset_t *mask) {
    sigset_t before;
    flotilla_enter_mask(mask, &before);
    int result = wait_for_events(fd, events, count, timeout < 0 ? INT64_MAX : timeout * INT64_C(1000000));
    flotilla_leave_mask(mask, &before);
    return result;
}

int flotilla_epoll_wait(int fd, struct epoll_event *events, int count, int timeout) {
    return flotilla_epoll_pwait(fd, events, count, timeout, NULL);
}

extern void __chk_fail(void) __attribute__((noreturn));

ssize_t flotilla_recv_checked(int fd, void *buffer, size_t size, size_t room, int flags) {
    if (size > room) __chk_fail();
    return flotilla_recv(fd, buffer, size, flags);
}

ssize_t flotilla_recvfrom_checked(int fd, void *buffer, size_t size, size_t room, int flags, struct sockaddr *address,
                                  socklen_t *length) {
    if (size > room) __chk_fail();
    return flotilla_recvfrom(fd, buffer, size, flags, address, length);
}

FLOTILLA_NAMES(flotilla_socket, socket, __socket)
FLOTILLA_NAMES(flotilla_socketpair, socketpair)
FLOTILLA_NAMES(flotilla_epoll_create1, epoll_create1)
FLOTILLA_NAMES(flotilla_epoll_create, epoll_create)
FLOTILLA_NAMES(flotilla_epoll_ctl, epoll_ctl)
FLOTILLA_NAMES(flotilla_epoll_wait, epoll_wait)
FLOTILLA_NAMES(flotilla_epoll_pwait, epoll_pwait)
FLOTILLA_NAMES(flotilla_eventfd, eventfd)
FLOTILLA_NAMES(flotilla_timerfd_create, timerfd_create)
FLOTILLA_NAMES(flotilla_inotify_init1, inotify_init1)
FLOTILLA_NAMES(flotilla_inotify_init, inotify_init)
FLOTILLA_NAMES(flotilla_memfd_create, memfd_create)
FLOTILLA_NAMES(flotilla_bind, bind)
FLOTILLA_NAMES(flotilla_listen, listen)
FLOTILLA_NAMES(flotilla_getsockname, getsockname)
FLOTILLA_NAMES(flotilla_getpeername, getpeername)
FLOTILLA_NAMES(flotilla_getsockopt, getsockopt)
FLOTILLA_NAMES(flotilla_setsockopt, setsockopt)
FLOTILLA_NAMES(flotilla_shutdown, shutdown)
FLOTILLA_NAMES(flotilla_sendto, sendto)
FLOTILLA_NAMES(flotilla_send, send, __send)
FLOTILLA_NAMES(flotilla_sendmsg, sendmsg)
FLOTILLA_NAMES(flotilla_recvfrom, recvfrom)
FLOTILLA_NAMES(flotilla_recv, recv)
FLOTILLA_NAMES(flotilla_recvmsg, recvmsg)
FLOTILLA_NAMES(flotilla_recv_checked, __recv_chk)
FLOTILLA_NAMES(flotilla_recvfrom_checked, __recvfrom_chk)
FLOTILLA_NAMES(flotilla_accept4, accept4)
FLOTILLA_NAMES(flotilla_accept, accept)
FLOTILLA_NAMES(flotilla_connect, connect, __connect)
