/*
 * glob and wordexp. glob is our own, because it calls back into the program: the error function, and with GLOB_ALTDIRFUNC
 * the functions that read directories. The words of wordexp are found by the host, with a vector of its own; the rank's
 * vector, which may have entries from before, is in the rank's heap.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

#include "environment.h"
#include "flotilla.h"
#include "heap.h"
#include "names.h"

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

struct search {
    int flags;
    int (*on_error)(const char *, int);
    const glob_t *own; /* the program's functions, with GLOB_ALTDIRFUNC */
    struct words found;
};

/* struct stat and struct stat64, struct dirent and struct dirent64 are the same on x86-64. */

static int status_of(const struct search *search, const char *path, struct stat *status, bool follow) {
    if ((search->flags & GLOB_ALTDIRFUNC) != 0) return (follow ? search->own->gl_stat : search->own->gl_lstat)(path, status);
    return follow ? stat(path, status) : lstat(path, status);
}

static bool is_directory(const struct search *search, const char *path) {
    struct stat status;
    return status_of(search, path, &status, true) == 0 && S_ISDIR(status.st_mode);
}

static bool is_pattern(const char *text, const char *end, bool escapes) {
    bool bracket = false;
    for (; text < end; text++) {
        if (*text == '\\' && escapes && text + 1 < end) {
            text++;
        } else if (*text == '*' || *text == '?' || (*text == ']' && bracket)) {
            return true;
        } else if (*text == '[') {
            bracket = true;
        }
    }
    return false;
}

static char *joined(const char *before, const char *text, size_t length, const char *after) {
    size_t start = strlen(before);
    char *result = malloc(start + length + strlen(after) + 1);
    if (result == NULL) return NULL;
    memcpy(result, before, start);
    memcpy(result + start, text, length);
    strcpy(result + start + length, after);
    return result;
}

static int add_match(struct search *search, char *path) {
    char *marked = NULL;
    size_t length = strlen(path);
    if ((search->flags & GLOB_MARK) != 0 && length > 0 && path[length - 1] != '/' && is_directory(search, path)) {
        if ((marked = joined(path, "/", 1, "")) == NULL) return GLOB_NOSPACE;
        path = marked;
    }
    bool added = add_words(&search->found, &path, 1);
    free(marked);
    return added ? 0 : GLOB_NOSPACE;
}

static int match_in(struct search *search, const char *folder, const char *pattern);

/* The names in a folder that match one part of the pattern; rest: what follows the part, with its slashes. */
static int match_names(struct search *search, const char *folder, const char *part, const char *rest) {
    const char *name = folder[0] == '\0' ? "." : folder;
    bool own = (search->flags & GLOB_ALTDIRFUNC) != 0;
    void *directory = own ? search->own->gl_opendir(name) : opendir(name);
    if (directory == NULL) {
        int error = errno;
        bool stops = error != ENOTDIR && ((search->on_error != NULL && search->on_error(name, error) != 0) ||
                                          (search->flags & GLOB_ERR) != 0);
        return stops ? GLOB_ABORTED : 0;
    }
    int matching = ((search->flags & GLOB_PERIOD) == 0 ? FNM_PERIOD : 0) | ((search->flags & GLOB_NOESCAPE) != 0 ? FNM_NOESCAPE : 0);
    bool needs_directory = rest[0] != '\0' || (search->flags & GLOB_ONLYDIR) != 0;
    struct words names = {0, NULL, 0};
    int result = 0;
    const struct dirent *entry;
    while (result == 0 && (entry = own ? (struct dirent *)search->own->gl_readdir(directory) : readdir(directory)) != NULL) {
        bool maybe = entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN || entry->d_type == DT_LNK;
        if ((needs_directory && !maybe) || fnmatch(part, entry->d_name, matching) != 0) continue;
        char *text = (char *)entry->d_name;
        if (!add_words(&names, &text, 1)) result = GLOB_NOSPACE;
    }
    if (own) search->own->gl_closedir(directory);
    else closedir(directory);
    size_t slashes = strspn(rest, "/");
    for (size_t i = 0; i < names.count && result == 0; i++) {
        char *path = joined(folder, names.vector[i], strlen(names.vector[i]), "");
        if (path == NULL) {
            result = GLOB_NOSPACE;
        } else if (rest[0] == '\0') {
            result = add_match(search, path);
        } else if (is_directory(search, path)) {
            char *deeper = joined(path, rest, slashes, "");
            result = deeper == NULL ? GLOB_NOSPACE : match_in(search, deeper, rest + slashes);
            free(deeper);
        }
        free(path);
    }
    free_words(&names);
    return result;
}

/* Adds the paths that match the pattern, seen from the folder, whose name is empty or ends with a slash. */
static int match_in(struct search *search, const char *folder, const char *pattern) {
    bool escapes = (search->flags & GLOB_NOESCAPE) == 0;
    const char *end = strchrnul(pattern, '/');
    if (is_pattern(pattern, end, escapes)) {
        char *part = joined("", pattern, (size_t)(end - pattern), "");
        if (part == NULL) return GLOB_NOSPACE;
        int result = match_names(search, folder, part, end);
        free(part);
        return result;
    }
    /* A plain name, and the slashes after it. */
    size_t length = (size_t)(end - pattern) + strspn(end, "/");
    char *path = joined(folder, pattern, length, "");
    if (path == NULL) return GLOB_NOSPACE;
    if (escapes) {
        char *to = path + strlen(folder);
        for (const char *from = to; *from != '\0'; *to++ = *from++) {
            if (*from == '\\' && from[1] != '\0') from++;
        }
        *to = '\0';
    }
    struct stat status;
    int result = 0;
    if (pattern[length] != '\0') result = match_in(search, path, pattern + length);
    else if (path[0] != '\0' && status_of(search, path, &status, false) == 0) result = add_match(search, path);
    free(path);
    return result;
}

/* The pattern with ~ or ~user replaced by that one's folder, in memory to be freed; NULL: there is none. */
static char *with_home(const char *pattern) {
    const char *end = strchrnul(pattern, '/'), *home = NULL;
    struct passwd user, *found = NULL;
    char buffer[4096];
    if (end == pattern + 1) {
        home = flotilla_getenv("HOME");
        if (home == NULL || home[0] == '\0') getpwuid_r(getuid(), &user, buffer, sizeof buffer, &found);
    } else {
        char *name = joined("", pattern + 1, (size_t)(end - pattern) - 1, "");
        if (name != NULL) getpwnam_r(name, &user, buffer, sizeof buffer, &found);
        free(name);
    }
    if (found != NULL) home = found->pw_dir;
    return home == NULL || home[0] == '\0' ? NULL : joined(home, end, strlen(end), "");
}

static int by_locale(const void *first, const void *second) {
    return strcoll(*(char *const *)first, *(char *const *)second);
}

static int match_one(struct search *search, const char *pattern) {
    size_t before = search->found.count;
    char *path = NULL;
    if ((search->flags & (GLOB_TILDE | GLOB_TILDE_CHECK)) != 0 && pattern[0] == '~') {
        path = with_home(pattern);
        if (path == NULL && (search->flags & GLOB_TILDE_CHECK) != 0) return 0;
    }
    const char *text = path != NULL ? path : pattern;
    size_t slashes = strspn(text, "/");
    char *root = joined("", text, slashes, "");
    int result = root == NULL ? GLOB_NOSPACE : text[0] == '\0' ? 0 : text[slashes] == '\0' ? add_match(search, root)
                                                                  : match_in(search, root, text + slashes);
    free(root);
    free(path);
    if (result == 0 && (search->flags & GLOB_NOSORT) == 0 && search->found.count > before) {
        qsort(search->found.vector + search->found.offset + before, search->found.count - before, sizeof(char *), by_locale);
    }
    return result;
}

/* The end of an alternative that starts here: its comma or closing brace; NULL: the brace isn't closed. */
static const char *end_of_alternative(const char *text, bool escapes) {
    for (int depth = 0; *text != '\0'; text++) {
        if (*text == '\\' && escapes && text[1] != '\0') text++;
        else if (*text == '{') depth++;
        else if ((*text == ',' && depth == 0) || (*text == '}' && depth-- == 0)) return text;
    }
    return NULL;
}

/* Each alternative of the first {a,b} in turn, in the order written. */
static int match_braces(struct search *search, const char *pattern) {
    bool escapes = (search->flags & GLOB_NOESCAPE) == 0;
    const char *open = pattern;
    for (; *open != '\0'; open++) {
        if (*open == '\\' && escapes && open[1] != '\0') open++;
        else if (*open == '{' && open[1] == '}') open++;
        else if (*open == '{') break;
    }
    const char *close = *open == '\0' ? NULL : open + 1;
    while (close != NULL && (close = end_of_alternative(close, escapes)) != NULL && *close == ',') close++;
    if (close == NULL) return match_one(search, pattern);
    int result = 0;
    for (const char *start = open + 1; result == 0;) {
        const char *end = end_of_alternative(start, escapes);
        char *head = joined("", pattern, (size_t)(open - pattern), "");
        char *one = head == NULL ? NULL : joined(head, start, (size_t)(end - start), close + 1);
        result = one == NULL ? GLOB_NOSPACE : match_braces(search, one);
        free(head);
        free(one);
        if (*end == '}') break;
        start = end + 1;
    }
    return result;
}

int flotilla_glob(const char *pattern, int flags, int (*on_error)(const char *, int), glob_t *answer) {
    const int known = GLOB_ERR | GLOB_MARK | GLOB_NOSORT | GLOB_DOOFFS | GLOB_NOCHECK | GLOB_APPEND | GLOB_NOESCAPE | GLOB_PERIOD |
                      GLOB_ALTDIRFUNC | GLOB_BRACE | GLOB_NOMAGIC | GLOB_TILDE | GLOB_ONLYDIR | GLOB_TILDE_CHECK;
    if (pattern == NULL || answer == NULL || (flags & ~known) != 0) {
        errno = EINVAL;
        return -1;
    }
    size_t offset = (flags & GLOB_DOOFFS) != 0 ? answer->gl_offs : 0;
    struct search search = {flags, on_error, answer, {0, NULL, offset}};
    if ((flags & GLOB_APPEND) != 0) search.found = (struct words){answer->gl_pathc, answer->gl_pathv, offset};
    size_t before = search.found.count;
    int result = (flags & GLOB_BRACE) != 0 ? match_braces(&search, pattern) : match_one(&search, pattern);
    bool magic = is_pattern(pattern, pattern + strlen(pattern), (flags & GLOB_NOESCAPE) == 0);
    if (result == 0 && search.found.count == before) {
        char *itself = (char *)pattern;
        if ((flags & GLOB_NOCHECK) == 0 && ((flags & GLOB_NOMAGIC) == 0 || magic)) result = GLOB_NOMATCH;
        else if (!add_words(&search.found, &itself, 1)) result = GLOB_NOSPACE;
    }
    answer->gl_pathc = search.found.count;
    answer->gl_pathv = search.found.vector;
    answer->gl_offs = offset;
    answer->gl_flags = flags | (magic ? GLOB_MAGCHAR : 0);
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
    for (char **entry = *flotilla_environment(); entry != NULL && *entry != NULL; entry++) flotilla_host_putenv(*entry);
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
