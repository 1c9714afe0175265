/*
 * Processes that a rank starts, and what it asks about its own. Children are ordinary processes with the rank's
 * environment, standard streams and signal mask; waiting for one gives the PE away.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"
#include "environment.h"
#include "flotilla.h"
#include "heap.h"
#include "names.h"
#include "process.h"
#include "procfs.h"
#include "signals.h"
#include "sleep.h"

extern char **__environ;

extern pid_t flotilla_host_fork(void);
extern pid_t flotilla_host_wait4(pid_t, int *, int, struct rusage *);
extern int flotilla_host_waitid(idtype_t, id_t, siginfo_t *, int);
extern int flotilla_host_execve(const char *, char *const *, char *const *);
extern int flotilla_host_execvpe(const char *, char *const *, char *const *);
extern int flotilla_host_fexecve(int, char *const *, char *const *);
extern int flotilla_host_posix_spawn(pid_t *, const char *, const posix_spawn_file_actions_t *,
                                     const posix_spawnattr_t *, char *const *, char *const *);
extern int flotilla_host_posix_spawnp(pid_t *, const char *, const posix_spawn_file_actions_t *,
                                      const posix_spawnattr_t *, char *const *, char *const *);

static void note_child(pid_t child);

/* ---- fork ---- */

struct fork_handler {
    struct fork_handler *older, *newer;
    void (*prepare)(void), (*parent)(void), (*child)(void);
};

static struct fork_handler *newest_handler, *oldest_handler;

int flotilla_register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void), void *image) {
    (void)image;
    struct fork_handler *handler = flotilla_malloc(sizeof *handler);
    if (handler == NULL) return ENOMEM;
    *handler = (struct fork_handler){newest_handler, NULL, prepare, parent, child};
    if (newest_handler != NULL) newest_handler->newer = handler;
    if (oldest_handler == NULL) oldest_handler = handler;
    newest_handler = handler;
    return 0;
}

int flotilla_pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void)) {
    return flotilla_register_atfork(prepare, parent, child, NULL);
}

pid_t flotilla_fork(void) {
    for (struct fork_handler *handler = newest_handler; handler != NULL; handler = handler->older) {
        if (handler->prepare != NULL) handler->prepare();
    }
    pid_t child = flotilla_host_fork();
    if (child == 0 && !flotilla_in_forked_child) {
        flotilla_in_forked_child = 1;
        /* However the job ends, the child does not outlive it. PEs, whose thread the parent is here, live as long as the job. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        flotilla_fd_detach();
        flotilla_signals_detach();
    }
    int error = errno;
    if (child > 0 && !flotilla_in_forked_child) note_child(child);
    for (struct fork_handler *handler = oldest_handler; handler != NULL; handler = handler->newer) {
        void (*function)(void) = child == 0 ? handler->child : handler->parent;
        if (function != NULL) function();
    }
    errno = error;
    return child;
}

/* ---- Waiting ----
 * The kernel knows the process's children only. A rank that waits for any child means its own. */

static pid_t *children;
static size_t child_count, child_room;

/* Without memory to note it the child can be waited for by its number only. */
static void note_child(pid_t child) {
    if (child_count == child_room) {
        size_t room = child_room == 0 ? 16 : 2 * child_room;
        pid_t *larger = flotilla_realloc(children, room * sizeof *larger);
        if (larger == NULL) return;
        children = larger;
        child_room = room;
    }
    children[child_count++] = child;
}

static void forget_child(pid_t child) {
    for (size_t i = 0; i < child_count; i++) {
        if (children[i] == child) {
            children[i] = children[--child_count];
            return;
        }
    }
}

/* group: 0 for every child, otherwise the children of that process group. */
static bool is_meant(pid_t child, pid_t group) {
    return group == 0 || getpgid(child) == group;
}

/* Asks once about one child of several, as wait4 with WNOHANG does. */
static pid_t wait_any(pid_t group, int *status, int options, struct rusage *usage) {
    bool any = false;
    for (size_t i = 0; i < child_count;) {
        pid_t child = children[i];
        if (!is_meant(child, group)) {
            i++;
            continue;
        }
        int how;
        pid_t found = flotilla_host_wait4(child, &how, options | WNOHANG, usage);
        if (found == child) {
            if (WIFEXITED(how) || WIFSIGNALED(how)) forget_child(child);
            if (status != NULL) *status = how;
            return child;
        }
        if (found < 0) {
            forget_child(child);
            continue;
        }
        any = true;
        i++;
    }
    if (any) return 0;
    errno = ECHILD;
    return -1;
}

static pid_t wait_once(pid_t process, int *status, int options, struct rusage *usage) {
    if (process == -1) return wait_any(0, status, options, usage);
    if (process <= 0) return wait_any(process == 0 ? getpgrp() : -process, status, options, usage);
    int how;
    pid_t found = flotilla_host_wait4(process, &how, options | WNOHANG, usage);
    if (found == process) {
        if (WIFEXITED(how) || WIFSIGNALED(how)) forget_child(process);
        if (status != NULL) *status = how;
    }
    return found;
}

pid_t flotilla_wait4(pid_t process, int *status, int options, struct rusage *usage) {
    if (flotilla_in_forked_child) return flotilla_host_wait4(process, status, options, usage);
    int64_t pause = 0;
    for (;;) {
        pid_t found = wait_once(process, status, options, usage);
        if (found != 0 || (options & WNOHANG) != 0) return found;
        pause = flotilla_next_pause(pause);
        flotilla_sleep_for(pause);
    }
}

pid_t flotilla_waitpid(pid_t process, int *status, int options) {
    return flotilla_wait4(process, status, options, NULL);
}

pid_t flotilla_wait3(int *status, int options, struct rusage *usage) {
    return flotilla_wait4(-1, status, options, usage);
}

pid_t flotilla_wait(int *status) {
    return flotilla_wait4(-1, status, 0, NULL);
}

static bool has_ended(const siginfo_t *info) {
    return info->si_code == CLD_EXITED || info->si_code == CLD_KILLED || info->si_code == CLD_DUMPED;
}

static int waitid_once(idtype_t type, id_t id, siginfo_t *info, int options) {
    info->si_pid = 0;
    if (type != P_ALL && type != P_PGID) {
        int result = flotilla_host_waitid(type, id, info, options | WNOHANG);
        if (result == 0 && info->si_pid != 0 && (options & WNOWAIT) == 0 && has_ended(info)) forget_child(info->si_pid);
        return result;
    }
    pid_t group = type == P_ALL ? 0 : id == 0 ? getpgrp() : (pid_t)id;
    bool any = false;
    for (size_t i = 0; i < child_count;) {
        pid_t child = children[i];
        if (!is_meant(child, group)) {
            i++;
            continue;
        }
        if (flotilla_host_waitid(P_PID, (id_t)child, info, options | WNOHANG) != 0) {
            if (errno != ECHILD) return -1;
            forget_child(child);
            continue;
        }
        if (info->si_pid != 0) {
            if ((options & WNOWAIT) == 0 && has_ended(info)) forget_child(child);
            return 0;
        }
        any = true;
        i++;
    }
    if (any) return 0;
    errno = ECHILD;
    return -1;
}

int flotilla_waitid(idtype_t type, id_t id, siginfo_t *info, int options) {
    if (flotilla_in_forked_child) return flotilla_host_waitid(type, id, info, options);
    siginfo_t own;
    if (info == NULL) info = &own;
    int64_t pause = 0;
    for (;;) {
        int result = waitid_once(type, id, info, options);
        if (result != 0 || info->si_pid != 0 || (options & WNOHANG) != 0) return result;
        pause = flotilla_next_pause(pause);
        flotilla_sleep_for(pause);
    }
}

/* ---- exec: in a child only; in the rank it would replace the host with all other ranks ---- */

static bool refuse_exec(void) {
    if (flotilla_in_forked_child) return false;
    errno = ENOTSUP;
    return true;
}

/* The file that a name without a slash means, found through the rank's PATH (the host's libc would ask the host's): the
 * name itself when it has one, NULL and errno when there is none. The buffer has PATH_MAX bytes. */
static const char *find_in_path(const char *file, char *buffer) {
    if (strchr(file, '/') != NULL || *file == '\0') return flotilla_proc_path(file, buffer);
    const char *folders = flotilla_getenv("PATH");
    if (folders == NULL) folders = "/bin:/usr/bin";
    int error = ENOENT;
    for (const char *end; folders != NULL; folders = end == NULL ? NULL : end + 1) {
        end = strchr(folders, ':');
        int length = end == NULL ? (int)strlen(folders) : (int)(end - folders);
        if (snprintf(buffer, PATH_MAX, "%.*s%s%s", length, folders, length == 0 ? "./" : "/", file) >= PATH_MAX) continue;
        struct stat status;
        if (stat(buffer, &status) != 0 || !S_ISREG(status.st_mode)) continue;
        if (access(buffer, X_OK) == 0) return buffer;
        error = errno;
    }
    errno = error;
    return NULL;
}

int flotilla_execve(const char *path, char *const *arguments, char *const *environment) {
    char local[PATH_MAX];
    return refuse_exec() ? -1 : flotilla_host_execve(flotilla_proc_path(path, local), arguments, environment);
}

int flotilla_execv(const char *path, char *const *arguments) {
    return flotilla_execve(path, arguments, __environ);
}

int flotilla_execvpe(const char *file, char *const *arguments, char *const *environment) {
    char path[PATH_MAX];
    if (refuse_exec() || (file = find_in_path(file, path)) == NULL) return -1;
    return flotilla_host_execvpe(file, arguments, environment);
}

int flotilla_execvp(const char *file, char *const *arguments) {
    return flotilla_execvpe(file, arguments, __environ);
}

int flotilla_fexecve(int fd, char *const *arguments, char *const *environment) {
    return refuse_exec() ? -1 : flotilla_host_fexecve(flotilla_fd_host(fd), arguments, environment);
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
    flotilla_execve(path, arguments, __environ);
    flotilla_free(arguments);
    return -1;
}

int flotilla_execlp(const char *file, const char *first, ...) {
    va_list rest;
    va_start(rest, first);
    char **arguments = gather(first, &rest, NULL);
    va_end(rest);
    if (arguments == NULL) return -1;
    flotilla_execvpe(file, arguments, __environ);
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

/* ---- posix_spawn (popen and system stand with stdio) ---- */

/* PEs block all signals; the child gets the rank's mask, and default actions for what the JVM ignores. */
static void complete_attributes(posix_spawnattr_t *attributes) {
    short flags;
    posix_spawnattr_getflags(attributes, &flags);
    if ((flags & POSIX_SPAWN_SETSIGMASK) == 0) {
        sigset_t mask;
        flotilla_change_mask(SIG_BLOCK, NULL, &mask);
        posix_spawnattr_setsigmask(attributes, &mask);
        flags |= POSIX_SPAWN_SETSIGMASK;
    }
    if ((flags & POSIX_SPAWN_SETSIGDEF) == 0) {
        sigset_t all;
        sigfillset(&all);
        posix_spawnattr_setsigdefault(attributes, &all);
        flags |= POSIX_SPAWN_SETSIGDEF;
    }
    posix_spawnattr_setflags(attributes, flags);
}

typedef int (*spawn_function)(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,
                              char *const *, char *const *);

static int spawn(spawn_function function, pid_t *answer, const char *path, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *given, char *const *arguments, char *const *environment) {
    if (flotilla_in_forked_child) return function(answer, path, actions, given, arguments, environment);
    pid_t process;
    posix_spawnattr_t attributes;
    if (given == NULL) {
        posix_spawnattr_init(&attributes);
    } else {
        attributes = *given;
    }
    complete_attributes(&attributes);
    int error = 0;
    if (actions != NULL) {
        error = function(&process, path, actions, &attributes, arguments, environment);
    } else {
        posix_spawn_file_actions_t own;
        error = posix_spawn_file_actions_init(&own);
        if (error != 0) return error;
        error = flotilla_fd_spawn_actions(&own) == 0 ? 0 : errno;
        if (error == 0) error = function(&process, path, &own, &attributes, arguments, environment);
        posix_spawn_file_actions_destroy(&own);
    }
    if (error != 0) return error;
    note_child(process);
    if (answer != NULL) *answer = process;
    return 0;
}

int flotilla_posix_spawn(pid_t *process, const char *path, const posix_spawn_file_actions_t *actions,
                         const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment) {
    char local[PATH_MAX];
    return spawn(flotilla_host_posix_spawn, process, flotilla_proc_path(path, local), actions, attributes, arguments, environment);
}

int flotilla_posix_spawnp(pid_t *process, const char *file, const posix_spawn_file_actions_t *actions,
                          const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment) {
    char path[PATH_MAX];
    file = find_in_path(file, path);
    if (file == NULL) return errno;
    return spawn(flotilla_host_posix_spawnp, process, file, actions, attributes, arguments, environment);
}

FLOTILLA_NAMES(flotilla_register_atfork, __register_atfork)
FLOTILLA_NAMES(flotilla_pthread_atfork, pthread_atfork)
FLOTILLA_NAMES(flotilla_fork, fork, __fork, vfork, __vfork, _Fork)
FLOTILLA_NAMES(flotilla_wait, wait, __wait)
FLOTILLA_NAMES(flotilla_waitpid, waitpid, __waitpid)
FLOTILLA_NAMES(flotilla_wait3, wait3)
FLOTILLA_NAMES(flotilla_wait4, wait4)
FLOTILLA_NAMES(flotilla_waitid, waitid)
FLOTILLA_NAMES(flotilla_execve, execve)
FLOTILLA_NAMES(flotilla_execv, execv)
FLOTILLA_NAMES(flotilla_execvpe, execvpe)
FLOTILLA_NAMES(flotilla_execvp, execvp)
FLOTILLA_NAMES(flotilla_execl, execl)
FLOTILLA_NAMES(flotilla_execlp, execlp)
FLOTILLA_NAMES(flotilla_execle, execle)
FLOTILLA_NAMES(flotilla_fexecve, fexecve)
FLOTILLA_NAMES(flotilla_posix_spawn, posix_spawn)
FLOTILLA_NAMES(flotilla_posix_spawnp, posix_spawnp)
