/*
 * Locks on files. The kernel gives POSIX record locks (fcntl(2), F_SETLK) to the process, so that they would not keep two
 * ranks apart; a rank takes Linux's locks of open file descriptions instead, which exclude each other wherever a file was
 * opened on its own. The difference that remains: a rank that opens a file twice excludes itself.
 *
 * To wait in the kernel would hold the PE, perhaps from the rank that has the lock: a rank asks again and again, and lets
 * others run meanwhile.
 */
#define _GNU_SOURCE
#include "file_locks.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "fd.h"
#include "flotilla.h"
#include "names.h"
#include "sleep.h"

extern int flotilla_host_fcntl64(int, int, ...);
extern int flotilla_host_flock(int, int);

bool flotilla_is_file_lock(int command) {
    return command == F_SETLK || command == F_SETLKW || command == F_GETLK || command == F_OFD_SETLKW;
}

int flotilla_file_lock(int host, int command, struct flock *lock) {
    if (flotilla_in_forked_child) return flotilla_host_fcntl64(host, command, lock);
    struct flock own = *lock;
    own.l_pid = 0;
    if (command == F_GETLK) {
        int answer = flotilla_host_fcntl64(host, F_OFD_GETLK, &own);
        if (answer == 0) *lock = own;
        return answer;
    }
    bool patient = command != F_SETLK;
    int64_t pause = 0;
    while (flotilla_host_fcntl64(host, F_OFD_SETLK, &own) != 0) {
        if (!patient || (errno != EAGAIN && errno != EACCES)) return -1;
        pause = flotilla_next_pause(pause);
        flotilla_sleep_for(pause);
    }
    return 0;
}

int flotilla_flock(int fd, int operation) {
    int host = flotilla_fd_host(fd);
    if (host < 0) return -1;
    if (flotilla_in_forked_child || (operation & LOCK_NB) != 0) return flotilla_host_flock(host, operation);
    int64_t pause = 0;
    while (flotilla_host_flock(host, operation | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return -1;
        pause = flotilla_next_pause(pause);
        flotilla_sleep_for(pause);
    }
    return 0;
}

int flotilla_lockf(int fd, int function, off64_t length) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_len = length};
    int command = F_SETLK;
    switch (function) {
        case F_ULOCK:
            lock.l_type = F_UNLCK;
            break;
        case F_LOCK:
            command = F_SETLKW;
            break;
        case F_TLOCK:
            break;
        case F_TEST:
            lock.l_type = F_RDLCK;
            if (flotilla_fd_control(fd, F_GETLK, (long)&lock) != 0) return -1;
            if (lock.l_type == F_UNLCK) return 0;
            errno = EACCES;
            return -1;
        default:
            errno = EINVAL;
            return -1;
    }
    return flotilla_fd_control(fd, command, (long)&lock);
}

FLOTILLA_NAMES(flotilla_flock, flock)
FLOTILLA_NAMES(flotilla_lockf, lockf, lockf64)
