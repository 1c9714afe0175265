/*
 * Locks on parts of files: fcntl's F_SETLK family, lockf and flock.
 */
#ifndef FLOTILLA_LIBC_FILE_LOCKS_H
#define FLOTILLA_LIBC_FILE_LOCKS_H

#include <fcntl.h>
#include <stdbool.h>

/* Whether this command of fcntl is about locks. */
bool flotilla_is_file_lock(int command);

/* Does such a command for a descriptor of the process, and gives the PE away while it waits. Answers as fcntl does. */
int flotilla_file_lock(int host, int command, struct flock *lock);

/* To be called before a descriptor of the process is closed or replaced for the rank: that ends the rank's record locks
 * on the file (POSIX, fcntl), and no other's. */
void flotilla_file_locks_before_close(int host);

/* At the end of the rank. */
void flotilla_file_locks_end(void);

#endif
