/*
 * The rank's working directory and umask.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "flotilla.h"
#include "lock.h"
#include "names.h"
#include "procfs.h"
#include "state.h"
#include "thread.h"

extern int flotilla_host_chdir(const char *);
extern int flotilla_host_fchdir(int);
extern int flotilla_host_openat64(int, const char *, int, ...);
extern int flotilla_host_close(int);
extern int flotilla_host_fcntl64(int, int, ...);
extern mode_t flotilla_host_umask(mode_t);

static struct flotilla_lock lock;

/* Whether the directory's descriptor is the rank's, not that of its program's start directory. */
static bool own_folder;

uint64_t flotilla_state_number(void) {
    static uint32_t changes;
    return ((uint64_t)(uint32_t)flotilla_control->world_rank + 1) << 32 | __atomic_add_fetch(&changes, 1, __ATOMIC_RELAXED);
}

int flotilla_state_enter(void) {
    flotilla_trap(FLOTILLA_OP_STATE);
    return flotilla_here()->state_error;
}

/* For all threads of the rank: others follow when they are resumed next. */
static int enter(int folder, uint64_t number, uint32_t mask) {
    struct flotilla_control *control;
    for (uint64_t i = 0; (control = flotilla_thread_control(i)) != NULL; i++) {
        control->state_folder = folder;
        control->state_folder_number = number;
        control->state_umask = mask;
        __atomic_store_n(&control->state, flotilla_state_number(), __ATOMIC_RELEASE);
    }
    return flotilla_state_enter();
}

/* Takes the descriptor. */
static int move_to(int folder) {
    static int older; /* what another thread may be about to enter */
    struct flotilla_control *control = flotilla_control;
    if (folder < 0) return -1;
    flotilla_lock(&lock);
    int old = control->state_folder;
    uint64_t old_number = control->state_folder_number;
    int error = enter(folder, flotilla_state_number(), control->state_umask);
    if (error != 0) {
        enter(old, old_number, control->state_umask);
        flotilla_host_close(folder);
    } else {
        if (older > 0) flotilla_host_close(older);
        older = own_folder ? old : 0;
        if (older > 0 && !flotilla_control->threaded) {
            flotilla_host_close(older);
            older = 0;
        }
        own_folder = true;
    }
    flotilla_unlock(&lock);
    if (error == 0) return 0;
    errno = error;
    return -1;
}

int flotilla_chdir(const char *path) {
    char local[PATH_MAX];
    path = flotilla_proc_path(path, local);
    if (flotilla_control->in_forked_child) return flotilla_host_chdir(path);
    return move_to(flotilla_host_openat64(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC));
}

int flotilla_fchdir(int fd) {
    int host = flotilla_fd_host(fd);
    if (host < 0) return -1;
    if (flotilla_control->in_forked_child) return flotilla_host_fchdir(host);
    struct stat status;
    if (flotilla_fd_stat(fd, &status) != 0) return -1;
    if (!S_ISDIR(status.st_mode)) {
        errno = ENOTDIR;
        return -1;
    }
    return move_to(flotilla_host_fcntl64(host, F_DUPFD_CLOEXEC, 3));
}

mode_t flotilla_umask(mode_t mask) {
    if (flotilla_control->in_forked_child) return flotilla_host_umask(mask);
    struct flotilla_control *control = flotilla_control;
    flotilla_lock(&lock);
    mode_t old = control->state_umask & 0777;
    if (control->state_umask == 0) {
        old = flotilla_host_umask(077);
        flotilla_host_umask(old);
    }
    int saved = errno;
    enter(control->state_folder, control->state_folder_number, FLOTILLA_CB_STATE_UMASK_SET | (mask & 0777));
    errno = saved;
    flotilla_unlock(&lock);
    return old;
}

FLOTILLA_NAMES(flotilla_chdir, chdir)
FLOTILLA_NAMES(flotilla_fchdir, fchdir)
FLOTILLA_NAMES(flotilla_umask, umask)
