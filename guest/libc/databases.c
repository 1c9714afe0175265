/*
 * Users, groups, hosts, services: functions that answer a buffer of their own, which is the rank's here. Lookups are
 * the host's, with whatever sources it is set up for. Where a program goes through all users or groups, the host would
 * have one position for all ranks, so the rank reads the files itself: other sources are not seen there.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <mntent.h>
#include <netdb.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flotilla.h"
#include "heap.h"
#include "names.h"

struct buffer {
    char *bytes;
    size_t size;
};

#define LARGEST (1 << 20)

static bool grow(struct buffer *buffer) {
    size_t size = buffer->size == 0 ? 1024 : 2 * buffer->size;
    char *larger = size > LARGEST ? NULL : flotilla_realloc(buffer->bytes, size);
    if (larger == NULL) return false;
    *buffer = (struct buffer){larger, size};
    return true;
}

/* function_r with ever larger buffers. ERROR: its last argument, if it has one more than most. */
#define LOOKUP(type, function, ERROR, parameters, ...)                                                       \
    extern int flotilla_host_##function##_r();                                                               \
    type *flotilla_##function parameters {                                                                   \
        static type entry;                                                                                   \
        static struct buffer buffer;                                                                         \
        type *found = NULL;                                                                                  \
        int error = ERANGE;                                                                                  \
        while (error == ERANGE && (buffer.size > 0 || grow(&buffer))) {                                      \
            error = flotilla_host_##function##_r(__VA_ARGS__, &entry, buffer.bytes, buffer.size, &found ERROR); \
            if (error == ERANGE && !grow(&buffer)) break;                                                    \
        }                                                                                                    \
        if (error != 0 && found == NULL) errno = error;                                                      \
        return error == 0 ? found : NULL;                                                                    \
    }                                                                                                        \
    FLOTILLA_NAMES(flotilla_##function, function)

#define NONE
#define RESOLVER , &resolver_error

/* h_errno */
static int resolver_error;

int *flotilla_h_errno_location(void) {
    return &resolver_error;
}

FLOTILLA_NAMES(flotilla_h_errno_location, __h_errno_location)

/* The _r functions have no prototypes here: all their arguments are pointers, ints or longs, as the callers give them. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
LOOKUP(struct passwd, getpwnam, NONE, (const char *name), name)
LOOKUP(struct passwd, getpwuid, NONE, (uid_t user), user)
LOOKUP(struct group, getgrnam, NONE, (const char *name), name)
LOOKUP(struct group, getgrgid, NONE, (gid_t group), group)
LOOKUP(struct servent, getservbyname, NONE, (const char *name, const char *protocol), name, protocol)
LOOKUP(struct servent, getservbyport, NONE, (int port, const char *protocol), port, protocol)
LOOKUP(struct protoent, getprotobyname, NONE, (const char *name), name)
LOOKUP(struct protoent, getprotobynumber, NONE, (int number), number)
LOOKUP(struct hostent, gethostbyname, RESOLVER, (const char *name), name)
LOOKUP(struct hostent, gethostbyname2, RESOLVER, (const char *name, int family), name, family)
LOOKUP(struct hostent, gethostbyaddr, RESOLVER, (const void *address, socklen_t size, int family), address, size, family)
LOOKUP(struct netent, getnetbyname, RESOLVER, (const char *name), name)
LOOKUP(struct netent, getnetbyaddr, RESOLVER, (uint32_t net, int family), net, family)
#pragma GCC diagnostic pop

/* ---- One after the other ---- */

extern FILE *flotilla_host_fopen64(const char *, const char *);
extern int flotilla_host_fclose(FILE *);
extern int flotilla_host_fgetpwent_r(FILE *, struct passwd *, char *, size_t, struct passwd **);
extern int flotilla_host_fgetgrent_r(FILE *, struct group *, char *, size_t, struct group **);

/* The host's streams: only its own functions read from them. */
static FILE *users, *groups;

static void end(FILE **list) {
    if (*list != NULL) flotilla_host_fclose(*list);
    *list = NULL;
}

static bool begin(FILE **list, const char *path) {
    if (*list == NULL) *list = flotilla_host_fopen64(path, "re");
    return *list != NULL;
}

#define NEXT(type, function, list, path)                                                              \
    type *flotilla_##function(void) {                                                                 \
        static type entry;                                                                            \
        static struct buffer buffer;                                                                  \
        type *found = NULL;                                                                           \
        if (!begin(&list, path) || (buffer.size == 0 && !grow(&buffer))) return NULL;                 \
        /* The stream goes back to the start of an entry that does not fit. */                        \
        while (flotilla_host_f##function##_r(list, &entry, buffer.bytes, buffer.size, &found) == ERANGE) { \
            if (!grow(&buffer)) return NULL;                                                          \
        }                                                                                             \
        return found;                                                                                 \
    }                                                                                                 \
    FLOTILLA_NAMES(flotilla_##function, function)

NEXT(struct passwd, getpwent, users, "/etc/passwd")
NEXT(struct group, getgrent, groups, "/etc/group")

void flotilla_endpwent(void) {
    end(&users);
}

void flotilla_endgrent(void) {
    end(&groups);
}

FLOTILLA_NAMES(flotilla_endpwent, setpwent, endpwent)
FLOTILLA_NAMES(flotilla_endgrent, setgrent, endgrent)

/* ---- Mounted file systems: the stream is the host's, from setmntent ---- */

struct mntent *flotilla_getmntent(FILE *list) {
    static struct mntent entry;
    static char text[4096] FLOTILLA_LARGE;
    return getmntent_r(list, &entry, text, sizeof text);
}

FLOTILLA_NAMES(flotilla_getmntent, getmntent)
