/*
 * poll, select and their variants. A rank that waits must not hold its PE, so waiting is asking again after short sleeps.
 * The job's own streams are always ready: reading them is a trap that waits by itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>

#include "fd.h"
#include "flotilla.h"
#include "heap.h"
#include "names.h"
#include "signals.h"
#include "sleep.h"
#include "thread.h"

#define FOREVER INT64_MAX
#define FEW 64

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000L + time.tv_nsec;
}

/* Asks once. host has room for as many entries as fds. */
static int ask(struct pollfd *fds, struct pollfd *host, nfds_t count) {
    int ready = 0;
    for (nfds_t i = 0; i < count; i++) {
        host[i] = fds[i];
        fds[i].revents = 0;
        if (fds[i].fd < 0) continue;
        if (flotilla_fd_is_job(fds[i].fd)) {
            host[i].fd = -1;
            fds[i].revents = fds[i].events & (POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM);
            ready += fds[i].revents != 0;
        } else {
            host[i].fd = flotilla_fd_host(fds[i].fd);
            if (host[i].fd >= 0) continue;
            fds[i].revents = POLLNVAL;
            ready++;
        }
    }
    int found = flotilla_fd_ask(host, count);
    if (found < 0) return found;
    for (nfds_t i = 0; i < count; i++) {
        if (host[i].fd >= 0) fds[i].revents = host[i].revents;
    }
    return ready + found;
}

/* timeout in nanoseconds, or FOREVER. */
static int wait_for(struct pollfd *fds, nfds_t count, int64_t timeout) {
    unsigned long before = flotilla_handlers_run();
    flotilla_testcancel();
    if (count == 0) {
        while (timeout > 0 && flotilla_handlers_run() == before) {
            flotilla_nap(&timeout);
            flotilla_testcancel();
        }
        if (flotilla_handlers_run() == before) return 0;
        errno = EINTR;
        return -1;
    }
    struct pollfd few[FEW], *host = few;
    if (count > FEW) {
        if (count > 1u << 20) {
            errno = EINVAL;
            return -1;
        }
        host = flotilla_malloc(count * sizeof *host);
        if (host == NULL) return -1;
    }
    int64_t start = now(), pause = 0;
    int result;
    while ((result = ask(fds, host, count)) == 0) {
        int64_t left = timeout == FOREVER ? FOREVER : timeout - (now() - start);
        if (left <= 0) break;
        pause = flotilla_next_pause(pause);
        flotilla_sleep_for(pause < left ? pause : left);
        if (flotilla_is_cancelled() || flotilla_handlers_run() != before) {
            errno = EINTR;
            result = -1;
            break;
        }
    }
    if (host != few) flotilla_free(host);
    if (result < 0) flotilla_testcancel();
    return result;
}

int flotilla_poll(struct pollfd *fds, nfds_t count, int timeout) {
    return wait_for(fds, count, timeout < 0 ? FOREVER : timeout * INT64_C(1000000));
}

static bool to_nanoseconds(const struct timespec *time, int64_t *answer) {
    *answer = FOREVER;
    if (time == NULL) return true;
    if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= 1000000000) {
        errno = EINVAL;
        return false;
    }
    if (time->tv_sec < INT64_MAX / 1000000000 - 1) *answer = time->tv_sec * 1000000000 + time->tv_nsec;
    return true;
}

int flotilla_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask) {
    int64_t duration;
    if (!to_nanoseconds(timeout, &duration)) return -1;
    sigset_t before;
    flotilla_enter_mask(mask, &before);
    int result = wait_for(fds, count, duration);
    flotilla_leave_mask(mask, &before);
    return result;
}

extern void __chk_fail(void) __attribute__((noreturn));

int flotilla_poll_checked(struct pollfd *fds, nfds_t count, int timeout, size_t room) {
    if (room / sizeof *fds < count) __chk_fail();
    return flotilla_poll(fds, count, timeout);
}

int flotilla_ppoll_checked(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask,
                           size_t room) {
    if (room / sizeof *fds < count) __chk_fail();
    return flotilla_ppoll(fds, count, timeout, mask);
}

/* ---- select, by poll ---- */

static bool has(const fd_set *set, int fd) {
    return set != NULL && FD_ISSET(fd, set);
}

static int select_for(int limit, fd_set *reading, fd_set *writing, fd_set *exceptional, int64_t timeout) {
    if (limit < 0 || limit > FD_SETSIZE) {
        errno = EINVAL;
        return -1;
    }
    struct pollfd *fds = flotilla_malloc((limit == 0 ? 1 : (size_t)limit) * sizeof *fds);
    if (fds == NULL) return -1;
    nfds_t count = 0;
    for (int fd = 0; fd < limit; fd++) {
        int events = (has(reading, fd) ? POLLIN : 0) | (has(writing, fd) ? POLLOUT : 0) |
                     (has(exceptional, fd) ? POLLPRI : 0);
        if (events != 0) fds[count++] = (struct pollfd){fd, (short)events, 0};
    }
    int result = wait_for(fds, count, timeout);
    if (result >= 0) {
        result = 0;
        for (nfds_t i = 0; i < count; i++) {
            int fd = fds[i].fd, asked = fds[i].events, got = fds[i].revents;
            if ((got & POLLNVAL) != 0) {
                errno = EBADF;
                result = -1;
                break;
            }
            bool readable = (asked & POLLIN) != 0 && (got & (POLLIN | POLLHUP | POLLERR)) != 0;
            bool writable = (asked & POLLOUT) != 0 && (got & (POLLOUT | POLLERR)) != 0;
            bool urgent = (asked & POLLPRI) != 0 && (got & POLLPRI) != 0;
            if (!readable && reading != NULL) FD_CLR(fd, reading);
            if (!writable && writing != NULL) FD_CLR(fd, writing);
            if (!urgent && exceptional != NULL) FD_CLR(fd, exceptional);
            result += readable + writable + urgent;
        }
    }
    flotilla_free(fds);
    return result;
}

int flotilla_select(int limit, fd_set *reading, fd_set *writing, fd_set *exceptional, struct timeval *timeout) {
    int64_t duration = FOREVER;
    if (timeout != NULL) {
        if (timeout->tv_sec < 0 || timeout->tv_usec < 0) {
            errno = EINVAL;
            return -1;
        }
        if (timeout->tv_sec < INT64_MAX / 1000000000 - 1) {
            duration = timeout->tv_sec * 1000000000 + timeout->tv_usec * 1000;
        }
    }
    int64_t start = now();
    int result = select_for(limit, reading, writing, exceptional, duration);
    if (timeout != NULL && duration != FOREVER) {
        /* Linux leaves what is left of the time. */
        int64_t left = duration - (now() - start);
        if (left < 0) left = 0;
        timeout->tv_sec = left / 1000000000;
        timeout->tv_usec = left % 1000000000 / 1000;
    }
    return result;
}

int flotilla_pselect(int limit, fd_set *reading, fd_set *writing, fd_set *exceptional,
                     const struct timespec *timeout, const sigset_t *mask) {
    int64_t duration;
    if (!to_nanoseconds(timeout, &duration)) return -1;
    sigset_t before;
    flotilla_enter_mask(mask, &before);
    int result = select_for(limit, reading, writing, exceptional, duration);
    flotilla_leave_mask(mask, &before);
    return result;
}

FLOTILLA_NAMES(flotilla_poll, poll, __poll)
FLOTILLA_NAMES(flotilla_ppoll, ppoll)
FLOTILLA_NAMES(flotilla_poll_checked, __poll_chk)
FLOTILLA_NAMES(flotilla_ppoll_checked, __ppoll_chk)
FLOTILLA_NAMES(flotilla_select, select, __select)
FLOTILLA_NAMES(flotilla_pselect, pselect)
