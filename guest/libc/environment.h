/*
 * The rank's environment.
 */
#ifndef FLOTILLA_LIBC_ENVIRONMENT_H
#define FLOTILLA_LIBC_ENVIRONMENT_H

/* As getenv. */
char *flotilla_getenv(const char *name);

/* Where the rank's environment is kept: in environ, or, as there is one of that where ranks share the program, beside it. */
char ***flotilla_environment(void);

#endif
