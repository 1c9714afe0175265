/* Formatted input over characters from a stream or from memory. */
#ifndef FLOTILLA_STDIO_SCAN_H
#define FLOTILLA_STDIO_SCAN_H

#include <stdarg.h>

#include "stream.h"

enum {
    /* "%as" allocates: the meaning of 'a' before C99 made it a float. */
    SCAN_GNU_ALLOCATION = 1,
    /* C23: "%b", and "0b" before a number for "%i". */
    SCAN_BINARY = 2,
};

/* Where the characters come from: a stream, or (file NULL) a string. */
struct scan_source {
    FILE *file;
    const unsigned char *bytes;
    const wchar_t *wides;
    /* Characters, of the input and of the format, are wchar_t. */
    bool wide;
};

/* Answers the number of assigned conversions, or EOF. */
int flotilla_scan(struct scan_source source, const void *format, int options, va_list list);

#endif
