/*
 * The rank's environment.
 */
#ifndef FLOTILLA_LIBC_ENVIRONMENT_H
#define FLOTILLA_LIBC_ENVIRONMENT_H

/* As getenv. */
char *flotilla_getenv(const char *name);

/* Where the rank's environment is kept: in environ, or beside it where there is one environ for all ranks (guest/libc/own.h). */
char ***flotilla_environment(void);

#endif
