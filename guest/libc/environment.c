/*
 * The rank's environment. The strings and the array that the program starts with stand on its start stack; changes go
 * to the heap. As in glibc, a string that was once in the environment is never freed: getenv may have handed it out.
 */
#define _GNU_SOURCE
#include "environment.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flotilla.h"
#include "heap.h"
#include "lock.h"
#include "names.h"
#include "own.h"

FLOTILLA_EXPORT char **__environ;
extern char **environ __attribute__((alias("__environ"), visibility("default")));
extern char **_environ __attribute__((alias("__environ"), visibility("default")));

static char **own; /* the array, when it is ours */
static size_t own_room;
/* For changes. getenv looks without it, as glibc's does. */
FLOTILLA_FORK_LOCK(lock);

static char **own_environ;

__typeof__(environ) *flotilla_rank_environ(void);
FLOTILLA_RANK_VARIABLE(environ, own_environ)

char ***flotilla_environment(void) {
    return flotilla_rank_environ();
}

#define CURRENT (*flotilla_environment())

static bool names(const char *entry, const char *name, size_t length) {
    return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

static char **find(const char *name, size_t length) {
    if (CURRENT == NULL) return NULL;
    for (char **entry = CURRENT; *entry != NULL; entry++) {
        if (names(*entry, name, length)) return entry;
    }
    return NULL;
}

char *flotilla_getenv(const char *name) {
    size_t length = strlen(name);
    char **entry = length == 0 ? NULL : find(name, length);
    return entry == NULL ? NULL : *entry + length + 1;
}

static int append(char *entry) {
    size_t count = 0;
    while (CURRENT != NULL && CURRENT[count] != NULL) count++;
    if (CURRENT != own || count + 2 > own_room) {
        size_t room = 2 * count + 16;
        char **larger = flotilla_malloc(room * sizeof *larger);
        if (larger == NULL) return -1;
        if (count > 0) memcpy(larger, CURRENT, count * sizeof *larger);
        /* Another thread may be looking. */
        if (CURRENT == own && !flotilla_control->threaded) flotilla_free(own);
        own = larger;
        own_room = room;
    }
    own[count] = entry;
    own[count + 1] = NULL;
    CURRENT = own;
    return 0;
}

static int put(char *entry, size_t name_length, bool replace) {
    flotilla_lock(&lock);
    char **old = find(entry, name_length);
    int result = old == NULL ? append(entry) : 0;
    if (old != NULL && replace) *old = entry;
    flotilla_unlock(&lock);
    return result;
}

int flotilla_setenv(const char *name, const char *value, int replace) {
    if (name == NULL || *name == '\0' || strchr(name, '=') != NULL) {
        errno = EINVAL;
        return -1;
    }
    size_t length = strlen(name), value_length = strlen(value);
    char **old = find(name, length);
    if (old != NULL && (!replace || strcmp(*old + length + 1, value) == 0)) return 0;
    char *entry = flotilla_malloc(length + value_length + 2);
    if (entry == NULL) return -1;
    memcpy(entry, name, length);
    entry[length] = '=';
    memcpy(entry + length + 1, value, value_length + 1);
    return put(entry, length, true);
}

int flotilla_unsetenv(const char *name) {
    if (name == NULL || *name == '\0' || strchr(name, '=') != NULL) {
        errno = EINVAL;
        return -1;
    }
    size_t length = strlen(name);
    if (CURRENT == NULL) return 0;
    flotilla_lock(&lock);
    char **kept = CURRENT;
    for (char **entry = CURRENT; *entry != NULL; entry++) {
        if (!names(*entry, name, length)) *kept++ = *entry;
    }
    *kept = NULL;
    flotilla_unlock(&lock);
    return 0;
}

int flotilla_putenv(char *entry) {
    const char *equals = strchr(entry, '=');
    if (equals == NULL) return flotilla_unsetenv(entry);
    return put(entry, (size_t)(equals - entry), true);
}

int flotilla_clearenv(void) {
    flotilla_lock(&lock);
    if (CURRENT == own && !flotilla_control->threaded) flotilla_free(own);
    own = NULL;
    own_room = 0;
    CURRENT = NULL;
    flotilla_unlock(&lock);
    return 0;
}

FLOTILLA_NAMES(flotilla_getenv, getenv, secure_getenv, __secure_getenv)
FLOTILLA_NAMES(flotilla_setenv, setenv)
FLOTILLA_NAMES(flotilla_unsetenv, unsetenv)
FLOTILLA_NAMES(flotilla_putenv, putenv)
FLOTILLA_NAMES(flotilla_clearenv, clearenv)
