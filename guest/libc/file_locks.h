/*
 * Locks on files, as between processes.
 */
#ifndef FLOTILLA_LIBC_FILE_LOCKS_H
#define FLOTILLA_LIBC_FILE_LOCKS_H

#include <fcntl.h>
#include <stdbool.h>

/* Whether a command of fcntl(2) is one of locks that another rank might have or wait for. */
bool flotilla_is_file_lock(int command);

/* Such a command, on a descriptor of the process; -1 and errno on failure. Gives the PE away while it waits. */
int flotilla_file_lock(int host, int command, struct flock *lock);

#endif
