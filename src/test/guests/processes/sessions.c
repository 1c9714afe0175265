/*
 * Sessions and process groups: a child may have its own, and daemon leaves the parent at once. A rank is no process of its
 * own and leads no group, whichever answer it gets: the job must go on. Prints the same for each rank under MPICH.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 */
#define _GNU_SOURCE
#include "../support/check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static int waited(pid_t child)
{
    int status = -1;
    CHECK_EQUAL(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    /* 0 where the session or the group was made outside this PID namespace, as in a container. */
    CHECK(getsid(0) >= 0 && getpgrp() >= 0 && getpgid(0) == getpgrp());
    MPI_Barrier(MPI_COMM_WORLD);

    pid_t child = fork();
    if (child == 0)
        _exit(setsid() == getpid() && getsid(0) == getpid() && getpgrp() == getpid() ? 3 : 4);
    CHECK_EQUAL(waited(child), 3);

    child = fork();
    if (child == 0)
        _exit(setpgid(0, 0) == 0 && getpgrp() == getpid() ? 3 : 4);
    CHECK_EQUAL(waited(child), 3);

    /* A group that the parent makes, and waits for. */
    int hold[2];
    CHECK_EQUAL(pipe2(hold, O_CLOEXEC), 0);
    child = fork();
    if (child == 0) {
        char byte;
        close(hold[1]);
        _exit(read(hold[0], &byte, 1) == 0 ? 5 : 6);
    }
    CHECK_EQUAL(setpgid(child, child), 0);
    CHECK_EQUAL(getpgid(child), child);
    close(hold[1]);
    close(hold[0]);
    int status = -1;
    CHECK_EQUAL(waitpid(-child, &status, 0), child);
    CHECK_EQUAL(WEXITSTATUS(status), 5);

    /* A daemon in a child: the child itself ends with 0, the daemon has a session of its own and no terminal. */
    int ends[2];
    CHECK_EQUAL(pipe2(ends, O_CLOEXEC), 0);
    child = fork();
    if (child == 0) {
        char answer = daemon(0, 0) == 0 && getsid(0) != getppid() && getpgrp() == getsid(0) && open("/dev/tty", O_RDWR) < 0 ? 'y' : 'n';
        char folder[100];
        if (getcwd(folder, sizeof folder) == NULL || strcmp(folder, "/") != 0)
            answer = 'f';
        _exit(write(ends[1], &answer, 1) == 1 ? 0 : 1);
    }
    close(ends[1]);
    char answer = '?';
    CHECK_EQUAL(waited(child), 0);
    CHECK_EQUAL(read(ends[0], &answer, 1), 1);
    CHECK_EQUAL(answer, 'y');
    close(ends[0]);
    MPI_Barrier(MPI_COMM_WORLD);
    return finish("sessions");
}
