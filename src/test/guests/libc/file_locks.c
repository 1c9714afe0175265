/*
 * Locks on a file keep ranks apart as they keep processes apart: fcntl, lockf and flock.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include <errno.h>
#include <fcntl.h>
#include <mpi.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "../support/check.h"

enum { ROUNDS = 20 };

static int record_lock(int fd, int command, short type) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 8};
    return fcntl(fd, command, &lock);
}

static int hold(int fd, int how) {
    switch (how) {
        case 0: return record_lock(fd, F_SETLKW, F_WRLCK);
        case 1: return lseek(fd, 0, SEEK_SET) == 0 ? lockf(fd, F_LOCK, 8) : -1;
        default: return flock(fd, LOCK_EX);
    }
}

static int release(int fd, int how) {
    switch (how) {
        case 0: return record_lock(fd, F_SETLK, F_UNLCK);
        case 1: return lseek(fd, 0, SEEK_SET) == 0 ? lockf(fd, F_ULOCK, 8) : -1;
        default: return flock(fd, LOCK_UN);
    }
}

int main(int argc, char **argv) {
    char name[64];
    start(&argc, &argv);
    int rank = check_rank, size = check_size;
    if (rank == 0) {
        strcpy(name, "/tmp/file-locks-XXXXXX");
        int fd = mkstemp(name);
        CHECK(fd >= 0);
        CHECK(ftruncate(fd, 64) == 0);
        close(fd);
    }
    MPI_Bcast(name, sizeof name, MPI_CHAR, 0, MPI_COMM_WORLD);
    int fd = open(name, O_RDWR);
    CHECK(fd >= 0);

    for (int how = 0; how < 3; how++) {
        /* The others find the first rank's lock, and who waits for it gets it. */
        if (rank == 0) CHECK(hold(fd, how) == 0);
        MPI_Barrier(MPI_COMM_WORLD);
        if (rank > 0 && how == 0) {
            CHECK(record_lock(fd, F_SETLK, F_WRLCK) == -1 && (errno == EAGAIN || errno == EACCES));
            struct flock asked = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 4, .l_len = 1};
            CHECK(fcntl(fd, F_GETLK, &asked) == 0 && asked.l_type == F_WRLCK);
            struct flock beside = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 9 + rank, .l_len = 1};
            CHECK(fcntl(fd, F_SETLK, &beside) == 0);
            beside.l_type = F_UNLCK;
            CHECK(fcntl(fd, F_SETLK, &beside) == 0);
        }
        if (rank > 0 && how == 1) {
            CHECK(lockf(fd, F_TLOCK, 8) == -1 && (errno == EAGAIN || errno == EACCES));
            CHECK(lockf(fd, F_TEST, 8) == -1 && (errno == EAGAIN || errno == EACCES));
        }
        if (rank > 0 && how == 2) CHECK(flock(fd, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK);
        MPI_Barrier(MPI_COMM_WORLD);
        if (rank == 0) CHECK(release(fd, how) == 0);

        for (int i = 0; i < ROUNDS; i++) {
            long count;
            CHECK(hold(fd, how) == 0);
            CHECK(pread(fd, &count, sizeof count, 0) == sizeof count);
            sched_yield();
            count++;
            CHECK(pwrite(fd, &count, sizeof count, 0) == sizeof count);
            CHECK(release(fd, how) == 0);
        }
        MPI_Barrier(MPI_COMM_WORLD);
        if (rank == 0) {
            long count = 0;
            CHECK(pread(fd, &count, sizeof count, 0) == sizeof count);
            CHECK(count == (long)(how + 1) * ROUNDS * size);
            printf("%d ranks: %ld\n", size, count);
        }
        MPI_Barrier(MPI_COMM_WORLD);
    }
    close(fd);
    if (rank == 0) unlink(name);
    return finish("file_locks");
}
