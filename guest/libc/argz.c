/*
 * <argz.h> and <envz.h>: vectors of strings in one block of the rank's heap, which these functions resize. Those that only
 * look (argz_count, envz_get, ...) are the host's.
 */
#define _GNU_SOURCE
#include <argz.h>
#include <envz.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "flotilla.h"
#include "names.h"

/* Makes room for bytes at an offset. */
static error_t open_gap(char **argz, size_t *length, size_t offset, size_t bytes) {
    if (bytes == 0) return 0;
    char *larger = realloc(*argz, *length + bytes);
    if (larger == NULL) return ENOMEM;
    memmove(larger + offset + bytes, larger + offset, *length - offset);
    *argz = larger;
    *length += bytes;
    return 0;
}

static void close_gap(char **argz, size_t *length, size_t offset, size_t bytes) {
    *length -= bytes;
    memmove(*argz + offset, *argz + offset + bytes, *length - offset);
    if (*length == 0) {
        free(*argz);
        *argz = NULL;
    }
}

error_t flotilla_argz_append(char **argz, size_t *length, const char *text, size_t bytes) {
    size_t end = *length;
    error_t error = open_gap(argz, length, end, bytes);
    if (error == 0 && bytes != 0) memcpy(*argz + end, text, bytes);
    return error;
}

error_t flotilla_argz_add(char **argz, size_t *length, const char *text) {
    return flotilla_argz_append(argz, length, text, strlen(text) + 1);
}

/* Appends the parts of the text that are separated; empty ones are left out, but for one at the end (as glibc does). */
error_t flotilla_argz_add_sep(char **argz, size_t *length, const char *text, int separator) {
    size_t before = *length, bytes = strlen(text) + 1;
    if (bytes == 1) return 0;
    error_t error = open_gap(argz, length, before, bytes);
    if (error != 0) return error;
    char *to = *argz + before, *start = to;
    for (size_t i = 0; i < bytes; i++) {
        char c = text[i] == (char)separator ? '\0' : text[i];
        if (c != '\0' || i == bytes - 1 || (to > start && to[-1] != '\0')) *to++ = c;
    }
    *length = (size_t)(to - *argz);
    return 0;
}

error_t flotilla_argz_create_sep(const char *text, int separator, char **argz, size_t *length) {
    *argz = NULL;
    *length = 0;
    return flotilla_argz_add_sep(argz, length, text, separator);
}

error_t flotilla_argz_create(char *const arguments[], char **argz, size_t *length) {
    *argz = NULL;
    *length = 0;
    for (; *arguments != NULL; arguments++) {
        error_t error = flotilla_argz_add(argz, length, *arguments);
        if (error == 0) continue;
        free(*argz);
        *argz = NULL;
        *length = 0;
        return error;
    }
    return 0;
}

void flotilla_argz_delete(char **argz, size_t *length, char *entry) {
    if (entry != NULL) close_gap(argz, length, (size_t)(entry - *argz), strlen(entry) + 1);
}

error_t flotilla_argz_insert(char **argz, size_t *length, char *before, const char *entry) {
    if (before == NULL) return flotilla_argz_add(argz, length, entry);
    if (before < *argz || before >= *argz + *length) return EINVAL;
    while (before > *argz && before[-1] != '\0') before--;
    size_t offset = (size_t)(before - *argz), bytes = strlen(entry) + 1;
    error_t error = open_gap(argz, length, offset, bytes);
    if (error == 0) memcpy(*argz + offset, entry, bytes);
    return error;
}

error_t flotilla_argz_replace(char **argz, size_t *length, const char *text, const char *with, unsigned *count) {
    size_t old = strlen(text), new = strlen(with);
    if (old == 0) return 0;
    for (size_t entry = 0; entry < *length; entry += strlen(*argz + entry) + 1) {
        size_t from = entry;
        bool changed = false;
        for (const char *found; (found = strstr(*argz + from, text)) != NULL;) {
            size_t at = (size_t)(found - *argz);
            if (new > old) {
                error_t error = open_gap(argz, length, at, new - old);
                if (error != 0) return error;
            } else {
                memmove(*argz + at, *argz + at + (old - new), *length - at - (old - new));
                *length -= old - new;
            }
            memcpy(*argz + at, with, new);
            from = at + new;
            changed = true;
        }
        if (changed && count != NULL) ++*count;
    }
    return 0;
}

/* ---- envz ---- */

void flotilla_envz_remove(char **envz, size_t *length, const char *name) {
    flotilla_argz_delete(envz, length, envz_entry(*envz, *length, name));
}

error_t flotilla_envz_add(char **envz, size_t *length, const char *name, const char *value) {
    flotilla_envz_remove(envz, length, name);
    if (value == NULL) return flotilla_argz_add(envz, length, name);
    size_t name_length = strlen(name), value_bytes = strlen(value) + 1, end = *length;
    error_t error = open_gap(envz, length, end, name_length + 1 + value_bytes);
    if (error != 0) return error;
    char *entry = *envz + end;
    memcpy(entry, name, name_length);
    entry[name_length] = '=';
    memcpy(entry + name_length + 1, value, value_bytes);
    return 0;
}

error_t flotilla_envz_merge(char **envz, size_t *length, const char *other, size_t other_length, int override) {
    for (size_t at = 0; at < other_length; at += strlen(other + at) + 1) {
        const char *entry = other + at;
        char *present = envz_entry(*envz, *length, entry); /* takes NAME=VALUE for NAME */
        if (present != NULL && !override) continue;
        if (present != NULL) flotilla_argz_delete(envz, length, present);
        error_t error = flotilla_argz_add(envz, length, entry);
        if (error != 0) return error;
    }
    return 0;
}

FLOTILLA_NAMES(flotilla_argz_append, argz_append)
FLOTILLA_NAMES(flotilla_argz_add, argz_add)
FLOTILLA_NAMES(flotilla_argz_add_sep, argz_add_sep)
FLOTILLA_NAMES(flotilla_argz_create_sep, argz_create_sep)
FLOTILLA_NAMES(flotilla_argz_create, argz_create)
FLOTILLA_NAMES(flotilla_argz_delete, argz_delete)
FLOTILLA_NAMES(flotilla_argz_insert, argz_insert)
FLOTILLA_NAMES(flotilla_argz_replace, argz_replace)
FLOTILLA_NAMES(flotilla_envz_remove, envz_remove)
FLOTILLA_NAMES(flotilla_envz_add, envz_add)
FLOTILLA_NAMES(flotilla_envz_merge, envz_merge)
