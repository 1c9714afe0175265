/*
 * fts: walks over file hierarchies whose comparison function is the program's. The semantics are those of 4.4BSD's
 * fts(3), as in glibc; FTS_WHITEOUT has no meaning on Linux.
 *
 * Each entry owns its path, so nothing has to be corrected when paths grow. Children are examined relative to the open
 * directory, before the walk changes into it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flotilla.h"
#include "names.h"

static bool has(const FTS *walk, int option) {
    return (walk->fts_options & option) != 0;
}

static bool is_dot(const char *name) {
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* An entry with its name, its status and its path in one block. */
static FTSENT *new_entry(const FTS *walk, FTSENT *parent, const char *name) {
    size_t length = strlen(name), before = 0;
    bool root = parent == NULL || parent->fts_level == FTS_ROOTPARENTLEVEL;
    bool separator = false;
    if (!root) {
        before = parent->fts_pathlen;
        separator = before > 0 && parent->fts_path[before - 1] != '/';
    }
    size_t status = (offsetof(FTSENT, fts_name) + length + 1 + 15) & ~(size_t)15;
    size_t path = status + sizeof(struct stat), path_length = before + separator + length;
    if (path_length > 0xffff) {
        errno = ENAMETOOLONG; /* fts_pathlen has 16 bits */
        return NULL;
    }
    FTSENT *entry = calloc(1, path + path_length + 1);
    if (entry == NULL) return NULL;
    memcpy(entry->fts_name, name, length);
    entry->fts_namelen = (unsigned short)length;
    entry->fts_statp = (struct stat *)((char *)entry + status);
    entry->fts_path = (char *)entry + path;
    if (before > 0) memcpy(entry->fts_path, parent->fts_path, before);
    if (separator) entry->fts_path[before] = '/';
    memcpy(entry->fts_path + before + separator, name, length);
    entry->fts_pathlen = (unsigned short)path_length;
    entry->fts_accpath = root || has(walk, FTS_NOCHDIR) ? entry->fts_path : entry->fts_name;
    entry->fts_parent = parent;
    entry->fts_level = (short)(parent == NULL ? FTS_ROOTPARENTLEVEL : parent->fts_level + 1);
    entry->fts_instr = FTS_NOINSTR;
    return entry;
}

static void free_list(FTSENT *entry) {
    while (entry != NULL) {
        FTSENT *next = entry->fts_link;
        free(entry);
        entry = next;
    }
}

/* Learns what the entry is, by its name in the open directory, and answers its fts_info. */
static unsigned short examine(const FTS *walk, FTSENT *entry, int at, const char *name, bool follow) {
    struct stat *status = entry->fts_statp;
    entry->fts_errno = 0;
    if (has(walk, FTS_LOGICAL) || follow) {
        if (fstatat(at, name, status, 0) != 0) {
            int error = errno;
            if (fstatat(at, name, status, AT_SYMLINK_NOFOLLOW) == 0) {
                errno = 0;
                return FTS_SLNONE;
            }
            entry->fts_errno = error;
        }
    } else if (fstatat(at, name, status, AT_SYMLINK_NOFOLLOW) != 0) {
        entry->fts_errno = errno;
    }
    if (entry->fts_errno != 0) {
        memset(status, 0, sizeof *status);
        return FTS_NS;
    }
    if (S_ISDIR(status->st_mode)) {
        entry->fts_dev = status->st_dev;
        entry->fts_ino = status->st_ino;
        entry->fts_nlink = status->st_nlink;
        if (is_dot(entry->fts_name)) return FTS_DOT;
        for (FTSENT *up = entry->fts_parent; up != NULL && up->fts_level >= FTS_ROOTLEVEL; up = up->fts_parent) {
            if (up->fts_ino == entry->fts_ino && up->fts_dev == entry->fts_dev) {
                entry->fts_cycle = up;
                return FTS_DC;
            }
        }
        return FTS_D;
    }
    if (S_ISLNK(status->st_mode)) return FTS_SL;
    return S_ISREG(status->st_mode) ? FTS_F : FTS_DEFAULT;
}

/* The list in the order of the program's function, which may call anything. On lack of memory: as it was. */
static FTSENT *sorted(const FTS *walk, FTSENT *first, size_t count) {
    if (walk->fts_compar == NULL || count < 2) return first;
    FTSENT **array = malloc(count * sizeof *array);
    if (array == NULL) return first;
    size_t i = 0;
    for (FTSENT *entry = first; entry != NULL; entry = entry->fts_link) array[i++] = entry;
    qsort(array, count, sizeof *array, walk->fts_compar);
    for (i = 0; i < count; i++) array[i]->fts_link = i + 1 < count ? array[i + 1] : NULL;
    first = array[0];
    free(array);
    return first;
}

/* What is in a directory; NULL also when that is nothing, or can't be read: then the directory's fts_info says so. */
static FTSENT *read_children(FTS *walk, FTSENT *parent, bool names_only, bool descends) {
    DIR *directory = opendir(parent->fts_accpath);
    if (directory == NULL) {
        if (descends) {
            parent->fts_info = FTS_DNR;
            parent->fts_errno = errno;
        }
        return NULL;
    }
    FTSENT *first = NULL, **last = &first;
    size_t count = 0;
    int error = 0;
    for (;;) {
        errno = 0;
        const struct dirent *found = readdir(directory);
        if (found == NULL) {
            error = errno;
            break;
        }
        if (is_dot(found->d_name) && !has(walk, FTS_SEEDOT)) continue;
        FTSENT *entry = new_entry(walk, parent, found->d_name);
        if (entry == NULL) {
            error = errno;
            free_list(first);
            first = NULL;
            walk->fts_options |= FTS_STOP;
            parent->fts_info = FTS_ERR;
            parent->fts_errno = error;
            closedir(directory);
            errno = error;
            return NULL;
        }
        bool file = found->d_type != DT_UNKNOWN && found->d_type != DT_DIR;
        bool skips = names_only || (has(walk, FTS_NOSTAT) && has(walk, FTS_PHYSICAL) && file);
        entry->fts_info = skips ? FTS_NSOK : examine(walk, entry, dirfd(directory), found->d_name, false);
        *last = entry;
        last = &entry->fts_link;
        count++;
    }
    closedir(directory);
    errno = error;
    if (error != 0 && descends) parent->fts_errno = error;
    if (count == 0) {
        if (descends) parent->fts_info = error != 0 ? FTS_ERR : FTS_DP;
        return NULL;
    }
    return sorted(walk, first, count);
}

/* Changes to a directory, if it is still the one that the entry describes. */
static int change_to(const FTS *walk, const FTSENT *entry, const char *path) {
    if (has(walk, FTS_NOCHDIR)) return 0;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return -1;
    struct stat status;
    int result = fstat(fd, &status);
    if (result == 0 && (status.st_dev != entry->fts_dev || status.st_ino != entry->fts_ino)) {
        errno = ENOENT;
        result = -1;
    }
    if (result == 0) result = fchdir(fd);
    int error = errno;
    close(fd);
    errno = error;
    return result;
}

static int change_back(const FTS *walk, int fd) {
    return has(walk, FTS_NOCHDIR) ? 0 : fchdir(fd);
}

static FTSENT *stop(FTS *walk) {
    walk->fts_options |= FTS_STOP;
    return NULL;
}

/* ---- The interface ---- */

FTS *flotilla_fts_open(char *const *paths, int options, int (*compare)(const FTSENT **, const FTSENT **)) {
    if ((options & ~FTS_OPTIONMASK) != 0 || paths == NULL) {
        errno = EINVAL;
        return NULL;
    }
    FTS *walk = calloc(1, sizeof *walk);
    if (walk == NULL) return NULL;
    walk->fts_compar = (int (*)(const void *, const void *))(void (*)(void))compare;
    walk->fts_options = options;
    walk->fts_rfd = -1;
    if (has(walk, FTS_LOGICAL)) walk->fts_options |= FTS_NOCHDIR;
    FTSENT *above = new_entry(walk, NULL, ""), *first = NULL, **last = &first;
    size_t count = 0;
    int error = above == NULL ? errno : 0;
    for (; error == 0 && paths[count] != NULL; count++) {
        FTSENT *root = NULL;
        errno = ENOENT;
        if (paths[count][0] != '\0') root = new_entry(walk, above, paths[count]);
        if (root == NULL) {
            error = errno;
            break;
        }
        root->fts_info = examine(walk, root, AT_FDCWD, root->fts_path, has(walk, FTS_COMFOLLOW));
        /* A root may be called "." */
        if (root->fts_info == FTS_DOT) root->fts_info = FTS_D;
        *last = root;
        last = &root->fts_link;
    }
    if (error != 0) {
        free_list(first);
        free(above);
        free(walk);
        errno = error;
        return NULL;
    }
    above->fts_link = sorted(walk, first, count);
    above->fts_info = FTS_INIT;
    walk->fts_cur = above;
    if (!has(walk, FTS_NOCHDIR) && (walk->fts_rfd = open(".", O_RDONLY | O_CLOEXEC)) < 0) walk->fts_options |= FTS_NOCHDIR;
    return walk;
}

/* A root's name is the last part of its path. */
static FTSENT *start_root(FTS *walk, FTSENT *root) {
    const char *slash = strrchr(root->fts_name, '/');
    if (slash != NULL && (slash != root->fts_name || slash[1] != '\0')) {
        root->fts_namelen = (unsigned short)strlen(slash + 1);
        memmove(root->fts_name, slash + 1, root->fts_namelen + 1U);
    }
    walk->fts_dev = root->fts_dev;
    return walk->fts_cur = root;
}

/* Looks again, through a symbolic link. The way back from where it leads is kept open. */
static void follow(const FTS *walk, FTSENT *entry) {
    entry->fts_info = examine(walk, entry, AT_FDCWD, entry->fts_accpath, true);
    if (entry->fts_info == FTS_D && !has(walk, FTS_NOCHDIR)) {
        if ((entry->fts_symfd = open(".", O_RDONLY | O_CLOEXEC)) < 0) {
            entry->fts_errno = errno;
            entry->fts_info = FTS_ERR;
        } else {
            entry->fts_flags |= FTS_SYMFOLLOW;
        }
    }
}

static void leave_link(FTSENT *entry) {
    if ((entry->fts_flags & FTS_SYMFOLLOW) != 0) close(entry->fts_symfd);
    entry->fts_flags &= (unsigned short)~FTS_SYMFOLLOW;
}

/* The first child of the current directory to be shown; NULL: there is none, or it can't be had. */
static FTSENT *descend(FTS *walk, FTSENT *entry) {
    if (has(walk, FTS_NAMEONLY)) {
        free_list(walk->fts_child);
        walk->fts_child = NULL;
        walk->fts_options &= ~FTS_NAMEONLY;
    }
    FTSENT *first = walk->fts_child;
    if (first == NULL) first = read_children(walk, entry, false, true);
    walk->fts_child = NULL;
    if (first != NULL && change_to(walk, entry, entry->fts_accpath) != 0) {
        entry->fts_errno = errno;
        entry->fts_flags |= FTS_DONTCHDIR;
        for (FTSENT *child = first; child != NULL; child = child->fts_link) child->fts_accpath = entry->fts_accpath;
    }
    return first;
}

/* Back in the directory that holds the entry, whose children have all been shown. */
static int ascend(const FTS *walk, FTSENT *entry) {
    if (entry->fts_level == FTS_ROOTLEVEL) {
        int result = change_back(walk, walk->fts_rfd);
        leave_link(entry);
        return result;
    }
    if ((entry->fts_flags & FTS_SYMFOLLOW) != 0) {
        int result = change_back(walk, entry->fts_symfd);
        leave_link(entry);
        return result;
    }
    return (entry->fts_flags & FTS_DONTCHDIR) != 0 ? 0 : change_to(walk, entry->fts_parent, "..");
}

FTSENT *flotilla_fts_read(FTS *walk) {
    FTSENT *entry = walk->fts_cur;
    if (entry == NULL || has(walk, FTS_STOP)) return NULL;
    unsigned short instruction = entry->fts_instr;
    entry->fts_instr = FTS_NOINSTR;
    if (instruction == FTS_AGAIN) {
        entry->fts_info = examine(walk, entry, AT_FDCWD, entry->fts_accpath, false);
        return entry;
    }
    if (instruction == FTS_FOLLOW && (entry->fts_info == FTS_SL || entry->fts_info == FTS_SLNONE)) {
        follow(walk, entry);
        return entry;
    }
    FTSENT *next;
    if (entry->fts_info == FTS_D) {
        if (instruction == FTS_SKIP || (has(walk, FTS_XDEV) && entry->fts_dev != walk->fts_dev)) {
            leave_link(entry);
            free_list(walk->fts_child);
            walk->fts_child = NULL;
            entry->fts_info = FTS_DP;
            return entry;
        }
        next = descend(walk, entry);
        if (next == NULL) {
            leave_link(entry);
            return has(walk, FTS_STOP) ? NULL : entry;
        }
        return walk->fts_cur = next;
    }
    for (;;) {
        next = entry->fts_link;
        if (next == NULL) break;
        if (entry->fts_info == FTS_INIT) entry->fts_link = NULL; /* It stays, as the roots' parent. */
        else free(entry);
        entry = next;
        if (entry->fts_level == FTS_ROOTLEVEL) {
            if (change_back(walk, walk->fts_rfd) != 0) return stop(walk);
            return start_root(walk, entry);
        }
        if (entry->fts_instr == FTS_SKIP) continue;
        if (entry->fts_instr == FTS_FOLLOW) {
            follow(walk, entry);
            entry->fts_instr = FTS_NOINSTR;
        }
        return walk->fts_cur = entry;
    }
    FTSENT *parent = entry->fts_parent;
    free(entry);
    if (parent == NULL || parent->fts_level == FTS_ROOTPARENTLEVEL) {
        free(parent);
        walk->fts_cur = NULL;
        errno = 0;
        return NULL;
    }
    walk->fts_cur = parent;
    if (ascend(walk, parent) != 0) return stop(walk);
    parent->fts_info = parent->fts_errno != 0 ? FTS_ERR : FTS_DP;
    return parent;
}

FTSENT *flotilla_fts_children(FTS *walk, int instruction) {
    if (instruction != 0 && instruction != FTS_NAMEONLY) {
        errno = EINVAL;
        return NULL;
    }
    FTSENT *entry = walk->fts_cur;
    errno = 0;
    if (entry == NULL || has(walk, FTS_STOP)) return NULL;
    if (entry->fts_info == FTS_INIT) return entry->fts_link;
    if (entry->fts_info != FTS_D) return NULL;
    free_list(walk->fts_child);
    walk->fts_options &= ~FTS_NAMEONLY;
    if (instruction == FTS_NAMEONLY) walk->fts_options |= FTS_NAMEONLY;
    return walk->fts_child = read_children(walk, entry, instruction == FTS_NAMEONLY, false);
}

int flotilla_fts_set(FTS *walk, FTSENT *entry, int instruction) {
    (void)walk;
    if (instruction != 0 && instruction != FTS_AGAIN && instruction != FTS_FOLLOW && instruction != FTS_NOINSTR &&
        instruction != FTS_SKIP) {
        errno = EINVAL;
        return 1;
    }
    entry->fts_instr = (unsigned short)instruction;
    return 0;
}

int flotilla_fts_close(FTS *walk) {
    /* The current entry, those after it, and the same for each directory above. */
    for (FTSENT *entry = walk->fts_cur; entry != NULL;) {
        FTSENT *parent = entry->fts_parent;
        for (FTSENT *next; entry != NULL; entry = next) {
            next = entry->fts_link;
            leave_link(entry);
            free(entry);
        }
        entry = parent;
    }
    free_list(walk->fts_child);
    int result = 0, error = errno;
    if (walk->fts_rfd >= 0) {
        if (!has(walk, FTS_NOCHDIR) && fchdir(walk->fts_rfd) != 0) {
            error = errno;
            result = -1;
        }
        close(walk->fts_rfd);
    }
    free(walk);
    errno = error;
    return result;
}

/* FTSENT and FTSENT64 are the same on x86-64. */
FLOTILLA_NAMES(flotilla_fts_open, fts_open, fts64_open)
FLOTILLA_NAMES(flotilla_fts_read, fts_read, fts64_read)
FLOTILLA_NAMES(flotilla_fts_children, fts_children, fts64_children)
FLOTILLA_NAMES(flotilla_fts_set, fts_set, fts64_set)
FLOTILLA_NAMES(flotilla_fts_close, fts_close, fts64_close)
