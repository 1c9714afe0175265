/*
 * The rank's environment.
 */
#ifndef FLOTILLA_LIBC_ENVIRONMENT_H
#define FLOTILLA_LIBC_ENVIRONMENT_H

/* As getenv. */
char *flotilla_getenv(const char *name);

#endif
