/*
 * Locks on files between ranks are as between processes: record locks of fcntl and lockf, which end when the rank closes
 * any descriptor of the file, and flock. Waiting for one lets the holder go on.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/check.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <unistd.h>

static void wait_for_all(void)
{
    MPI_Barrier(MPI_COMM_WORLD);
}

static int lock(int fd, int command, int type, off_t start, off_t length)
{
    struct flock range = {.l_type = (short)type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    return fcntl(fd, command, &range);
}

/* What would be in the way of a lock: F_UNLCK for nothing. */
static int in_the_way(int fd, int type, off_t start, off_t length)
{
    struct flock range = {.l_type = (short)type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    CHECK_EQUAL(fcntl(fd, F_GETLK, &range), 0);
    CHECK(range.l_type == F_UNLCK || range.l_pid > 0);
    return range.l_type;
}

/* Adds one to a number in the file that other ranks add to as well. */
static void increase(int fd)
{
    char text[16] = "";
    CHECK(pread(fd, text, sizeof text - 1, 100) >= 0);
    snprintf(text, sizeof text, "%d\n", atoi(text) + 1);
    sched_yield();
    CHECK_EQUAL(pwrite(fd, text, strlen(text), 100), strlen(text));
}

static void records(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT, 0600), reader = open(path, O_RDONLY), first = check_rank == 0;
    CHECK(fd >= 0 && reader >= 0);
    wait_for_all();
    if (first) {
        CHECK_EQUAL(lock(fd, F_SETLK, F_WRLCK, 10, 10), 0);
        CHECK_EQUAL(lock(fd, F_SETLK, F_RDLCK, 30, 10), 0);
    }
    wait_for_all();
    /* The first rank's own locks are not in its way; those of others are. */
    CHECK_EQUAL(in_the_way(fd, F_WRLCK, 0, 0), first ? F_UNLCK : F_WRLCK);
    CHECK_EQUAL(in_the_way(fd, F_WRLCK, 30, 1), first ? F_UNLCK : F_RDLCK);
    CHECK_EQUAL(in_the_way(fd, F_RDLCK, 30, 1), F_UNLCK);
    CHECK_EQUAL(in_the_way(fd, F_WRLCK, 20, 10), F_UNLCK);
    errno = 0;
    CHECK_EQUAL(lock(fd, F_SETLK, F_WRLCK, 15, 1), first ? 0 : -1);
    CHECK(first || errno == EAGAIN || errno == EACCES);
    wait_for_all();
    CHECK_EQUAL(lock(reader, F_SETLK, F_RDLCK, 35, 1), 0);
    wait_for_all();
    /* Ends of locks: a part of one, then all by closing a descriptor that no lock was set by. */
    if (first)
        CHECK_EQUAL(lock(fd, F_SETLK, F_UNLCK, 10, 5), 0);
    wait_for_all();
    CHECK_EQUAL(in_the_way(fd, F_WRLCK, 10, 5), F_UNLCK);
    CHECK_EQUAL(lock(reader, F_SETLK, F_WRLCK, 200 + check_rank, 1), -1);
    CHECK_EQUAL(errno, EBADF);
    wait_for_all();
    CHECK_EQUAL(close(reader), 0);
    wait_for_all();
    CHECK_EQUAL(in_the_way(fd, F_WRLCK, 0, 0), F_UNLCK);
    wait_for_all();
    /* Waiting. */
    for (int i = 0; i < 3; i++) {
        CHECK_EQUAL(lock(fd, F_SETLKW, F_WRLCK, 100, 16), 0);
        increase(fd);
        CHECK_EQUAL(lock(fd, F_SETLK, F_UNLCK, 100, 16), 0);
        CHECK_EQUAL(lseek(fd, 100, SEEK_SET), 100);
        CHECK_EQUAL(lockf(fd, F_LOCK, 16), 0);
        increase(fd);
        CHECK_EQUAL(lockf(fd, F_ULOCK, 16), 0);
    }
    wait_for_all();
    CHECK_EQUAL(lseek(fd, 0, SEEK_SET), 0);
    if (first)
        CHECK_EQUAL(lockf(fd, F_TLOCK, 0), 0);
    wait_for_all();
    CHECK_EQUAL(lockf(fd, F_TEST, 10), first ? 0 : -1);
    /* Not by duplicating, and by closing a duplicate. */
    int copy = dup(fd);
    wait_for_all();
    CHECK_EQUAL(lockf(fd, F_TLOCK, 1), first ? 0 : -1);
    wait_for_all();
    CHECK_EQUAL(close(copy), 0);
    wait_for_all();
    CHECK_EQUAL(lockf(fd, F_TEST, 10), 0);
    CHECK_EQUAL(close(fd), 0);
    wait_for_all();
}

static void whole_files(const char *path)
{
    int fd = open(path, O_RDWR), first = check_rank == 0;
    if (first)
        CHECK_EQUAL(flock(fd, LOCK_EX), 0);
    wait_for_all();
    if (!first) {
        CHECK_EQUAL(flock(fd, LOCK_SH | LOCK_NB), -1);
        CHECK_EQUAL(errno, EWOULDBLOCK);
    }
    wait_for_all();
    CHECK_EQUAL(flock(fd, LOCK_SH), 0);
    /* All have it for reading. */
    wait_for_all();
    CHECK_EQUAL(flock(fd, LOCK_UN), 0);
    for (int i = 0; i < 3; i++) {
        CHECK_EQUAL(flock(fd, LOCK_EX), 0);
        increase(fd);
        CHECK_EQUAL(flock(fd, LOCK_UN), 0);
    }
    wait_for_all();
    char text[16] = "";
    CHECK(pread(fd, text, sizeof text - 1, 100) > 0);
    CHECK_EQUAL(atoi(text), 9 * check_size);
    close(fd);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    char path[] = "/tmp/flotilla-locks-XXXXXX";
    if (check_rank == 0)
        close(mkstemp(path));
    MPI_Bcast(path, sizeof path, MPI_CHAR, 0, MPI_COMM_WORLD);
    records(path);
    whole_files(path);
    wait_for_all();
    if (check_rank == 0)
        unlink(path);
    return finish("locks");
}
