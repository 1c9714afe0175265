/*
 * Functions that take descriptors, with numbers that are not the process's under Flotilla: redirected standard input, and what
 * comes after it.
 *
 * test: ranks 1 4
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/inotify.h>
#include <termios.h>
#include <unistd.h>

#include "../support/check.h"

static char folder[] = "/tmp/flotilla-descriptor-calls-XXXXXX";

/* Opens a file as number 0. */
static int as_input(const char *name, int flags)
{
    char path[100];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    close(0);
    return open(path, flags, 0600);
}

static void names(void)
{
    struct stat status;
    struct statx extended;
    char target[10] = "";
    struct timespec times[2] = {{1000, 0}, {2000, 0}};
    struct timeval microseconds[2] = {{1000, 0}, {3000, 0}};
    CHECK_EQUAL(as_input("", O_RDONLY | O_DIRECTORY), 0);
    CHECK_EQUAL(mkdirat(0, "inner", 0700), 0);
    CHECK_EQUAL(fstatat(0, "inner", &status, 0), 0);
    CHECK_EQUAL(statx(0, "inner", 0, STATX_MODE, &extended), 0);
    CHECK(S_ISDIR(status.st_mode) && extended.stx_mode == status.st_mode);
    CHECK_EQUAL(close(openat(0, "file", O_CREAT | O_WRONLY, 0600)), 0);
    CHECK_EQUAL(faccessat(0, "file", R_OK, 0), 0);
    CHECK_EQUAL(fchmodat(0, "file", 0640, 0), 0);
    CHECK_EQUAL(fchownat(0, "file", getuid(), getgid(), 0), 0);
    CHECK_EQUAL(utimensat(0, "file", times, 0), 0);
    CHECK(fstatat(0, "file", &status, 0) == 0 && (status.st_mode & 0777) == 0640 && status.st_mtime == 2000);
    CHECK_EQUAL(futimesat(0, "file", microseconds), 0);
    CHECK(fstatat(0, "file", &status, 0) == 0 && status.st_mtime == 3000);
    CHECK_EQUAL(symlinkat("file", 0, "link"), 0);
    CHECK(readlinkat(0, "link", target, sizeof target) == 4 && strcmp(target, "file") == 0);
    CHECK_EQUAL(linkat(0, "file", 0, "second", 0), 0);
    CHECK_EQUAL(mkfifoat(0, "fifo", 0600), 0);
    CHECK_EQUAL(mknodat(0, "other fifo", S_IFIFO | 0600, 0), 0);
    CHECK_EQUAL(renameat(0, "fifo", 0, "inner/fifo"), 0);
    CHECK_EQUAL(renameat2(0, "second", 0, "third", RENAME_NOREPLACE), 0);
    CHECK_EQUAL(unlinkat(0, "inner/fifo", 0), 0);
    CHECK_EQUAL(unlinkat(0, "other fifo", 0), 0);
    CHECK_EQUAL(unlinkat(0, "third", 0), 0);
    CHECK_EQUAL(unlinkat(0, "link", 0), 0);
    CHECK_EQUAL(unlinkat(0, "inner", AT_REMOVEDIR), 0);
    char entries[1000];
    CHECK(getdents64(0, entries, sizeof entries) > 0);
    CHECK(fpathconf(0, _PC_NAME_MAX) > 0);
    CHECK(unlinkat(-1, "file", 0) == -1 && errno == EBADF);
    CHECK_EQUAL(close(0), 0);
}

static void files(void)
{
    struct stat status;
    struct statfs system;
    struct statvfs portable;
    struct timespec times[2] = {{1000, 0}, {2000, 0}};
    struct timeval microseconds[2] = {{1000, 0}, {3000, 0}};
    CHECK_EQUAL(as_input("file", O_RDWR), 0);
    CHECK_EQUAL(fchmod(0, 0604), 0);
    CHECK_EQUAL(fchown(0, getuid(), getgid()), 0);
    CHECK_EQUAL(futimens(0, times), 0);
    CHECK(fstat(0, &status) == 0 && (status.st_mode & 0777) == 0604 && status.st_mtime == 2000);
    CHECK_EQUAL(futimes(0, microseconds), 0);
    CHECK(fstat(0, &status) == 0 && status.st_mtime == 3000);
    CHECK(fstatfs(0, &system) == 0 && fstatvfs(0, &portable) == 0 && portable.f_namemax > 0);
    CHECK_EQUAL(fallocate(0, 0, 0, 4096), 0);
    CHECK_EQUAL(posix_fallocate(0, 0, 8192), 0);
    CHECK_EQUAL(posix_fadvise(0, 0, 0, POSIX_FADV_SEQUENTIAL), 0);
    CHECK_EQUAL(readahead(0, 0, 4096), 0);
    CHECK(fstat(0, &status) == 0 && status.st_size == 8192);
    CHECK_EQUAL(sync_file_range(0, 0, 0, SYNC_FILE_RANGE_WRITE), 0);
    CHECK(tcgetattr(0, &(struct termios){0}) == -1 && errno == ENOTTY);
    CHECK(tcgetpgrp(0) == -1 && errno == ENOTTY);
    CHECK_EQUAL(posix_fadvise(-1, 0, 0, POSIX_FADV_NORMAL), EBADF);
    CHECK_EQUAL(pwrite(0, "something", 9, 0), 9);

    char copied[10] = "", name[100];
    snprintf(name, sizeof name, "%s/copyXXXXXX.end", folder);
    int copy = mkostemps(name, 4, O_APPEND | O_CLOEXEC);
    CHECK(copy > 0 && fcntl(copy, F_GETFD) == FD_CLOEXEC && fcntl(copy, F_SETFL, 0) == 0);
    off_t from = 4;
    CHECK_EQUAL(sendfile(copy, 0, &from, 5), 5);
    loff_t start = 0;
    CHECK_EQUAL(copy_file_range(0, &start, copy, NULL, 4, 0), 4);
    CHECK(pread(copy, copied, 9, 0) == 9 && strcmp(copied, "thingsome") == 0);
    CHECK_EQUAL(unlink(name), 0);
    int ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    start = 0;
    CHECK_EQUAL(splice(0, &start, ends[1], NULL, 4, 0), 4);
    CHECK(read(ends[0], copied, 9) == 4 && memcmp(copied, "some", 4) == 0);
    close(ends[0]);
    close(ends[1]);
    close(copy);
    CHECK_EQUAL(close(0), 0);

    /* New descriptors take the number that is free. */
    snprintf(name, sizeof name, "%s/XXXXXX", folder);
    CHECK_EQUAL(mkstemp(name), 0);
    CHECK(write(0, "x", 1) == 1 && stat(name, &status) == 0 && status.st_size == 1);
    CHECK_EQUAL(unlink(name), 0);
    close(0);
    snprintf(name, sizeof name, "/flotilla-descriptor-calls-%d-%d", (int)getpid(), check_rank);
    CHECK_EQUAL(shm_open(name, O_CREAT | O_RDWR, 0600), 0);
    CHECK_EQUAL(ftruncate(0, 4096), 0);
    char *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, 0, 0);
    CHECK(shared != MAP_FAILED && fcntl(0, F_GETFD) == FD_CLOEXEC);
    shared[0] = 'y';
    CHECK(read(0, copied, 1) == 1 && copied[0] == 'y');
    CHECK_EQUAL(munmap(shared, 4096), 0);
    CHECK_EQUAL(shm_unlink(name), 0);
    close(0);
}

static void objects(void)
{
    eventfd_t value = 0;
    CHECK_EQUAL(eventfd(0, 0), 0);
    CHECK_EQUAL(eventfd_write(0, 7), 0);
    CHECK(eventfd_read(0, &value) == 0 && value == 7);
    close(0);
    CHECK_EQUAL(timerfd_create(CLOCK_MONOTONIC, 0), 0);
    struct itimerspec in_an_hour = {{0, 0}, {3600, 0}}, left;
    CHECK_EQUAL(timerfd_settime(0, 0, &in_an_hour, NULL), 0);
    CHECK(timerfd_gettime(0, &left) == 0 && left.it_value.tv_sec >= 3500);
    close(0);
    CHECK_EQUAL(inotify_init(), 0);
    int watch = inotify_add_watch(0, folder, IN_CREATE);
    CHECK(watch > 0 && inotify_rm_watch(0, watch) == 0);
    close(0);
}

/* What a program closes before it would start another one is its own. */
static void ranges(void)
{
    char path[100];
    snprintf(path, sizeof path, "%s/file", folder);
    int low = open(path, O_RDONLY), high = open(path, O_RDONLY);
    CHECK(low < high);
    MPI_Barrier(MPI_COMM_WORLD);
    CHECK_EQUAL(close_range((unsigned)high, (unsigned)high, CLOSE_RANGE_CLOEXEC), 0);
    CHECK(fcntl(high, F_GETFD) == FD_CLOEXEC && fcntl(low, F_GETFD) == 0);
    CHECK(close_range((unsigned)high, (unsigned)high, 0) == 0 && fcntl(high, F_GETFD) == -1 && errno == EBADF);
    CHECK(close_range(4, 3, 0) == -1 && errno == EINVAL);
    CHECK_EQUAL(close(low), 0);
    MPI_Barrier(MPI_COMM_WORLD);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    CHECK(mkdtemp(folder) != NULL);
    names();
    files();
    objects();
    ranges();
    char path[100];
    snprintf(path, sizeof path, "%s/file", folder);
    CHECK_EQUAL(unlink(path), 0);
    CHECK_EQUAL(rmdir(folder), 0);
    return finish("descriptor calls");
}
