/* Temporary files and their names. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "stream.h"

#include "../fd.h"

extern char *flotilla_host_tmpnam_r(char *);
extern int flotilla_host_mkostemp64(char *, int);

static int open_unnamed(void) {
    int fd = flotilla_fd_open(P_tmpdir, O_TMPFILE | O_RDWR | O_EXCL, 0600);
    if (fd >= 0) return fd;
    /* Not every file system has files without a name. */
    char path[] = P_tmpdir "/tmpfXXXXXX";
    fd = flotilla_fd_adopt(flotilla_host_mkostemp64(path, O_CLOEXEC), 0);
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

static bool is_folder(const char *path) {
    struct stat status;
    return path != NULL && stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* In TMPDIR, the given directory or /tmp, whichever is there first; five letters of the prefix. */
char *flotilla_tempnam(const char *directory, const char *prefix) {
    const char *wanted = secure_getenv("TMPDIR");
    if (!is_folder(wanted)) wanted = is_folder(directory) ? directory : P_tmpdir;
    if (prefix == NULL || prefix[0] == '\0') prefix = "file";
    char *name = NULL;
    int length = (int)strlen(wanted);
    while (length > 1 && wanted[length - 1] == '/') length--;
    if (asprintf(&name, "%.*s/%.5sXXXXXX", length, wanted, prefix) < 0) return NULL;
    if (mktemp(name)[0] != '\0') return name;
    free(name);
    return NULL;
}

FLOTILLA_NAMES(flotilla_tmpfile, tmpfile, tmpfile64)
FLOTILLA_NAMES(flotilla_tmpnam, tmpnam)
FLOTILLA_NAMES(flotilla_tempnam, tempnam)
