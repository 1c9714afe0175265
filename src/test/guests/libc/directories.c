/* scandir, ftw and nftw call back into the program. */
#define _GNU_SOURCE
#include <dirent.h>
#include <ftw.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static size_t prefix;
static long sum;

static void make(const char *root, const char *name, int directory) {
    char path[300];
    snprintf(path, sizeof path, "%s/%s", root, name);
    if (directory) {
        mkdir(path, 0700);
    } else {
        FILE *file = fopen(path, "w");
        fputs(name, file);
        fclose(file);
    }
}

static int no_dots(const struct dirent *entry) { return entry->d_name[0] != '.'; }

/* The order inside a directory is the file system's: only what does not depend on it is shown. */
static int count(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status;
    const char *rest = path + prefix;
    sum += (long)strlen(rest) * (type + 1) * (place->level + 1);
    if (strcmp(rest, "/a") == 0 || strcmp(rest, "/a/deep") == 0 || rest[0] == '\0') {
        printf("[%s] type %d level %d base %d\n", rest, type, place->level, place->base - (int)prefix);
    }
    return 0;
}

static int stop(const char *path, const struct stat *status, int type) {
    (void)path;
    (void)status;
    return type == FTW_F ? 77 : 0;
}

static int drop(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

int main(void) {
    char root[] = "/tmp/flotilla-directories-XXXXXX";
    if (mkdtemp(root) == NULL) return 1;
    prefix = strlen(root);
    make(root, "a", 1);
    make(root, "a/deep", 1);
    make(root, "a/deep/file", 0);
    make(root, "a/file10", 0);
    make(root, "a/file9", 0);
    make(root, "b", 1);
    make(root, "zero", 0);
    char path[300];
    snprintf(path, sizeof path, "%s/a", root);
    struct dirent **entries;
    int n = scandir(path, &entries, no_dots, alphasort);
    for (int i = 0; i < n; i++) {
        printf("%s ", entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    n = scandir(path, &entries, no_dots, versionsort);
    for (int i = 0; i < n; i++) {
        printf("%s ", entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    printf("%d\n", scandir("/nonexistent", &entries, NULL, NULL));
    printf("nftw %d\n", nftw(root, count, 10, FTW_PHYS));
    printf("sum %ld\n", sum);
    printf("depth %d\n", nftw(root, count, 1, FTW_DEPTH));
    printf("sum %ld\n", sum);
    printf("chdir %d\n", nftw(root, count, 10, FTW_CHDIR));
    printf("sum %ld\n", sum);
    printf("ftw %d\n", ftw(root, stop, 10));
    snprintf(path, sizeof path, "%s/a/file*", root);
    glob_t found;
    printf("glob %d", glob(path, 0, NULL, &found));
    for (size_t i = 0; i < found.gl_pathc; i++) printf(" %s", found.gl_pathv[i] + prefix);
    printf("\n");
    globfree(&found);
    printf("remove %d\n", nftw(root, drop, 10, FTW_DEPTH | FTW_PHYS));
    printf("gone %d\n", access(root, F_OK) != 0);
    return 0;
}
