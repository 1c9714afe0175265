/*
 * What /proc says about the process, where a rank is meant and not its host.
 */
#ifndef FLOTILLA_LIBC_PROCFS_H
#define FLOTILLA_LIBC_PROCFS_H

/* The name under which the system has what the rank means: the program's file for /proc/self/exe, and so on; all other
 * names as they are. The buffer has PATH_MAX bytes; the answer is it, the name, or another string that stays. */
const char *flotilla_proc_path(const char *path, char *buffer);

/* Opens a file that exists for the rank only (/proc/self/cmdline, a standard stream under a name in /dev): answers the
 * rank's descriptor, -1 and errno, or FLOTILLA_NOT_SPECIAL when the name is an ordinary one. */
int flotilla_proc_open(const char *path, int flags);

#define FLOTILLA_NOT_SPECIAL (-2)

#endif
