/* Commands of the shell: popen, pclose, system. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stream.h"

#include "../environment.h"
#include "../fd.h"
#include "../process.h"

extern int flotilla_host_pipe2(int *, int);
extern int flotilla_host_close(int);

/* Starts /bin/sh -c command with the rank's 0, 1 and 2, and `end` (unless -1) as its descriptor `as`. Answers 0 or an
 * error number. */
static int spawn_shell(const char *command, int end, int as, pid_t *child) {
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) return error;
    if (end >= 0) error = posix_spawn_file_actions_adddup2(&actions, end, as);
    if (error == 0) {
        char *const arguments[] = {"sh", "-c", (char *)command, NULL};
        error = flotilla_spawn(child, "/bin/sh", &actions, NULL, arguments, *flotilla_environment());
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static int wait_for(pid_t child) {
    int status;
    pid_t answer;
    do answer = waitpid(child, &status, 0);
    while (answer < 0 && errno == EINTR);
    return answer < 0 ? -1 : status;
}

static int pipe_close(FILE *file) {
    int closed = flotilla_fd_close(file->_fileno);
    int status = wait_for(stream_of(file)->child);
    return closed < 0 ? -1 : status;
}

static const struct stream_operations pipe_operations = {
    .read = flotilla_descriptor_read,
    .write = flotilla_descriptor_write,
    .seek = flotilla_descriptor_seek,
    .close = pipe_close,
    .descriptor = true,
};

FILE *flotilla_popen(const char *command, const char *mode) {
    bool reads = false, writes = false, close_on_exec = false;
    for (; *mode != '\0'; mode++) {
        if (*mode == 'r') {
            reads = true;
        } else if (*mode == 'w') {
            writes = true;
        } else if (*mode == 'e') {
            close_on_exec = true;
        } else {
            errno = EINVAL;
            return NULL;
        }
    }
    if (reads == writes) {
        errno = EINVAL;
        return NULL;
    }
    /* Both ends are closed on exec: children of other ranks must not hold the pipe open, nor may those of later popens
     * of this one. */
    int ends[2];
    if (flotilla_host_pipe2(ends, O_CLOEXEC) < 0) return NULL;
    int mine = reads ? ends[0] : ends[1];
    int theirs = reads ? ends[1] : ends[0];
    FILE *file = flotilla_stream_create(&pipe_operations, NULL, reads ? STREAM_NO_WRITES : STREAM_NO_READS);
    pid_t child = 0;
    int error = file == NULL ? ENOMEM : spawn_shell(command, theirs, reads ? STDOUT_FILENO : STDIN_FILENO, &child);
    flotilla_host_close(theirs);
    if (error == 0) flotilla_note_child(child, false);
    if (error != 0) {
        flotilla_host_close(mine);
        if (file != NULL) {
            file->_flags &= ~STREAM_PUTTING;
            static const struct stream_operations none;
            stream_of(file)->operations = &none;
            flotilla_stream_close(file);
        }
        errno = error;
        return NULL;
    }
    file->_fileno = flotilla_fd_adopt(mine, close_on_exec ? O_CLOEXEC : 0);
    stream_of(file)->child = child;
    return file;
}

int flotilla_pclose(FILE *file) {
    return flotilla_fclose(file);
}

FLOTILLA_NAMES(flotilla_popen, popen, _IO_popen)
FLOTILLA_NAMES(flotilla_pclose, pclose)

/* The process goes on with other ranks meanwhile, so its handling of SIGINT and SIGQUIT stays as it is. */
int flotilla_system(const char *command) {
    if (command == NULL) return access("/bin/sh", X_OK) == 0;
    pid_t child;
    int error = spawn_shell(command, -1, -1, &child);
    if (error != 0) {
        errno = error;
        return error == ENOMEM || error == EAGAIN ? -1 : W_EXITCODE(127, 0);
    }
    flotilla_note_child(child, true);
    return wait_for(child);
}

FLOTILLA_WEAK_NAMES(flotilla_system, system)
