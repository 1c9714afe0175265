/* Streams on functions of the program. The functions are called from here, with no host frame in between. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

#include "stream.h"

struct cookie {
    void *argument;
    cookie_io_functions_t functions;
};

static struct cookie *cookie_of(const FILE *file) {
    return stream_of(file)->cookie;
}

static ssize_t cookie_read(FILE *file, char *buffer, size_t size) {
    const struct cookie *cookie = cookie_of(file);
    return cookie->functions.read == NULL ? -1 : cookie->functions.read(cookie->argument, buffer, size);
}

static ssize_t cookie_write(FILE *file, const char *data, size_t size) {
    const struct cookie *cookie = cookie_of(file);
    return cookie->functions.write == NULL ? -1 : cookie->functions.write(cookie->argument, data, size);
}

static off64_t cookie_seek(FILE *file, off64_t offset, int whence) {
    const struct cookie *cookie = cookie_of(file);
    if (cookie->functions.seek == NULL) {
        errno = ESPIPE;
        return -1;
    }
    return cookie->functions.seek(cookie->argument, &offset, whence) != 0 ? -1 : offset;
}

static int cookie_close(FILE *file) {
    struct cookie *cookie = cookie_of(file);
    int result = cookie->functions.close == NULL ? 0 : cookie->functions.close(cookie->argument);
    free(cookie);
    return result;
}

static const struct stream_operations cookie_operations = {
    .read = cookie_read,
    .write = cookie_write,
    .seek = cookie_seek,
    .close = cookie_close,
};

FILE *flotilla_fopencookie(void *argument, const char *mode, cookie_io_functions_t functions) {
    int flags;
    if (flotilla_stream_parse_mode(mode, &flags) < 0) return NULL;
    struct cookie *cookie = malloc(sizeof *cookie);
    if (cookie == NULL) return NULL;
    cookie->argument = argument;
    cookie->functions = functions;
    FILE *file = flotilla_stream_create(&cookie_operations, cookie, flags);
    if (file == NULL) free(cookie);
    return file;
}

FLOTILLA_NAMES(flotilla_fopencookie, fopencookie)
