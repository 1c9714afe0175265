/*
 * glob and wordexp: the host finds the words, with a vector of its own; the rank's vector, which may have entries from
 * before, is in the rank's heap.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

#include "environment.h"
#include "flotilla.h"
#include "heap.h"
#include "names.h"

extern int flotilla_host_glob(const char *, int, int (*)(const char *, int), glob_t *);
extern void flotilla_host_globfree(glob_t *);
extern int flotilla_host_wordexp(const char *, wordexp_t *, int);
extern void flotilla_host_wordfree(wordexp_t *);
extern int flotilla_host_clearenv(void);
extern int flotilla_host_putenv(char *);

/* gl_pathv and we_wordv: offset entries that are NULL, then the words, then NULL. */
struct words {
    size_t count;
    char **vector;
    size_t offset;
};

static bool add_words(struct words *words, char **found, size_t count) {
    size_t used = words->offset + words->count;
    bool is_new = words->vector == NULL;
    char **larger = realloc(words->vector, (used + count + 1) * sizeof *larger);
    if (larger == NULL) return false;
    words->vector = larger;
    if (is_new) memset(larger, 0, used * sizeof *larger);
    larger[used] = NULL;
    for (size_t i = 0; i < count; i++) {
        if ((larger[used + i] = flotilla_strdup(found[i])) == NULL) return false;
        words->count++;
        larger[used + i + 1] = NULL;
    }
    return true;
}

static void free_words(struct words *words) {
    if (words->vector == NULL) return;
    for (size_t i = 0; i < words->count; i++) free(words->vector[words->offset + i]);
    free(words->vector);
    *words = (struct words){0, NULL, words->offset};
}

/* ---- glob ---- */

/* The pattern with ~ replaced by the rank's HOME, in memory to be freed; NULL: it is for the host as it is. */
static char *with_home(const char *pattern, int flags) {
    const char *home = flotilla_getenv("HOME");
    bool wanted = (flags & (GLOB_TILDE | GLOB_TILDE_CHECK)) != 0 && pattern[0] == '~' && (pattern[1] == '/' || pattern[1] == '\0');
    if (!wanted || home == NULL || home[0] == '\0') return NULL;
    char *path = malloc(strlen(home) + strlen(pattern));
    if (path != NULL) strcpy(stpcpy(path, home), pattern + 1);
    return path;
}

/* The error function would be called from a host frame, on which a guest must not trap: unreadable directories are
 * passed over in silence, or end the search with GLOB_ERR. */
int flotilla_glob(const char *pattern, int flags, int (*on_error)(const char *, int), glob_t *answer) {
    (void)on_error;
    if ((flags & GLOB_ALTDIRFUNC) != 0) {
        errno = ENOSYS;
        return GLOB_NOSYS;
    }
    size_t offset = (flags & GLOB_DOOFFS) != 0 ? answer->gl_offs : 0;
    struct words words = {0, NULL, offset};
    if ((flags & GLOB_APPEND) != 0) words = (struct words){answer->gl_pathc, answer->gl_pathv, offset};
    glob_t found = {0};
    char *path = with_home(pattern, flags);
    int result = flotilla_host_glob(path != NULL ? path : pattern, flags & ~(GLOB_APPEND | GLOB_DOOFFS), NULL, &found);
    if (result != GLOB_NOSPACE && (result == 0 || found.gl_pathc > 0)) {
        if (!add_words(&words, found.gl_pathv, found.gl_pathc)) result = GLOB_NOSPACE;
    }
    flotilla_host_globfree(&found);
    free(path);
    *answer = (glob_t){.gl_pathc = words.count, .gl_pathv = words.vector, .gl_offs = offset,
                       .gl_flags = found.gl_flags | (flags & (GLOB_APPEND | GLOB_DOOFFS))};
    return result;
}

void flotilla_globfree(glob_t *answer) {
    struct words words = {answer->gl_pathc, answer->gl_pathv, answer->gl_offs};
    free_words(&words);
    answer->gl_pathc = 0;
    answer->gl_pathv = NULL;
}

/* ---- wordexp ---- */

static bool write_all(int fd, const char *data, size_t size) {
    while (size > 0) {
        ssize_t written = write(fd, data, size);
        if (written <= 0) return false;
        data += written;
        size -= (size_t)written;
    }
    return true;
}

/* In a child, whose libc has an environment of its own. Words go to the pipe, each with its zero. */
static _Noreturn void expand_in_child(const char *text, int flags, int to) {
    wordexp_t found = {0};
    flotilla_host_clearenv();
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) flotilla_host_putenv(*entry);
    int result = flotilla_host_wordexp(text, &found, flags);
    for (size_t i = 0; i < found.we_wordc && (result == 0 || result == WRDE_NOSPACE); i++) {
        if (!write_all(to, found.we_wordv[i], strlen(found.we_wordv[i]) + 1)) _exit(WRDE_NOSPACE);
    }
    _exit(result);
}

static char *read_all(int from, size_t *size) {
    size_t room = 4096;
    char *data = malloc(room);
    *size = 0;
    for (ssize_t count; data != NULL && (count = read(from, data + *size, room - *size)) > 0;) {
        *size += (size_t)count;
        if (*size < room) continue;
        char *larger = realloc(data, room *= 2);
        if (larger == NULL) free(data);
        data = larger;
    }
    return data;
}

/* Variables and commands see the rank's environment, which the host's wordexp doesn't know: a child does it. */
static int expand_with_environment(const char *text, struct words *words, int flags) {
    int ends[2];
    if (pipe(ends) != 0) return WRDE_NOSPACE;
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        expand_in_child(text, flags, ends[1]);
    }
    close(ends[1]);
    size_t size = 0;
    char *data = child < 0 ? NULL : read_all(ends[0], &size);
    close(ends[0]);
    int status = 0;
    if (child > 0) waitpid(child, &status, 0);
    if (data == NULL || !WIFEXITED(status)) {
        free(data);
        return WRDE_NOSPACE;
    }
    int result = (signed char)WEXITSTATUS(status);
    for (char *word = data; word < data + size; word += strlen(word) + 1) {
        if (!add_words(words, &word, 1)) result = WRDE_NOSPACE;
    }
    if (result == 0 && words->vector == NULL && !add_words(words, NULL, 0)) result = WRDE_NOSPACE;
    free(data);
    return result;
}

int flotilla_wordexp(const char *text, wordexp_t *answer, int flags) {
    size_t offset = (flags & WRDE_DOOFFS) != 0 ? answer->we_offs : 0;
    struct words words = {0, NULL, offset}, old = {answer->we_wordc, answer->we_wordv, answer->we_offs};
    bool appends = (flags & WRDE_APPEND) != 0;
    if (appends) words = (struct words){answer->we_wordc, answer->we_wordv, offset};
    size_t before = words.count;
    int host_flags = flags & ~(WRDE_APPEND | WRDE_DOOFFS | WRDE_REUSE), result;
    if (strpbrk(text, "$`~") != NULL) {
        result = expand_with_environment(text, &words, host_flags);
    } else {
        wordexp_t found = {0};
        result = flotilla_host_wordexp(text, &found, host_flags);
        if ((result == 0 || result == WRDE_NOSPACE) && !add_words(&words, found.we_wordv, found.we_wordc)) result = WRDE_NOSPACE;
        if (result == 0 || result == WRDE_NOSPACE) flotilla_host_wordfree(&found);
    }
    if (result != 0 && result != WRDE_NOSPACE) {
        /* The answer stays as it was. */
        while (words.count > before) free(words.vector[words.offset + --words.count]);
        if (appends) {
            if (words.vector != NULL) words.vector[words.offset + words.count] = NULL;
            answer->we_wordv = words.vector;
        } else {
            free(words.vector);
        }
        return result;
    }
    if ((flags & WRDE_REUSE) != 0 && !appends) free_words(&old);
    *answer = (wordexp_t){.we_wordc = words.count, .we_wordv = words.vector, .we_offs = offset};
    return result;
}

void flotilla_wordfree(wordexp_t *answer) {
    struct words words = {answer->we_wordc, answer->we_wordv, answer->we_offs};
    free_words(&words);
    answer->we_wordv = NULL;
}

FLOTILLA_NAMES(flotilla_glob, glob, glob64)
FLOTILLA_NAMES(flotilla_globfree, globfree, globfree64)
FLOTILLA_NAMES(flotilla_wordexp, wordexp)
FLOTILLA_NAMES(flotilla_wordfree, wordfree)
