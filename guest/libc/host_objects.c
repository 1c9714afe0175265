/*
 * Objects that the host's libc makes in its own memory for a rank, and that cannot follow it to another process: they are
 * counted, so that it stays while it has some (flotilla.migrate.Departure).
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <iconv.h>
#include <regex.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdint.h>

#include "flotilla.h"
#include "names.h"

extern int flotilla_host_regcomp(regex_t *, const char *, int);
extern void flotilla_host_regfree(regex_t *);
extern iconv_t flotilla_host_iconv_open(const char *, const char *);
extern int flotilla_host_iconv_close(iconv_t);
extern sem_t *flotilla_host_sem_open(const char *, int, ...);
extern int flotilla_host_sem_close(sem_t *);

/* In the order of flotilla.migrate.Departure. */
enum { EXPRESSIONS, CONVERSIONS, SEMAPHORES, KINDS };

FLOTILLA_EXPORT int64_t flotilla_host_objects[KINDS];

static void count(int kind, int change) {
    __atomic_add_fetch(&flotilla_host_objects[kind], change, __ATOMIC_RELAXED);
}

int flotilla_regcomp(regex_t *expression, const char *text, int flags) {
    int error = flotilla_host_regcomp(expression, text, flags);
    if (error == 0) count(EXPRESSIONS, 1);
    return error;
}

void flotilla_regfree(regex_t *expression) {
    flotilla_host_regfree(expression);
    count(EXPRESSIONS, -1);
}

iconv_t flotilla_iconv_open(const char *to, const char *from) {
    iconv_t made = flotilla_host_iconv_open(to, from);
    if (made != (iconv_t)-1) count(CONVERSIONS, 1);
    return made;
}

int flotilla_iconv_close(iconv_t conversion) {
    int result = flotilla_host_iconv_close(conversion);
    if (result == 0) count(CONVERSIONS, -1);
    return result;
}

sem_t *flotilla_sem_open(const char *name, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    unsigned value = (flags & O_CREAT) != 0 ? va_arg(rest, unsigned) : 0;
    va_end(rest);
    sem_t *opened = flotilla_host_sem_open(name, flags, mode, value);
    if (opened != SEM_FAILED) count(SEMAPHORES, 1);
    return opened;
}

int flotilla_sem_close(sem_t *semaphore) {
    int result = flotilla_host_sem_close(semaphore);
    if (result == 0) count(SEMAPHORES, -1);
    return result;
}

FLOTILLA_NAMES(flotilla_regcomp, regcomp)
FLOTILLA_NAMES(flotilla_regfree, regfree)
FLOTILLA_NAMES(flotilla_iconv_open, iconv_open)
FLOTILLA_NAMES(flotilla_iconv_close, iconv_close)
FLOTILLA_NAMES(flotilla_sem_open, sem_open)
FLOTILLA_NAMES(flotilla_sem_close, sem_close)
