/* Temporary files and their names. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

#include "../fd.h"

extern char *flotilla_host_tempnam(const char *, const char *);
extern char *flotilla_host_tmpnam_r(char *);
extern int flotilla_host_mkostemp64(char *, int);
extern void flotilla_host_free(void *);

static int open_unnamed(void) {
    int fd = flotilla_fd_open(P_tmpdir, O_TMPFILE | O_RDWR | O_EXCL, 0600);
    if (fd >= 0) return fd;
    /* Not every file system has files without a name. */
    char path[] = P_tmpdir "/tmpfXXXXXX";
    fd = flotilla_fd_adopt(flotilla_host_mkostemp64(path, 0));
    if (fd >= 0) remove(path);
    return fd;
}

FILE *flotilla_tmpfile(void) {
    int fd = open_unnamed();
    if (fd < 0) return NULL;
    FILE *file = flotilla_descriptor_stream(fd, 0);
    if (file == NULL) flotilla_fd_close(fd);
    return file;
}

char *flotilla_tmpnam(char *name) {
    static char own[L_tmpnam];
    char local[L_tmpnam];
    if (flotilla_host_tmpnam_r(local) == NULL) return NULL;
    return strcpy(name == NULL ? own : name, local);
}

/* The caller frees the name with the rank's free. */
char *flotilla_tempnam(const char *directory, const char *prefix) {
    char *name = flotilla_host_tempnam(directory, prefix);
    if (name == NULL) return NULL;
    char *copy = strdup(name);
    flotilla_host_free(name);
    return copy;
}

FLOTILLA_NAMES(flotilla_tmpfile, tmpfile, tmpfile64)
FLOTILLA_NAMES(flotilla_tmpnam, tmpnam)
FLOTILLA_NAMES(flotilla_tempnam, tempnam)
