/*
 * Walks over directories that call back into the guest: scandir, ftw and nftw.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flotilla.h"
#include "names.h"

/* struct stat and struct stat64, struct dirent and struct dirent64 are the same on x86-64. */

/* ---- scandir ---- */

static int read_all(DIR *directory, struct dirent ***answer, int (*select)(const struct dirent *)) {
    struct dirent **entries = NULL;
    size_t count = 0, room = 0;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        if (entry == NULL) break;
        if (select != NULL && !select(entry)) continue;
        if (count == room) {
            room = room == 0 ? 16 : 2 * room;
            struct dirent **larger = realloc(entries, room * sizeof *entries);
            if (larger == NULL) break;
            entries = larger;
        }
        /* d_reclen may count padding after the name, and no more than that is readable. */
        struct dirent *copy = malloc(entry->d_reclen);
        if (copy == NULL) break;
        entries[count++] = memcpy(copy, entry, entry->d_reclen);
    }
    if (errno != 0) {
        int error = errno;
        while (count > 0) free(entries[--count]);
        free(entries);
        errno = error;
        return -1;
    }
    /* The answer must be freeable even when nothing was found. */
    if (entries == NULL && (entries = malloc(sizeof *entries)) == NULL) return -1;
    *answer = entries;
    return (int)count;
}

static int scan(DIR *directory, struct dirent ***answer, int (*select)(const struct dirent *),
                int (*compare)(const struct dirent **, const struct dirent **)) {
    if (directory == NULL) return -1;
    int before = errno;
    int count = read_all(directory, answer, select);
    int error = errno;
    closedir(directory);
    if (count > 0 && compare != NULL) {
        qsort(*answer, (size_t)count, sizeof **answer, (__compar_fn_t)(void (*)(void))compare);
    }
    errno = count < 0 ? error : before;
    return count;
}

int flotilla_scandir(const char *path, struct dirent ***answer, int (*select)(const struct dirent *),
                     int (*compare)(const struct dirent **, const struct dirent **)) {
    return scan(opendir(path), answer, select, compare);
}

int flotilla_scandirat(int at, const char *path, struct dirent ***answer, int (*select)(const struct dirent *),
                       int (*compare)(const struct dirent **, const struct dirent **)) {
    int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return -1;
    DIR *directory = fdopendir(fd);
    if (directory == NULL) {
        int error = errno;
        close(fd);
        errno = error;
    }
    return scan(directory, answer, select, compare);
}

/* ---- ftw and nftw ---- */

typedef int (*tree_function)(const char *, const struct stat *, int, struct FTW *);

struct visited {
    dev_t device;
    ino_t inode;
};

struct tree_walk {
    tree_function function;
    int flags;
    bool old; /* ftw: a symbolic link without a target counts as unreadable */
    dev_t device;
    char *path; /* grows with the depth */
    size_t room;
    void *visited; /* not with FTW_PHYS: a search tree of the directories seen */
};

static int visit(struct tree_walk *walk, size_t length, int level);

static int report(const struct tree_walk *walk, const struct stat *status, int type, int base, int level) {
    struct FTW place = {base, level};
    return walk->function(walk->path, status, type, &place);
}

static int compare_visited(const void *first, const void *second) {
    const struct visited *a = first, *b = second;
    if (a->device != b->device) return a->device < b->device ? -1 : 1;
    return (a->inode > b->inode) - (a->inode < b->inode);
}

/* Remembers a directory: 1 the first time, later 0, or -1. Links may lead to it several times, or around in circles. */
static int is_first_visit(struct tree_walk *walk, const struct stat *status) {
    struct visited *here = malloc(sizeof *here);
    if (here == NULL) return -1;
    *here = (struct visited){status->st_dev, status->st_ino};
    struct visited **found = tsearch(here, &walk->visited, compare_visited);
    if (found != NULL && *found == here) return 1;
    free(here);
    return found == NULL ? -1 : 0;
}

static bool make_room(struct tree_walk *walk, size_t needed) {
    if (needed <= walk->room) return true;
    char *larger = realloc(walk->path, 2 * needed);
    if (larger == NULL) return false;
    walk->path = larger;
    walk->room = 2 * needed;
    return true;
}

/* Visits what is in the open directory. The names are read first: descriptors are not held while deeper levels run. */
static int visit_children(struct tree_walk *walk, DIR *directory, size_t length, int level) {
    struct dirent **entries;
    int count = read_all(directory, &entries, NULL);
    closedir(directory);
    if (count < 0) return -1;
    int result = 0, done = 0;
    for (; done < count && result == 0; done++) {
        const char *name = entries[done]->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
        size_t name_length = strlen(name);
        size_t separator = length > 0 && walk->path[length - 1] == '/' ? 0 : 1;
        if (!make_room(walk, length + separator + name_length + 1)) {
            result = -1;
            break;
        }
        if (separator) walk->path[length] = '/';
        memcpy(walk->path + length + separator, name, name_length + 1);
        result = visit(walk, length + separator + name_length, level);
        walk->path[length] = '\0';
        if ((walk->flags & FTW_ACTIONRETVAL) != 0 && (result == FTW_SKIP_SIBLINGS || result == FTW_SKIP_SUBTREE)) {
            bool siblings = result == FTW_SKIP_SIBLINGS;
            result = 0;
            if (siblings) break;
        }
    }
    for (int i = 0; i < count; i++) free(entries[i]);
    free(entries);
    return result;
}

/* name is the directory's path as seen from the working directory, which FTW_CHDIR changes. */
static int visit_directory(struct tree_walk *walk, const char *name, const struct stat *status, size_t length, int base,
                           int level) {
    DIR *directory = opendir(name);
    if (directory == NULL) return errno == EACCES ? report(walk, status, FTW_DNR, base, level) : -1;
    if ((walk->flags & FTW_DEPTH) == 0) {
        int result = report(walk, status, FTW_D, base, level);
        if (result != 0) {
            closedir(directory);
            if ((walk->flags & FTW_ACTIONRETVAL) != 0 && result == FTW_SKIP_SUBTREE) return 0;
            return result;
        }
    }
    int previous = -1;
    if ((walk->flags & FTW_CHDIR) != 0) {
        previous = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (previous < 0 || fchdir(dirfd(directory)) != 0) {
            closedir(directory);
            return -1;
        }
    }
    int result = visit_children(walk, directory, length, level + 1);
    if (previous >= 0) {
        if (fchdir(previous) != 0 && result == 0) result = -1;
        close(previous);
    }
    if (result != 0) return result;
    return (walk->flags & FTW_DEPTH) != 0 ? report(walk, status, FTW_DP, base, level) : 0;
}

/* Visits the file at walk->path, of that length. */
static int visit(struct tree_walk *walk, size_t length, int level) {
    struct stat status;
    const char *slash = memrchr(walk->path, '/', length);
    int base = slash == NULL || slash[1] == '\0' ? 0 : (int)(slash - walk->path) + 1;
    const char *name = (walk->flags & FTW_CHDIR) != 0 && level > 0 ? walk->path + base : walk->path;
    bool physical = (walk->flags & FTW_PHYS) != 0;
    int type = FTW_F;
    if ((physical ? lstat(name, &status) : stat(name, &status)) != 0) {
        if (errno != EACCES && errno != ENOENT) return -1;
        if (level == 0) return -1;
        memset(&status, 0, sizeof status);
        if (!physical && lstat(name, &status) == 0 && S_ISLNK(status.st_mode)) {
            type = walk->old ? FTW_NS : FTW_SLN;
        } else {
            type = FTW_NS;
        }
        return report(walk, &status, type, base, level);
    }
    if (level == 0) walk->device = status.st_dev;
    if ((walk->flags & FTW_MOUNT) != 0 && status.st_dev != walk->device) return 0;
    if (S_ISLNK(status.st_mode)) return report(walk, &status, FTW_SL, base, level);
    if (!S_ISDIR(status.st_mode)) return report(walk, &status, FTW_F, base, level);
    int first = physical ? 1 : is_first_visit(walk, &status);
    return first == 1 ? visit_directory(walk, name, &status, length, base, level) : first;
}

static int walk_tree(const char *path, tree_function function, int flags, bool old) {
    size_t length = strlen(path);
    if (length == 0) {
        errno = ENOENT;
        return -1;
    }
    while (length > 1 && path[length - 1] == '/') length--;
    struct tree_walk walk = {function, flags, old, 0, malloc(2 * length + 64), 2 * length + 64, NULL};
    if (walk.path == NULL) return -1;
    memcpy(walk.path, path, length);
    walk.path[length] = '\0';
    int result = visit(&walk, length, 0);
    if ((flags & FTW_ACTIONRETVAL) != 0 && (result == FTW_SKIP_SUBTREE || result == FTW_SKIP_SIBLINGS)) result = 0;
    int error = errno;
    tdestroy(walk.visited, free);
    free(walk.path);
    errno = error;
    return result;
}

int flotilla_nftw(const char *path, tree_function function, int descriptors, int flags) {
    (void)descriptors;
    if ((flags & ~(FTW_PHYS | FTW_MOUNT | FTW_CHDIR | FTW_DEPTH | FTW_ACTIONRETVAL)) != 0) {
        errno = EINVAL;
        return -1;
    }
    return walk_tree(path, function, flags, false);
}

/* A fourth argument in a register does not disturb a function of three (psABI). */
int flotilla_ftw(const char *path, int (*function)(const char *, const struct stat *, int), int descriptors) {
    (void)descriptors;
    return walk_tree(path, (tree_function)(void (*)(void))function, 0, true);
}

FLOTILLA_NAMES(flotilla_scandir, scandir, scandir64)
FLOTILLA_NAMES(flotilla_scandirat, scandirat, scandirat64)
FLOTILLA_NAMES(flotilla_ftw, ftw, ftw64)
FLOTILLA_NAMES(flotilla_nftw, nftw, nftw64)
