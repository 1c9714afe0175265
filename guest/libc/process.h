/*
 * Processes that a rank starts.
 */
#ifndef FLOTILLA_LIBC_PROCESS_H
#define FLOTILLA_LIBC_PROCESS_H

#include <spawn.h>
#include <stdbool.h>

/* As posix_spawn; the child gets the rank's descriptors, signal mask and working directory. */
int flotilla_posix_spawn(pid_t *process, const char *path, const posix_spawn_file_actions_t *actions,
                         const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment);

/* The same, and wait for any child does not find it. */
int flotilla_spawn(pid_t *process, const char *path, const posix_spawn_file_actions_t *actions,
                   const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment);

/* The rank has a new child. silent: its end sends no SIGCHLD. */
void flotilla_note_child(pid_t child, bool silent);

#endif
