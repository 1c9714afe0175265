/*
 * <string.h> and <stdlib.h> functions that remember something or answer a buffer of their own.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <locale.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "flotilla.h"
#include "heap.h"
#include "names.h"
#include "procfs.h"

extern char *flotilla_host_strsignal(int);
extern char *flotilla_host_realpath(const char *, char *);
extern char *flotilla_host_getcwd(char *, size_t);

wchar_t *flotilla_wcsdup(const wchar_t *text) {
    size_t bytes = (wcslen(text) + 1) * sizeof *text;
    wchar_t *copy = malloc(bytes);
    return copy == NULL ? NULL : memcpy(copy, text, bytes);
}

char *flotilla_strtok(char *text, const char *delimiters) {
    static char *rest;
    if (text == NULL) text = rest;
    if (text == NULL) return NULL;
    text += strspn(text, delimiters);
    if (*text == '\0') {
        rest = text;
        return NULL;
    }
    char *end = text + strcspn(text, delimiters);
    rest = end;
    if (*end != '\0') *rest++ = '\0';
    return text;
}

/* ---- Texts of errors and signals: copied once, because programs keep several at a time ---- */

#define KNOWN_ERRORS 160

static char *texts[KNOWN_ERRORS] FLOTILLA_LARGE;

/* They are in another language from now on. Who holds an old one keeps it. */
void flotilla_forget_texts(void) {
    memset(texts, 0, sizeof texts);
}

char *flotilla_strerror(int error) {
    static char unknown[64];
    int saved = errno;
    if (error < 0 || error >= KNOWN_ERRORS) {
        snprintf(unknown, sizeof unknown, "Unknown error %d", error);
        errno = saved;
        return unknown;
    }
    if (texts[error] == NULL) {
        char buffer[256];
        texts[error] = flotilla_strdup(strerror_r(error, buffer, sizeof buffer));
    }
    errno = saved;
    return texts[error];
}

char *flotilla_strerror_l(int error, locale_t locale) {
    (void)locale;
    return flotilla_strerror(error);
}

char *flotilla_strsignal(int signal) {
    static char *texts[_NSIG] FLOTILLA_LARGE;
    static char unknown[64];
    if (signal <= 0 || signal >= _NSIG) {
        snprintf(unknown, sizeof unknown, "Unknown signal %d", signal);
        return unknown;
    }
    if (texts[signal] == NULL) texts[signal] = flotilla_strdup(flotilla_host_strsignal(signal));
    return texts[signal];
}

/* ---- Numbers ---- */

static char digits[400] FLOTILLA_LARGE;

char *flotilla_ecvt(double value, int count, int *point, int *sign) {
    return ecvt_r(value, count, point, sign, digits, sizeof digits) == 0 ? digits : NULL;
}

char *flotilla_fcvt(double value, int count, int *point, int *sign) {
    return fcvt_r(value, count, point, sign, digits, sizeof digits) == 0 ? digits : NULL;
}

char *flotilla_qecvt(long double value, int count, int *point, int *sign) {
    return qecvt_r(value, count, point, sign, digits, sizeof digits) == 0 ? digits : NULL;
}

char *flotilla_qfcvt(long double value, int count, int *point, int *sign) {
    return qfcvt_r(value, count, point, sign, digits, sizeof digits) == 0 ? digits : NULL;
}

/* Radix 64, least significant digit first (POSIX a64l). */
char *flotilla_l64a(long value) {
    static const char alphabet[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    static char buffer[7];
    unsigned rest = (unsigned)value;
    int at = 0;
    if (rest == 0) return (char *)"";
    for (; rest != 0; rest >>= 6) buffer[at++] = alphabet[rest & 63];
    buffer[at] = '\0';
    return buffer;
}

char *flotilla_inet_ntoa(struct in_addr address) {
    static char buffer[INET_ADDRSTRLEN];
    return (char *)inet_ntop(AF_INET, &address, buffer, sizeof buffer);
}

/* ---- Names of files and users ---- */

char *flotilla_realpath(const char *path, char *buffer) {
    char local[PATH_MAX];
    path = flotilla_proc_path(path, local);
    if (buffer != NULL) return flotilla_host_realpath(path, buffer);
    char resolved[PATH_MAX];
    return flotilla_host_realpath(path, resolved) == NULL ? NULL : flotilla_strdup(resolved);
}

char *flotilla_canonicalize_file_name(const char *path) {
    return flotilla_realpath(path, NULL);
}

char *flotilla_getcwd(char *buffer, size_t size) {
    if (buffer != NULL) return flotilla_host_getcwd(buffer, size);
    if (size == 0) {
        char path[PATH_MAX];
        return flotilla_host_getcwd(path, sizeof path) == NULL ? NULL : flotilla_strdup(path);
    }
    char *memory = malloc(size);
    if (memory == NULL) return NULL;
    char *answer = flotilla_host_getcwd(memory, size);
    if (answer == NULL) free(memory);
    return answer;
}

char *flotilla_get_current_dir_name(void) {
    return flotilla_getcwd(NULL, 0);
}

char *flotilla_ptsname(int fd) {
    static char buffer[64];
    return ptsname_r(fd, buffer, sizeof buffer) == 0 ? buffer : NULL;
}

char *flotilla_getlogin(void) {
    static char buffer[256] FLOTILLA_LARGE;
    int error = getlogin_r(buffer, sizeof buffer);
    if (error == 0) return buffer;
    errno = error;
    return NULL;
}

FLOTILLA_NAMES(flotilla_wcsdup, wcsdup, __wcsdup)
FLOTILLA_NAMES(flotilla_strtok, strtok)
FLOTILLA_NAMES(flotilla_strerror, strerror)
FLOTILLA_NAMES(flotilla_strerror_l, strerror_l, __strerror_l)
FLOTILLA_NAMES(flotilla_strsignal, strsignal)
FLOTILLA_NAMES(flotilla_ecvt, ecvt)
FLOTILLA_NAMES(flotilla_fcvt, fcvt)
FLOTILLA_NAMES(flotilla_qecvt, qecvt)
FLOTILLA_NAMES(flotilla_qfcvt, qfcvt)
FLOTILLA_NAMES(flotilla_l64a, l64a)
FLOTILLA_NAMES(flotilla_inet_ntoa, inet_ntoa)
FLOTILLA_NAMES(flotilla_realpath, realpath)
FLOTILLA_NAMES(flotilla_canonicalize_file_name, canonicalize_file_name)
FLOTILLA_NAMES(flotilla_getcwd, getcwd)
FLOTILLA_NAMES(flotilla_get_current_dir_name, get_current_dir_name)
FLOTILLA_NAMES(flotilla_ptsname, ptsname)
FLOTILLA_NAMES(flotilla_getlogin, getlogin)
