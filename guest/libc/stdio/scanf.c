/*
 * The names of formatted input. Each exists three times: as the old GNU scanf ("%as" allocates), as C99's, which
 * headers redirect to since glibc 2.7, and as C23's ("%b"), since glibc 2.38.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "scan.h"

extern int flotilla_host_vsscanf(const char *, const char *, va_list);
extern int flotilla_host_vswscanf(const wchar_t *, const wchar_t *, va_list);
extern int flotilla_host___isoc99_vsscanf(const char *, const char *, va_list);
extern int flotilla_host___isoc99_vswscanf(const wchar_t *, const wchar_t *, va_list);

static int scan_file(FILE *file, const char *format, int options, va_list list) {
    STREAM_ENTER(file);
    return flotilla_scan((struct scan_source){.file = file}, format, options, list);
}

static int scan_wide_file(FILE *file, const wchar_t *format, int options, va_list list) {
    STREAM_ENTER(file);
    return flotilla_scan((struct scan_source){.file = file, .wide = true}, format, options, list);
}

/* The host may scan strings, unless it would allocate (from the process's heap, not the rank's) or be too old. */
static int scan_string(const char *string, const char *format, int options, va_list list) {
    bool allocates = strchr(format, 'm') != NULL || ((options & SCAN_GNU_ALLOCATION) && strchr(format, 'a') != NULL);
    if (allocates || (options & SCAN_BINARY)) {
        return flotilla_scan((struct scan_source){.bytes = (const unsigned char *)string}, format, options, list);
    }
    return options & SCAN_GNU_ALLOCATION ? flotilla_host_vsscanf(string, format, list)
                                         : flotilla_host___isoc99_vsscanf(string, format, list);
}

static int scan_wide_string(const wchar_t *string, const wchar_t *format, int options, va_list list) {
    bool allocates = wcschr(format, L'm') != NULL || ((options & SCAN_GNU_ALLOCATION) && wcschr(format, L'a') != NULL);
    if (allocates || (options & SCAN_BINARY)) {
        return flotilla_scan((struct scan_source){.wides = string, .wide = true}, format, options, list);
    }
    return options & SCAN_GNU_ALLOCATION ? flotilla_host_vswscanf(string, format, list)
                                         : flotilla_host___isoc99_vswscanf(string, format, list);
}

/* One generation of the narrow and wide functions, with the suffix of their internal names. */
#define SCAN_FAMILY(suffix, options)                                                            \
    int flotilla_vfscanf##suffix(FILE *file, const char *format, va_list list) {                \
        return scan_file(file, format, options, list);                                          \
    }                                                                                           \
    int flotilla_fscanf##suffix(FILE *file, const char *format, ...) {                          \
        WITH_ARGUMENTS(scan_file(file, format, options, list))                                  \
    }                                                                                           \
    int flotilla_vscanf##suffix(const char *format, va_list list) {                             \
        return scan_file(stdin, format, options, list);                                         \
    }                                                                                           \
    int flotilla_scanf##suffix(const char *format, ...) {                                       \
        WITH_ARGUMENTS(scan_file(stdin, format, options, list))                                 \
    }                                                                                           \
    int flotilla_vsscanf##suffix(const char *string, const char *format, va_list list) {        \
        return scan_string(string, format, options, list);                                      \
    }                                                                                           \
    int flotilla_sscanf##suffix(const char *string, const char *format, ...) {                  \
        WITH_ARGUMENTS(scan_string(string, format, options, list))                              \
    }                                                                                           \
    int flotilla_vfwscanf##suffix(FILE *file, const wchar_t *format, va_list list) {            \
        return scan_wide_file(file, format, options, list);                                     \
    }                                                                                           \
    int flotilla_fwscanf##suffix(FILE *file, const wchar_t *format, ...) {                      \
        WITH_ARGUMENTS(scan_wide_file(file, format, options, list))                             \
    }                                                                                           \
    int flotilla_vwscanf##suffix(const wchar_t *format, va_list list) {                         \
        return scan_wide_file(stdin, format, options, list);                                    \
    }                                                                                           \
    int flotilla_wscanf##suffix(const wchar_t *format, ...) {                                   \
        WITH_ARGUMENTS(scan_wide_file(stdin, format, options, list))                            \
    }                                                                                           \
    int flotilla_vswscanf##suffix(const wchar_t *string, const wchar_t *format, va_list list) { \
        return scan_wide_string(string, format, options, list);                                 \
    }                                                                                           \
    int flotilla_swscanf##suffix(const wchar_t *string, const wchar_t *format, ...) {           \
        WITH_ARGUMENTS(scan_wide_string(string, format, options, list))                         \
    }

SCAN_FAMILY(_gnu, SCAN_GNU_ALLOCATION)
SCAN_FAMILY(_c99, 0)
SCAN_FAMILY(_c23, SCAN_BINARY)

FLOTILLA_NAMES(flotilla_vfscanf_gnu, vfscanf, _IO_vfscanf, __vfscanf)
FLOTILLA_NAMES(flotilla_fscanf_gnu, fscanf)
FLOTILLA_NAMES(flotilla_vscanf_gnu, vscanf, __vscanf)
FLOTILLA_NAMES(flotilla_scanf_gnu, scanf)
FLOTILLA_NAMES(flotilla_vsscanf_gnu, vsscanf, __vsscanf)
FLOTILLA_NAMES(flotilla_sscanf_gnu, sscanf, _IO_sscanf)
FLOTILLA_NAMES(flotilla_vfwscanf_gnu, vfwscanf)
FLOTILLA_NAMES(flotilla_fwscanf_gnu, fwscanf)
FLOTILLA_NAMES(flotilla_vwscanf_gnu, vwscanf)
FLOTILLA_NAMES(flotilla_wscanf_gnu, wscanf)
FLOTILLA_NAMES(flotilla_vswscanf_gnu, vswscanf)
FLOTILLA_NAMES(flotilla_swscanf_gnu, swscanf)
FLOTILLA_NAMES(flotilla_vfscanf_c99, __isoc99_vfscanf)
FLOTILLA_NAMES(flotilla_fscanf_c99, __isoc99_fscanf)
FLOTILLA_NAMES(flotilla_vscanf_c99, __isoc99_vscanf)
FLOTILLA_NAMES(flotilla_scanf_c99, __isoc99_scanf)
FLOTILLA_NAMES(flotilla_vsscanf_c99, __isoc99_vsscanf)
FLOTILLA_NAMES(flotilla_sscanf_c99, __isoc99_sscanf)
FLOTILLA_NAMES(flotilla_vfwscanf_c99, __isoc99_vfwscanf)
FLOTILLA_NAMES(flotilla_fwscanf_c99, __isoc99_fwscanf)
FLOTILLA_NAMES(flotilla_vwscanf_c99, __isoc99_vwscanf)
FLOTILLA_NAMES(flotilla_wscanf_c99, __isoc99_wscanf)
FLOTILLA_NAMES(flotilla_vswscanf_c99, __isoc99_vswscanf)
FLOTILLA_NAMES(flotilla_swscanf_c99, __isoc99_swscanf)
FLOTILLA_NAMES(flotilla_vfscanf_c23, __isoc23_vfscanf)
FLOTILLA_NAMES(flotilla_fscanf_c23, __isoc23_fscanf)
FLOTILLA_NAMES(flotilla_vscanf_c23, __isoc23_vscanf)
FLOTILLA_NAMES(flotilla_scanf_c23, __isoc23_scanf)
FLOTILLA_NAMES(flotilla_vsscanf_c23, __isoc23_vsscanf)
FLOTILLA_NAMES(flotilla_sscanf_c23, __isoc23_sscanf)
FLOTILLA_NAMES(flotilla_vfwscanf_c23, __isoc23_vfwscanf)
FLOTILLA_NAMES(flotilla_fwscanf_c23, __isoc23_fwscanf)
FLOTILLA_NAMES(flotilla_vwscanf_c23, __isoc23_vwscanf)
FLOTILLA_NAMES(flotilla_wscanf_c23, __isoc23_wscanf)
FLOTILLA_NAMES(flotilla_vswscanf_c23, __isoc23_vswscanf)
FLOTILLA_NAMES(flotilla_swscanf_c23, __isoc23_swscanf)
