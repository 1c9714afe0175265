/*
 * The working directory and the umask are the rank's: every function that takes a relative name, system calls and
 * children included, follows them.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/interleave.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <limits.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char home[64], own[64];

static int is_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static void write_rank(const char *path)
{
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    fprintf(file, "%d\n", check_rank);
    CHECK_EQUAL(fclose(file), 0);
}

static int read_rank(const char *path)
{
    int value = -1;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return -2;
    if (fscanf(file, "%d", &value) != 1)
        value = -3;
    fclose(file);
    return value;
}

/* Runs before anybody has moved, and shows that the others' moves are not seen. */
static void names(void)
{
    char buffer[PATH_MAX], *answer;
    CHECK(getcwd(buffer, sizeof buffer) != NULL && strcmp(buffer, own) == 0);
    answer = get_current_dir_name();
    CHECK(answer != NULL && strcmp(answer, own) == 0);
    free(answer);
    answer = realpath(".", NULL);
    CHECK(answer != NULL && strcmp(answer, own) == 0);
    free(answer);
    CHECK(syscall(SYS_getcwd, buffer, sizeof buffer) > 0 && strcmp(buffer, own) == 0);
    ssize_t length = readlink("/proc/self/cwd", buffer, sizeof buffer - 1);
    CHECK(length > 0 && (buffer[length] = '\0', strcmp(buffer, own) == 0));
}

static void files(void)
{
    struct stat status, absolute;
    char path[PATH_MAX];
    write_rank("number");
    interleave();
    CHECK_EQUAL(read_rank("number"), check_rank);
    int fd = open("number", O_RDONLY), raw = (int)syscall(SYS_openat, AT_FDCWD, "number", O_RDONLY);
    CHECK(fd >= 0 && raw >= 0);
    CHECK(fstat(fd, &status) == 0 && fstat(raw, &absolute) == 0 && status.st_ino == absolute.st_ino);
    close(fd);
    close(raw);
    snprintf(path, sizeof path, "%s/number", own);
    CHECK(stat(path, &absolute) == 0 && stat("number", &status) == 0 && status.st_ino == absolute.st_ino);
    CHECK(lstat("number", &status) == 0 && status.st_ino == absolute.st_ino);
    CHECK(fstatat(AT_FDCWD, "number", &status, 0) == 0 && status.st_ino == absolute.st_ino);
    CHECK_EQUAL(access("number", R_OK), 0);
    CHECK_EQUAL(mkdir("folder", 0777), 0);
    interleave();
    CHECK_EQUAL(rename("number", "folder/renamed"), 0);
    CHECK_EQUAL(symlink("folder/renamed", "link"), 0);
    interleave();
    CHECK_EQUAL(read_rank("link"), check_rank);
    CHECK_EQUAL(truncate("link", 0), 0);
    CHECK_EQUAL(chmod("folder/renamed", 0600), 0);
    DIR *directory = opendir("folder");
    CHECK(directory != NULL);
    interleave();
    int seen = 0;
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;)
        seen += strcmp(entry->d_name, "renamed") == 0;
    CHECK_EQUAL(seen, 1);
    closedir(directory);
    glob_t found;
    CHECK_EQUAL(glob("fol*/ren*", 0, NULL, &found), 0);
    CHECK_EQUAL(found.gl_pathc, 1);
    globfree(&found);
    CHECK_EQUAL(unlink("link"), 0);
    CHECK_EQUAL(remove("folder/renamed"), 0);
    CHECK_EQUAL(rmdir("folder"), 0);
}

static void children(void)
{
    char command[PATH_MAX + 64], line[PATH_MAX] = "";
    snprintf(command, sizeof command, "test \"$(pwd)\" = %s && umask > mask", own);
    CHECK_EQUAL(system(command), 0);
    FILE *pipe = popen("pwd", "r");
    CHECK(pipe != NULL && fgets(line, sizeof line, pipe) != NULL);
    line[strcspn(line, "\n")] = '\0';
    CHECK(strcmp(line, own) == 0);
    CHECK_EQUAL(pclose(pipe), 0);
    pid_t child = fork();
    if (child == 0) {
        int ok = is_file("mask") && chdir("/") == 0 && umask(0) == (mode_t)(010 | (check_rank & 7));
        _exit(ok ? 0 : 1);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    CHECK(is_file("mask"));
    child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", "test -f mask", (char *)NULL);
        _exit(127);
    }
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    char *arguments[] = {"sh", "-c", "test -f mask", NULL};
    CHECK_EQUAL(posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environ), 0);
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    unlink("mask");
}

static void masks(void)
{
    mode_t mine = (mode_t)(010 | (check_rank & 7));
    struct stat status;
    umask(mine);
    interleave();
    CHECK_EQUAL(umask(mine), mine);
    int fd = open("masked", O_CREAT | O_WRONLY, 0777);
    CHECK(fd >= 0 && fstat(fd, &status) == 0);
    CHECK_EQUAL(status.st_mode & 0777, 0777 & ~mine);
    close(fd);
    CHECK(mkdir("masked.d", 0777) == 0 && stat("masked.d", &status) == 0);
    CHECK_EQUAL(status.st_mode & 0777, 0777 & ~mine);
    write_rank("masked.f");
    CHECK(stat("masked.f", &status) == 0);
    CHECK_EQUAL(status.st_mode & 0777, 0666 & ~mine);
    unlink("masked");
    unlink("masked.f");
    rmdir("masked.d");
}

static void moves(void)
{
    struct stat status;
    CHECK(chdir("no such folder") == -1 && errno == ENOENT);
    write_rank("plain");
    CHECK(chdir("plain") == -1 && errno == ENOTDIR);
    int fd = open("plain", O_RDONLY);
    CHECK(fchdir(fd) == -1 && errno == ENOTDIR);
    close(fd);
    CHECK(fchdir(fd) == -1 && errno == EBADF);
    unlink("plain");
    names();
    int here = open(".", O_RDONLY | O_DIRECTORY);
    CHECK(mkdir("deep", 0700) == 0 && mkdir("deep/deeper", 0700) == 0 && chdir("deep/deeper") == 0);
    interleave();
    write_rank("../rank");
    CHECK_EQUAL(chdir(".."), 0);
    interleave();
    CHECK_EQUAL(read_rank("rank"), check_rank);
    CHECK_EQUAL(unlink("rank"), 0);
    CHECK_EQUAL(fchdir(here), 0);
    close(here);
    interleave();
    names();
    CHECK_EQUAL(rmdir("deep/deeper"), 0);
    CHECK_EQUAL(chdir("deep"), 0);
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/deep", own);
    CHECK_EQUAL(rmdir(path), 0);
    interleave();
    /* A folder that is gone: nothing can be found in it. */
    CHECK(getcwd(path, sizeof path) == NULL && errno == ENOENT);
    CHECK(stat("rank", &status) == -1 && errno == ENOENT);
    CHECK(open("rank", O_CREAT | O_WRONLY, 0600) == -1 && errno == ENOENT);
    CHECK_EQUAL(chdir(own), 0);
    names();
}

int main(int argc, char **argv)
{
    char start_folder[PATH_MAX], now[PATH_MAX];
    start(&argc, &argv);
    CHECK(getcwd(start_folder, sizeof start_folder) != NULL);
    mode_t first = umask(022);
    umask(first);
    strcpy(home, "/tmp/flotilla-folder-XXXXXX");
    if (check_rank == 0)
        CHECK(mkdtemp(home) != NULL);
    MPI_Bcast(home, sizeof home, MPI_CHAR, 0, MPI_COMM_WORLD);
    snprintf(own, sizeof own, "%s/%d", home, check_rank);
    CHECK_EQUAL(mkdir(own, 0700), 0);
    /* Even ranks move first, and odd ones must not notice. */
    if (check_rank % 2 == 0)
        CHECK_EQUAL(chdir(own), 0);
    interleave();
    if (check_rank % 2 == 1) {
        CHECK(getcwd(now, sizeof now) != NULL && strcmp(now, start_folder) == 0);
        mode_t mask = umask(first);
        CHECK_EQUAL(mask, first);
        CHECK_EQUAL(chdir(own), 0);
    }
    interleave();
    names();
    files();
    masks();
    children();
    moves();
    CHECK_EQUAL(chdir(start_folder), 0);
    CHECK_EQUAL(rmdir(own), 0);
    MPI_Barrier(MPI_COMM_WORLD);
    if (check_rank == 0)
        CHECK_EQUAL(rmdir(home), 0);
    return finish("folder");
}
