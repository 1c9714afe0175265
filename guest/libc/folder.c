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
#include "names.h"
#include "procfs.h"
#include "state.h"

extern int flotilla_host_chdir(const char *);
extern int flotilla_host_fchdir(int);
extern int flotilla_host_openat64(int, const char *, int, ...);
extern int flotilla_host_close(int);
extern int flotilla_host_fcntl64(int, int, ...);
extern mode_t flotilla_host_umask(mode_t);

/* Whether the directory's descriptor is the rank's, not that of its program's start directory. */
static bool own_folder;

uint64_t flotilla_state_number(void) {
    static uint32_t changes;
    return ((uint64_t)(uint32_t)flotilla_control->world_rank + 1) << 32 | ++changes;
}

int flotilla_state_enter(void) {
    flotilla_trap(FLOTILLA_OP_STATE);
    return flotilla_control->state_error;
}

static int enter(int folder, uint64_t number) {
    flotilla_control->state_folder = folder;
    flotilla_control->state_folder_number = number;
    flotilla_control->state = flotilla_state_number();
    return flotilla_state_enter();
}

/* Takes the descriptor. */
static int move_to(int folder) {
    if (folder < 0) return -1;
    int old = flotilla_control->state_folder;
    uint64_t old_number = flotilla_control->state_folder_number;
    int error = enter(folder, flotilla_state_number());
    if (error != 0) {
        enter(old, old_number);
        flotilla_host_close(folder);
        errno = error;
        return -1;
    }
    if (own_folder) flotilla_host_close(old);
    own_folder = true;
    return 0;
}

int flotilla_chdir(const char *path) {
    char local[PATH_MAX];
    path = flotilla_proc_path(path, local);
    if (flotilla_in_forked_child) return flotilla_host_chdir(path);
    return move_to(flotilla_host_openat64(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC));
}

int flotilla_fchdir(int fd) {
    int host = flotilla_fd_host(fd);
    if (host < 0) return -1;
    if (flotilla_in_forked_child) return flotilla_host_fchdir(host);
    struct stat status;
    if (flotilla_fd_stat(fd, &status) != 0) return -1;
    if (!S_ISDIR(status.st_mode)) {
        errno = ENOTDIR;
        return -1;
    }
    return move_to(flotilla_host_fcntl64(host, F_DUPFD_CLOEXEC, 3));
}

mode_t flotilla_umask(mode_t mask) {
    if (flotilla_in_forked_child) return flotilla_host_umask(mask);
    struct flotilla_control *control = flotilla_control;
    mode_t old = control->state_umask & 0777;
    if (control->state_umask == 0) {
        old = flotilla_host_umask(077);
        flotilla_host_umask(old);
    }
    control->state_umask = FLOTILLA_CB_STATE_UMASK_SET | (mask & 0777);
    control->state = flotilla_state_number();
    int saved = errno;
    flotilla_state_enter();
    errno = saved;
    return old;
}

FLOTILLA_NAMES(flotilla_chdir, chdir)
FLOTILLA_NAMES(flotilla_fchdir, fchdir)
FLOTILLA_NAMES(flotilla_umask, umask)
