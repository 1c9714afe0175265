/*
 * What _FORTIFY_SOURCE puts in place of string functions: the same with the size of the destination, which is checked.
 * The host's versions would end the whole process when a check fails. (Checked stdio stands with stdio.)
 */
#define _GNU_SOURCE
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>
#include <wchar.h>

#include "flotilla.h"
#include "names.h"

extern void flotilla_buffer_overflow(void) __attribute__((noreturn));

#define CHECK(condition) \
    if (__builtin_expect(!(condition), 0)) flotilla_buffer_overflow()

/* ---- Memory ---- */

void *flotilla_memcpy_chk(void *to, const void *from, size_t size, size_t room) {
    CHECK(size <= room);
    return memcpy(to, from, size);
}

void *flotilla_memmove_chk(void *to, const void *from, size_t size, size_t room) {
    CHECK(size <= room);
    return memmove(to, from, size);
}

void *flotilla_mempcpy_chk(void *to, const void *from, size_t size, size_t room) {
    CHECK(size <= room);
    return mempcpy(to, from, size);
}

void *flotilla_memset_chk(void *to, int byte, size_t size, size_t room) {
    CHECK(size <= room);
    return memset(to, byte, size);
}

void flotilla_explicit_bzero_chk(void *to, size_t size, size_t room) {
    CHECK(size <= room);
    explicit_bzero(to, size);
}

/* ---- Strings ---- */

char *flotilla_strcpy_chk(char *to, const char *from, size_t room) {
    size_t length = strlen(from);
    CHECK(length < room);
    return memcpy(to, from, length + 1);
}

char *flotilla_stpcpy_chk(char *to, const char *from, size_t room) {
    size_t length = strlen(from);
    CHECK(length < room);
    memcpy(to, from, length + 1);
    return to + length;
}

char *flotilla_strncpy_chk(char *to, const char *from, size_t size, size_t room) {
    CHECK(size <= room);
    return strncpy(to, from, size);
}

char *flotilla_stpncpy_chk(char *to, const char *from, size_t size, size_t room) {
    CHECK(size <= room);
    return stpncpy(to, from, size);
}

char *flotilla_strcat_chk(char *to, const char *from, size_t room) {
    size_t had = strnlen(to, room), length = strlen(from);
    CHECK(had < room && length < room - had);
    memcpy(to + had, from, length + 1);
    return to;
}

char *flotilla_strncat_chk(char *to, const char *from, size_t size, size_t room) {
    size_t had = strnlen(to, room), length = strnlen(from, size);
    CHECK(had < room && length < room - had);
    memcpy(to + had, from, length);
    to[had + length] = '\0';
    return to;
}

/* ---- Wide strings; sizes count characters ---- */

wchar_t *flotilla_wmemcpy_chk(wchar_t *to, const wchar_t *from, size_t size, size_t room) {
    CHECK(size <= room);
    return wmemcpy(to, from, size);
}

wchar_t *flotilla_wmemmove_chk(wchar_t *to, const wchar_t *from, size_t size, size_t room) {
    CHECK(size <= room);
    return wmemmove(to, from, size);
}

wchar_t *flotilla_wmemset_chk(wchar_t *to, wchar_t wide, size_t size, size_t room) {
    CHECK(size <= room);
    return wmemset(to, wide, size);
}

wchar_t *flotilla_wcscpy_chk(wchar_t *to, const wchar_t *from, size_t room) {
    size_t length = wcslen(from);
    CHECK(length < room);
    return wmemcpy(to, from, length + 1);
}

wchar_t *flotilla_wcsncpy_chk(wchar_t *to, const wchar_t *from, size_t size, size_t room) {
    CHECK(size <= room);
    return wcsncpy(to, from, size);
}

wchar_t *flotilla_wcscat_chk(wchar_t *to, const wchar_t *from, size_t room) {
    size_t had = wcsnlen(to, room), length = wcslen(from);
    CHECK(had < room && length < room - had);
    wmemcpy(to + had, from, length + 1);
    return to;
}

size_t flotilla_mbstowcs_chk(wchar_t *to, const char *from, size_t size, size_t room) {
    CHECK(size <= room);
    return mbstowcs(to, from, size);
}

size_t flotilla_wcstombs_chk(char *to, const wchar_t *from, size_t size, size_t room) {
    CHECK(size <= room);
    return wcstombs(to, from, size);
}

/* ---- Descriptors, names ---- */

long flotilla_fdelt_chk(long fd) {
    CHECK(fd >= 0 && fd < FD_SETSIZE);
    return fd / (8 * (long)sizeof(fd_mask));
}

char *flotilla_realpath_chk(const char *path, char *buffer, size_t room) {
    CHECK(buffer == NULL || room >= PATH_MAX);
    return realpath(path, buffer);
}

char *flotilla_getcwd_chk(char *buffer, size_t size, size_t room) {
    CHECK(size <= room);
    return getcwd(buffer, size);
}

int flotilla_gethostname_chk(char *buffer, size_t size, size_t room) {
    CHECK(size <= room);
    return gethostname(buffer, size);
}

ssize_t flotilla_readlink_chk(const char *path, char *buffer, size_t size, size_t room) {
    CHECK(size <= room);
    return readlink(path, buffer, size);
}

ssize_t flotilla_readlinkat_chk(int at, const char *path, char *buffer, size_t size, size_t room) {
    CHECK(size <= room);
    return readlinkat(at, path, buffer, size);
}

size_t flotilla_confstr_chk(int name, char *buffer, size_t size, size_t room) {
    CHECK(size <= room);
    return confstr(name, buffer, size);
}

int flotilla_getgroups_chk(int count, gid_t *groups, size_t room) {
    CHECK(count < 0 || (size_t)count * sizeof *groups <= room);
    return getgroups(count, groups);
}

FLOTILLA_NAMES(flotilla_memcpy_chk, __memcpy_chk)
FLOTILLA_NAMES(flotilla_memmove_chk, __memmove_chk)
FLOTILLA_NAMES(flotilla_mempcpy_chk, __mempcpy_chk)
FLOTILLA_NAMES(flotilla_memset_chk, __memset_chk)
FLOTILLA_NAMES(flotilla_explicit_bzero_chk, __explicit_bzero_chk)
FLOTILLA_NAMES(flotilla_strcpy_chk, __strcpy_chk)
FLOTILLA_NAMES(flotilla_stpcpy_chk, __stpcpy_chk)
FLOTILLA_NAMES(flotilla_strncpy_chk, __strncpy_chk)
FLOTILLA_NAMES(flotilla_stpncpy_chk, __stpncpy_chk)
FLOTILLA_NAMES(flotilla_strcat_chk, __strcat_chk)
FLOTILLA_NAMES(flotilla_strncat_chk, __strncat_chk)
FLOTILLA_NAMES(flotilla_wmemcpy_chk, __wmemcpy_chk)
FLOTILLA_NAMES(flotilla_wmemmove_chk, __wmemmove_chk)
FLOTILLA_NAMES(flotilla_wmemset_chk, __wmemset_chk)
FLOTILLA_NAMES(flotilla_wcscpy_chk, __wcscpy_chk)
FLOTILLA_NAMES(flotilla_wcsncpy_chk, __wcsncpy_chk)
FLOTILLA_NAMES(flotilla_wcscat_chk, __wcscat_chk)
FLOTILLA_NAMES(flotilla_mbstowcs_chk, __mbstowcs_chk)
FLOTILLA_NAMES(flotilla_wcstombs_chk, __wcstombs_chk)
FLOTILLA_NAMES(flotilla_fdelt_chk, __fdelt_chk)
FLOTILLA_NAMES(flotilla_realpath_chk, __realpath_chk)
FLOTILLA_NAMES(flotilla_getcwd_chk, __getcwd_chk)
FLOTILLA_NAMES(flotilla_gethostname_chk, __gethostname_chk)
FLOTILLA_NAMES(flotilla_readlink_chk, __readlink_chk)
FLOTILLA_NAMES(flotilla_readlinkat_chk, __readlinkat_chk)
FLOTILLA_NAMES(flotilla_confstr_chk, __confstr_chk)
FLOTILLA_NAMES(flotilla_getgroups_chk, __getgroups_chk)
