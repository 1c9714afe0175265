/*
 * Processes that a rank starts, and what it asks about its own. Children are ordinary processes with the rank's
 * environment, standard streams and signal mask; waiting for one gives the PE away.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exit.h"
#include "fd.h"
#include "flotilla.h"
#include "heap.h"
#include "lock.h"
#include "names.h"
#include "process.h"
#include "signals.h"
#include "sleep.h"
#include "thread.h"

extern pid_t flotilla_host_fork(void);
extern pid_t flotilla_host_wait4(pid_t, int *, int, struct rusage *);
extern int flotilla_host_waitid(idtype_t, id_t, siginfo_t *, int);
extern pid_t flotilla_host_setsid(void);
extern pid_t flotilla_host_getsid(pid_t);
extern pid_t flotilla_host_getpgid(pid_t);
extern int flotilla_host_setpgid(pid_t, pid_t);

struct child {
    pid_t process;
    bool silent; /* its end has been told by SIGCHLD, or is not to be */
};

static struct child *children;
/* How many: flotilla.migrate.Departure. */
FLOTILLA_EXPORT size_t flotilla_children;
#define child_count flotilla_children
static size_t child_room;
static int64_t look_pause;
FLOTILLA_FORK_LOCK(children_lock);

/* ---- fork ---- */

FLOTILLA_FORK_LOCK(handlers_lock);

struct fork_handler {
    struct fork_handler *older, *newer;
    void (*prepare)(void), (*parent)(void), (*child)(void);
};

static struct fork_handler *newest_handler, *oldest_handler;

int flotilla_register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void), void *image) {
    (void)image;
    struct fork_handler *handler = flotilla_malloc(sizeof *handler);
    if (handler == NULL) return ENOMEM;
    flotilla_lock(&handlers_lock);
    *handler = (struct fork_handler){newest_handler, NULL, prepare, parent, child};
    if (newest_handler != NULL) newest_handler->newer = handler;
    if (oldest_handler == NULL) oldest_handler = handler;
    newest_handler = handler;
    flotilla_unlock(&handlers_lock);
    return 0;
}

int flotilla_pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void)) {
    return flotilla_register_atfork(prepare, parent, child, NULL);
}

pid_t flotilla_fork(void) {
    /* Those that are there now: one that another thread adds is not called for this fork. */
    flotilla_lock(&handlers_lock);
    struct fork_handler *const newest = newest_handler;
    flotilla_unlock(&handlers_lock);
    for (struct fork_handler *handler = newest; handler != NULL; handler = handler->older) {
        if (handler->prepare != NULL) handler->prepare();
    }
    /* What other threads hold would never be free in the child. */
    flotilla_stdio_before_fork();
    flotilla_locks_before_fork();
    flotilla_heap_before_fork();
    pid_t child = flotilla_host_fork();
    if (child == 0 && !flotilla_control->in_forked_child) {
        flotilla_control->in_forked_child = 1;
        /* However the job ends, the child does not outlive it. Threads that run ranks live as long as the job. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        child_count = 0;
        flotilla_fd_detach();
        flotilla_signals_detach();
    }
    int error = errno;
    flotilla_heap_after_fork();
    flotilla_locks_after_fork();
    flotilla_stdio_after_fork(child == 0);
    if (child > 0 && !flotilla_control->in_forked_child) flotilla_note_child(child, false);
    for (struct fork_handler *handler = newest == NULL ? NULL : oldest_handler; handler != NULL; handler = handler == newest ? NULL : handler->newer) {
        void (*function)(void) = child == 0 ? handler->child : handler->parent;
        if (function != NULL) function();
    }
    errno = error;
    return child;
}

/* The parent's process is the host's; the rank alone ends. */
int flotilla_daemon(int keep_directory, int keep_streams) {
    pid_t child = flotilla_fork();
    if (child < 0) return -1;
    if (child > 0) flotilla__exit(0);
    prctl(PR_SET_PDEATHSIG, 0); /* this one shall live on */
    if (flotilla_host_setsid() < 0) return -1;
    if (!keep_directory && chdir("/") < 0) return -1;
    if (!keep_streams) {
        int null = open("/dev/null", O_RDWR);
        if (null < 0) return -1;
        for (int fd = 0; fd < 3; fd++) dup2(null, fd);
        if (null > 2) close(null);
    }
    return 0;
}

/* ---- Sessions and process groups: a rank alone cannot leave the host's, so it only believes it did ---- */

static bool leads_session, leads_group;

pid_t flotilla_setsid(void) {
    if (flotilla_control->in_forked_child) return flotilla_host_setsid();
    if (leads_session || leads_group) {
        errno = EPERM;
        return -1;
    }
    leads_session = leads_group = true;
    return getpid();
}

static bool is_own(pid_t process) {
    return !flotilla_control->in_forked_child && (process == 0 || process == getpid());
}

int flotilla_setpgid(pid_t process, pid_t group) {
    if (!is_own(process)) return flotilla_host_setpgid(process, group == getpid() && !flotilla_control->in_forked_child ? getpgrp() : group);
    if (group < 0) {
        errno = EINVAL;
        return -1;
    }
    if (group == 0 || group == getpid()) leads_group = true;
    return 0;
}

int flotilla_setpgrp(void) {
    return flotilla_setpgid(0, 0);
}

pid_t flotilla_getsid(pid_t process) {
    return is_own(process) && leads_session ? getpid() : flotilla_host_getsid(process);
}

pid_t flotilla_getpgid(pid_t process) {
    return is_own(process) && leads_group ? getpid() : flotilla_host_getpgid(process);
}

pid_t flotilla_getpgrp(void) {
    return flotilla_getpgid(0);
}

/* ---- Waiting ----
 * The kernel knows the process's children only. A rank sees its own, whatever it asks for. */

void flotilla_note_child(pid_t process, bool silent) {
    flotilla_lock(&children_lock);
    if (child_count == child_room) {
        size_t room = child_room == 0 ? 16 : 2 * child_room;
        struct child *larger = flotilla_realloc(children, room * sizeof *larger);
        if (larger == NULL) {
            flotilla_unlock(&children_lock);
            return; /* nobody will wait for it */
        }
        children = larger;
        child_room = room;
    }
    children[child_count++] = (struct child){process, silent};
    look_pause = 0;
    flotilla_unlock(&children_lock);
    if (flotilla_is_caught(SIGCHLD) || flotilla_is_blocked(SIGCHLD)) flotilla_timers_arm();
}

static void forget_child(pid_t process) {
    for (size_t i = 0; i < child_count; i++) {
        if (children[i].process == process) {
            children[i] = children[--child_count];
            return;
        }
    }
}

static bool is_child(pid_t process) {
    for (size_t i = 0; i < child_count; i++) {
        if (children[i].process == process) return true;
    }
    return false;
}

/* The kernel tells the process, whose threads block SIGCHLD or belong to the JVM, so the rank looks by itself. */
int64_t flotilla_children_look(int64_t now) {
    if (!flotilla_is_caught(SIGCHLD) && !flotilla_is_blocked(SIGCHLD)) return 0;
    bool more = false;
    siginfo_t info;
    info.si_pid = 0;
    flotilla_lock(&children_lock);
    for (size_t i = 0; i < child_count; i++) {
        if (children[i].silent) continue;
        info.si_pid = 0;
        if (flotilla_host_waitid(P_PID, (id_t)children[i].process, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) {
            more = true;
            continue;
        }
        children[i].silent = true;
        /* The handler may wait for children and start new ones: look again soon. */
        more = true;
        look_pause = 0;
        break;
    }
    if (more) look_pause = look_pause >= 8000000 ? look_pause : look_pause < 500000 ? 500000 : 2 * look_pause;
    int64_t next = more ? now + look_pause : 0;
    flotilla_unlock(&children_lock);
    if (info.si_pid != 0) flotilla_send_signal(&info);
    return next;
}

/* Zombies that nobody will wait for, as the kernel reaps them when SIGCHLD is ignored; then there are no children. */
static void reap_ignored(void) {
    if (!flotilla_ignores_children()) return;
    flotilla_lock(&children_lock);
    for (size_t i = child_count; i-- > 0;) {
        pid_t process = children[i].process;
        pid_t found = flotilla_host_wait4(process, NULL, WNOHANG, NULL);
        if (found == process || found < 0) forget_child(process);
    }
    flotilla_unlock(&children_lock);
}

/* group: 0 for every child, otherwise the children of that process group. */
static bool is_meant(pid_t child, pid_t group) {
    return group == 0 || flotilla_host_getpgid(child) == group;
}

/* Asks once about one child of several, as wait4 with WNOHANG does. */
static pid_t wait_any(pid_t group, int *status, int options, struct rusage *usage) {
    bool any = false;
    for (size_t i = 0; i < child_count;) {
        pid_t child = children[i].process;
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

static pid_t wait_once_locked(pid_t process, int *status, int options, struct rusage *usage) {
    if (process > 0 && !is_child(process)) {
        errno = ECHILD;
        return -1;
    }
    if (process == -1) return wait_any(0, status, options, usage);
    if (process <= 0) return wait_any(process == 0 ? flotilla_host_getpgid(0) : -process, status, options, usage);
    int how;
    pid_t found = flotilla_host_wait4(process, &how, options | WNOHANG, usage);
    if (found == process) {
        if (WIFEXITED(how) || WIFSIGNALED(how)) forget_child(process);
        if (status != NULL) *status = how;
    }
    return found;
}

static pid_t wait_once(pid_t process, int *status, int options, struct rusage *usage) {
    flotilla_lock(&children_lock);
    pid_t found = wait_once_locked(process, status, options, usage);
    flotilla_unlock(&children_lock);
    return found;
}

/* Between two looks for children. False and EINTR when a handler has run that does not restart calls. */
static bool pause_for_children(int64_t *pause, unsigned long interruptions_before) {
    if (flotilla_interruptions() != interruptions_before) {
        errno = EINTR;
        return false;
    }
    *pause = flotilla_next_pause(*pause);
    flotilla_sleep_for(*pause);
    flotilla_testcancel();
    return true;
}

pid_t flotilla_wait4(pid_t process, int *status, int options, struct rusage *usage) {
    if (flotilla_control->in_forked_child) return flotilla_host_wait4(process, status, options, usage);
    int64_t pause = 0;
    unsigned long before = flotilla_interruptions();
    for (;;) {
        reap_ignored();
        pid_t found = wait_once(process, status, options, usage);
        if (found != 0 || (options & WNOHANG) != 0) return found;
        if (!pause_for_children(&pause, before)) return -1;
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

static int waitid_once_locked(idtype_t type, id_t id, siginfo_t *info, int options) {
    info->si_pid = 0;
    if (type == P_PID && !is_child((pid_t)id)) {
        errno = ECHILD;
        return -1;
    }
    if (type != P_ALL && type != P_PGID) {
        int result = flotilla_host_waitid(type, id, info, options | WNOHANG);
        if (result == 0 && info->si_pid != 0 && (options & WNOWAIT) == 0 && has_ended(info)) forget_child(info->si_pid);
        return result;
    }
    pid_t group = type == P_ALL ? 0 : id == 0 ? flotilla_host_getpgid(0) : (pid_t)id;
    bool any = false;
    for (size_t i = 0; i < child_count;) {
        pid_t child = children[i].process;
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

static int waitid_once(idtype_t type, id_t id, siginfo_t *info, int options) {
    flotilla_lock(&children_lock);
    int result = waitid_once_locked(type, id, info, options);
    flotilla_unlock(&children_lock);
    return result;
}

int flotilla_waitid(idtype_t type, id_t id, siginfo_t *info, int options) {
    if (flotilla_control->in_forked_child) return flotilla_host_waitid(type, id, info, options);
    siginfo_t own;
    if (info == NULL) info = &own;
    int64_t pause = 0;
    unsigned long before = flotilla_interruptions();
    for (;;) {
        reap_ignored();
        int result = waitid_once(type, id, info, options);
        if (result != 0 || info->si_pid != 0 || (options & WNOHANG) != 0) return result;
        if (!pause_for_children(&pause, before)) return -1;
    }
}

FLOTILLA_NAMES(flotilla_register_atfork, __register_atfork)
FLOTILLA_NAMES(flotilla_pthread_atfork, pthread_atfork)
FLOTILLA_NAMES(flotilla_fork, fork, __fork, vfork, __vfork, _Fork)
FLOTILLA_NAMES(flotilla_wait, wait, __wait)
FLOTILLA_NAMES(flotilla_waitpid, waitpid, __waitpid)
FLOTILLA_NAMES(flotilla_wait3, wait3)
FLOTILLA_NAMES(flotilla_wait4, wait4)
FLOTILLA_NAMES(flotilla_waitid, waitid)
FLOTILLA_NAMES(flotilla_daemon, daemon)
FLOTILLA_NAMES(flotilla_setsid, setsid)
FLOTILLA_NAMES(flotilla_getsid, getsid)
FLOTILLA_NAMES(flotilla_setpgid, setpgid, __setpgid)
FLOTILLA_NAMES(flotilla_setpgrp, setpgrp)
FLOTILLA_NAMES(flotilla_getpgid, getpgid, __getpgid)
FLOTILLA_NAMES(flotilla_getpgrp, getpgrp)
