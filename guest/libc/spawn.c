/*
 * posix_spawn and the exec functions. File actions are kept here, on the rank's heap, and made the host's when a child is
 * started: what gives it the rank's descriptors must come first. Programs are looked for along the rank's PATH.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "environment.h"
#include "exit.h"
#include "fd.h"
#include "flotilla.h"
#include "heap.h"
#include "names.h"
#include "process.h"
#include "procfs.h"
#include "signals.h"
#include "sleep.h"


extern int flotilla_host_execve(const char *, char *const *, char *const *);
extern int flotilla_host_fexecve(int, char *const *, char *const *);
extern int flotilla_host_posix_spawn(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,
                                     char *const *, char *const *);
extern int flotilla_host_posix_spawn_file_actions_init(posix_spawn_file_actions_t *);
extern int flotilla_host_posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *);
extern int flotilla_host_posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *, int, const char *, int, mode_t);
extern int flotilla_host_posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *, int);
extern int flotilla_host_posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *, int, int);
extern int flotilla_host_posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
extern int flotilla_host_posix_spawn_file_actions_addfchdir_np(posix_spawn_file_actions_t *, int);
extern int flotilla_host_posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
extern int flotilla_host_posix_spawn_file_actions_addtcsetpgrp_np(posix_spawn_file_actions_t *, int);
extern pid_t flotilla_host_wait4(pid_t, int *, int, struct rusage *);

/* ---- File actions ---- */

enum action_kind { OPEN, CLOSE, DUP2, CHDIR, FCHDIR, CLOSE_FROM, SET_TERMINAL_GROUP };

struct action {
    enum action_kind kind;
    int fd, other; /* of OPEN: flags */
    mode_t mode;
    char *path;
};

/* The members of glibc's structure, with actions of ours. */
static struct action *actions_of(const posix_spawn_file_actions_t *list) {
    return (struct action *)list->__actions;
}

static int add(posix_spawn_file_actions_t *list, struct action action, const char *path) {
    if (action.fd < 0) return EBADF;
    if (list->__used == list->__allocated) {
        int room = list->__allocated == 0 ? 8 : 2 * list->__allocated;
        struct action *larger = flotilla_realloc(actions_of(list), (size_t)room * sizeof *larger);
        if (larger == NULL) return ENOMEM;
        list->__actions = (struct __spawn_action *)larger;
        list->__allocated = room;
    }
    if (path != NULL) {
        size_t size = strlen(path) + 1;
        action.path = flotilla_malloc(size);
        if (action.path == NULL) return ENOMEM;
        memcpy(action.path, path, size);
    }
    actions_of(list)[list->__used++] = action;
    return 0;
}

int flotilla_file_actions_init(posix_spawn_file_actions_t *list) {
    memset(list, 0, sizeof *list);
    return 0;
}

int flotilla_file_actions_destroy(posix_spawn_file_actions_t *list) {
    for (int i = 0; i < list->__used; i++) flotilla_free(actions_of(list)[i].path);
    flotilla_free(actions_of(list));
    memset(list, 0, sizeof *list);
    return 0;
}

int flotilla_file_actions_addopen(posix_spawn_file_actions_t *list, int fd, const char *path, int flags, mode_t mode) {
    return add(list, (struct action){OPEN, fd, flags, mode, NULL}, path);
}

int flotilla_file_actions_addclose(posix_spawn_file_actions_t *list, int fd) {
    return add(list, (struct action){CLOSE, fd, 0, 0, NULL}, NULL);
}

int flotilla_file_actions_adddup2(posix_spawn_file_actions_t *list, int fd, int other) {
    return other < 0 ? EBADF : add(list, (struct action){DUP2, fd, other, 0, NULL}, NULL);
}

int flotilla_file_actions_addchdir(posix_spawn_file_actions_t *list, const char *path) {
    return add(list, (struct action){CHDIR, 0, 0, 0, NULL}, path);
}

int flotilla_file_actions_addfchdir(posix_spawn_file_actions_t *list, int fd) {
    return add(list, (struct action){FCHDIR, fd, 0, 0, NULL}, NULL);
}

int flotilla_file_actions_addclosefrom(posix_spawn_file_actions_t *list, int fd) {
    return add(list, (struct action){CLOSE_FROM, fd, 0, 0, NULL}, NULL);
}

int flotilla_file_actions_addtcsetpgrp(posix_spawn_file_actions_t *list, int fd) {
    return add(list, (struct action){SET_TERMINAL_GROUP, fd, 0, 0, NULL}, NULL);
}

static int pass(const struct action *action, posix_spawn_file_actions_t *host) {
    switch (action->kind) {
    case OPEN:
        return flotilla_host_posix_spawn_file_actions_addopen(host, action->fd, action->path, action->other, action->mode);
    case CLOSE: return flotilla_host_posix_spawn_file_actions_addclose(host, action->fd);
    case DUP2: return flotilla_host_posix_spawn_file_actions_adddup2(host, action->fd, action->other);
    case CHDIR: return flotilla_host_posix_spawn_file_actions_addchdir_np(host, action->path);
    case FCHDIR: return flotilla_host_posix_spawn_file_actions_addfchdir_np(host, action->fd);
    case CLOSE_FROM: return flotilla_host_posix_spawn_file_actions_addclosefrom_np(host, action->fd);
    case SET_TERMINAL_GROUP: return flotilla_host_posix_spawn_file_actions_addtcsetpgrp_np(host, action->fd);
    }
    return EINVAL;
}

/* ---- posix_spawn ---- */

/* PEs block all signals; the child gets the rank's mask, and default actions for what the JVM ignores but for what the rank
 * itself ignores. */
static void complete_attributes(posix_spawnattr_t *attributes) {
    short flags;
    posix_spawnattr_getflags(attributes, &flags);
    if ((flags & POSIX_SPAWN_SETSIGMASK) == 0) {
        sigset_t mask;
        flotilla_change_mask(SIG_BLOCK, NULL, &mask);
        posix_spawnattr_setsigmask(attributes, &mask);
        flags |= POSIX_SPAWN_SETSIGMASK;
    }
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_setsigdefault(attributes, &all);
    flags |= POSIX_SPAWN_SETSIGDEF;
    posix_spawnattr_setflags(attributes, flags);
}

int flotilla_spawn(pid_t *process, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *given,
                   char *const *arguments, char *const *environment) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t host;
    char local[PATH_MAX];
    if (given != NULL) {
        attributes = *given;
    } else {
        posix_spawnattr_init(&attributes);
    }
    int error = flotilla_host_posix_spawn_file_actions_init(&host);
    if (error != 0) return error;
    if (!flotilla_control->in_forked_child) {
        complete_attributes(&attributes);
        error = flotilla_fd_spawn_actions(&host) == 0 ? 0 : errno;
    }
    for (int i = 0; actions != NULL && i < actions->__used && error == 0; i++) error = pass(&actions_of(actions)[i], &host);
    if (error == 0) error = flotilla_host_posix_spawn(process, flotilla_proc_path(path, local), &host, &attributes, arguments, environment);
    flotilla_host_posix_spawn_file_actions_destroy(&host);
    return error;
}

int flotilla_posix_spawn(pid_t *answer, const char *path, const posix_spawn_file_actions_t *actions,
                         const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment) {
    pid_t process;
    int error = flotilla_spawn(&process, path, actions, attributes, arguments, environment);
    if (error != 0) return error;
    if (!flotilla_control->in_forked_child) flotilla_note_child(process, false);
    if (answer != NULL) *answer = process;
    return 0;
}

/* ---- Looking for programs ---- */

static bool is_program(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* The file that exec would find along PATH, in `found`; 0, or an errno. */
static int look_for(const char *file, char found[PATH_MAX]) {
    if (*file == '\0') return ENOENT;
    size_t length = strlen(file);
    if (length >= PATH_MAX) return ENAMETOOLONG;
    if (strchr(file, '/') != NULL) {
        memcpy(found, file, length + 1);
        return 0;
    }
    const char *folders = flotilla_getenv("PATH");
    if (folders == NULL) folders = "/bin:/usr/bin";
    bool denied = false;
    for (const char *end;; folders = end + 1) {
        end = strchrnul(folders, ':');
        size_t folder = (size_t)(end - folders);
        if (folder + 1 + length < PATH_MAX) {
            memcpy(found, folders, folder);
            if (folder > 0) found[folder++] = '/';
            memcpy(found + folder, file, length + 1);
            if (is_program(found)) return 0;
            denied |= access(found, F_OK) == 0;
        }
        if (*end == '\0') return denied ? EACCES : ENOENT;
    }
}

int flotilla_posix_spawnp(pid_t *process, const char *file, const posix_spawn_file_actions_t *actions,
                          const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment) {
    char path[PATH_MAX];
    int error = look_for(file, path);
    return error != 0 ? error : flotilla_posix_spawn(process, path, actions, attributes, arguments, environment);
}

/* ---- exec ----
 * In the rank it would replace the host with all other ranks. The program runs as a child instead, which gets what a new image
 * keeps, while the rank waits; then the rank ends as it did. */

static int become(const char *path, char *const *arguments, char *const *environment) {
    pid_t child;
    int error = flotilla_spawn(&child, path, NULL, NULL, arguments, environment);
    if (error != 0) {
        errno = error;
        return -1;
    }
    /* Handlers and timers went with the image. */
    sigset_t all;
    sigfillset(&all);
    flotilla_change_mask(SIG_SETMASK, &all, NULL);
    int status = 0;
    for (int64_t pause = 0; flotilla_host_wait4(child, &status, WNOHANG, NULL) == 0;) {
        pause = flotilla_next_pause(pause);
        flotilla_sleep_for(pause);
    }
    if (WIFSIGNALED(status)) {
        char text[PATH_MAX + 64];
        snprintf(text, sizeof text, "%s, which it executed, was killed by signal %d (%s)", path, WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
        for (;;) flotilla_trap2(FLOTILLA_OP_ABORT, (long)text, WTERMSIG(status));
    }
    flotilla__exit(WEXITSTATUS(status));
}

int flotilla_execve(const char *path, char *const *arguments, char *const *environment) {
    char local[PATH_MAX];
    return (flotilla_control->in_forked_child ? flotilla_host_execve : become)(flotilla_proc_path(path, local), arguments, environment);
}

int flotilla_execv(const char *path, char *const *arguments) {
    return flotilla_execve(path, arguments, *flotilla_environment());
}

int flotilla_execvpe(const char *file, char *const *arguments, char *const *environment) {
    char path[PATH_MAX];
    int error = look_for(file, path);
    if (error != 0) {
        errno = error;
        return -1;
    }
    flotilla_execve(path, arguments, environment);
    if (errno != ENOEXEC) return -1;
    /* A script without #!. */
    size_t count = 0;
    while (arguments[count] != NULL) count++;
    char *shell[count + 3];
    shell[0] = (char *)"/bin/sh";
    shell[1] = path;
    for (size_t i = 1; i <= count; i++) shell[i + 1] = arguments[i];
    shell[count + 1] = NULL;
    return flotilla_execve(shell[0], shell, environment);
}

int flotilla_execvp(const char *file, char *const *arguments) {
    return flotilla_execvpe(file, arguments, *flotilla_environment());
}

int flotilla_fexecve(int fd, char *const *arguments, char *const *environment) {
    int host = flotilla_fd_host(fd);
    if (host < 0) return -1;
    if (flotilla_control->in_forked_child) return flotilla_host_fexecve(host, arguments, environment);
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", host);
    return become(path, arguments, environment);
}

/* The arguments of execl and its kin as an array on the heap; with the environment that may follow them. */
static char **gather(const char *first, va_list *rest, char *const **environment) {
    va_list counting;
    size_t count = 1;
    va_copy(counting, *rest);
    while (first != NULL && va_arg(counting, char *) != NULL) count++;
    va_end(counting);
    char **array = flotilla_malloc((count + 1) * sizeof *array);
    if (array == NULL) return NULL;
    array[0] = (char *)first;
    for (size_t i = 1; first != NULL && i <= count; i++) array[i] = va_arg(*rest, char *);
    if (environment != NULL) *environment = va_arg(*rest, char *const *);
    return array;
}

int flotilla_execl(const char *path, const char *first, ...) {
    va_list rest;
    va_start(rest, first);
    char **arguments = gather(first, &rest, NULL);
    va_end(rest);
    if (arguments == NULL) return -1;
    flotilla_execve(path, arguments, *flotilla_environment());
    flotilla_free(arguments);
    return -1;
}

int flotilla_execlp(const char *file, const char *first, ...) {
    va_list rest;
    va_start(rest, first);
    char **arguments = gather(first, &rest, NULL);
    va_end(rest);
    if (arguments == NULL) return -1;
    flotilla_execvpe(file, arguments, *flotilla_environment());
    flotilla_free(arguments);
    return -1;
}

int flotilla_execle(const char *path, const char *first, ...) {
    va_list rest;
    char *const *environment = NULL;
    va_start(rest, first);
    char **arguments = gather(first, &rest, &environment);
    va_end(rest);
    if (arguments == NULL) return -1;
    flotilla_execve(path, arguments, environment);
    flotilla_free(arguments);
    return -1;
}

FLOTILLA_NAMES(flotilla_file_actions_init, posix_spawn_file_actions_init)
FLOTILLA_NAMES(flotilla_file_actions_destroy, posix_spawn_file_actions_destroy)
FLOTILLA_NAMES(flotilla_file_actions_addopen, posix_spawn_file_actions_addopen)
FLOTILLA_NAMES(flotilla_file_actions_addclose, posix_spawn_file_actions_addclose)
FLOTILLA_NAMES(flotilla_file_actions_adddup2, posix_spawn_file_actions_adddup2)
FLOTILLA_NAMES(flotilla_file_actions_addchdir, posix_spawn_file_actions_addchdir_np, posix_spawn_file_actions_addchdir)
FLOTILLA_NAMES(flotilla_file_actions_addfchdir, posix_spawn_file_actions_addfchdir_np, posix_spawn_file_actions_addfchdir)
FLOTILLA_NAMES(flotilla_file_actions_addclosefrom, posix_spawn_file_actions_addclosefrom_np)
FLOTILLA_NAMES(flotilla_file_actions_addtcsetpgrp, posix_spawn_file_actions_addtcsetpgrp_np)
FLOTILLA_NAMES(flotilla_posix_spawn, posix_spawn)
FLOTILLA_NAMES(flotilla_posix_spawnp, posix_spawnp)
FLOTILLA_NAMES(flotilla_execve, execve)
FLOTILLA_NAMES(flotilla_execv, execv)
FLOTILLA_NAMES(flotilla_execvpe, execvpe)
FLOTILLA_NAMES(flotilla_execvp, execvp)
FLOTILLA_NAMES(flotilla_execl, execl)
FLOTILLA_NAMES(flotilla_execlp, execlp)
FLOTILLA_NAMES(flotilla_execle, execle)
FLOTILLA_NAMES(flotilla_fexecve, fexecve)
