/*
 * Processes that a rank starts.
 */
#ifndef FLOTILLA_LIBC_PROCESS_H
#define FLOTILLA_LIBC_PROCESS_H

#include <spawn.h>

/* As posix_spawn, with the rank's signal mask (PEs block all signals) and, when no actions are given, its 0, 1 and 2. */
int flotilla_posix_spawn(pid_t *process, const char *path, const posix_spawn_file_actions_t *actions,
                         const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment);

#endif
