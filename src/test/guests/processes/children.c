/*
 * Each rank starts children in every way there is, at the same time as the others, and sees its own: their status, output,
 * environment and descriptors; waiting for any child finds none of another rank's.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/check.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static int code; /* what the rank's children exit with */

static void together(void) { MPI_Barrier(MPI_COMM_WORLD); }

static void expect(pid_t child, const char *how)
{
    int status = -1;
    CHECK_VALUE(how, waitpid(child, &status, 0), child);
    CHECK_VALUE(how, WIFEXITED(status) ? WEXITSTATUS(status) : -status, code);
}

static void forks(void)
{
    int ends[2], status;
    char text[64] = "";
    struct rusage usage;
    pid_t child = fork();
    if (child == 0)
        _exit(code);
    together();
    CHECK_EQUAL(wait(&status), child);
    CHECK_EQUAL(WEXITSTATUS(status), code);
    CHECK_EQUAL(wait(&status), -1);
    CHECK_EQUAL(errno, ECHILD);

    /* What a child writes to a pipe, through ordinary libc; the pipe ends, whatever other ranks' children hold open. */
    CHECK_EQUAL(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        char own[64];
        close(ends[0]);
        FILE *stream = fdopen(ends[1], "w");
        fprintf(stream, "rank %d of %s", check_rank, getenv("OWN") == NULL ? "nobody" : getenv("OWN"));
        exit(fclose(stream) == 0 && snprintf(own, sizeof own, "%d", 1) == 1 ? code : 99);
    }
    close(ends[1]);
    together();
    int length = 0, got;
    while ((got = read(ends[0], text + length, sizeof text - 1 - length)) > 0)
        length += got;
    close(ends[0]);
    char expected[64];
    sprintf(expected, "rank %d of rank%d", check_rank, check_rank);
    CHECK(strcmp(text, expected) == 0);
    CHECK_EQUAL(wait4(-1, &status, 0, &usage), child);
    CHECK_EQUAL(WEXITSTATUS(status), code);

    child = vfork();
    if (child == 0)
        execl("/bin/sh", "sh", "-c", "exit $CODE", (char *)NULL), _exit(98);
    expect(child, "vfork and exec");

    child = fork();
    if (child == 0)
        execlp("sh", "sh", "-c", "exit $CODE", (char *)NULL), _exit(98);
    siginfo_t info;
    together();
    CHECK_EQUAL(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), 0);
    CHECK_EQUAL(info.si_pid, child);
    CHECK_EQUAL(waitid(P_PID, child, &info, WEXITED), 0);
    CHECK_EQUAL(info.si_status, code);
    CHECK_EQUAL(waitid(P_ALL, 0, &info, WEXITED), -1);

    child = fork();
    if (child == 0) {
        signal(SIGTERM, SIG_DFL);
        kill(getpid(), SIGTERM);
        _exit(97);
    }
    CHECK_EQUAL(wait3(&status, 0, NULL), child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    /* Not its child. */
    pid_t others[2] = {1, getppid()};
    for (int i = 0; i < 2; i++)
        CHECK_EQUAL(waitpid(others[i], &status, WNOHANG), -1);
}

/* A child of another rank is not this one's. */
static void strangers(void)
{
    int ends[2], status, next = (check_rank + 1) % check_size, before = (check_rank + check_size - 1) % check_size;
    pid_t other, child;
    CHECK_EQUAL(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        char byte;
        close(ends[1]);
        _exit(read(ends[0], &byte, 1) == 0 ? code : 96);
    }
    close(ends[0]);
    MPI_Sendrecv(&child, sizeof child, MPI_BYTE, next, 0, &other, sizeof other, MPI_BYTE, before, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    CHECK_EQUAL(waitpid(-1, &status, WNOHANG), 0);
    if (other != child) {
        CHECK_EQUAL(waitpid(other, &status, WNOHANG), -1);
        CHECK_EQUAL(errno, ECHILD);
    }
    together();
    close(ends[1]);
    expect(child, "child that waits for the end of its pipe");
}

static void shells(void)
{
    char text[64] = "", command[128];
    int status = system("exit $CODE");
    CHECK_EQUAL(WEXITSTATUS(status), code);
    FILE *stream = popen("echo $OWN; exit $CODE", "r");
    together();
    CHECK(stream != NULL && fgets(text, sizeof text, stream) != NULL);
    CHECK_EQUAL(atoi(text + 4), check_rank);
    CHECK_EQUAL(WEXITSTATUS(pclose(stream)), code);
    sprintf(command, "read line; [ \"$line\" = \"%d\" ] && exit $CODE", check_rank);
    stream = popen(command, "w");
    together();
    fprintf(stream, "%d\n", check_rank);
    CHECK_EQUAL(WEXITSTATUS(pclose(stream)), code);
    CHECK_EQUAL(wait(&status), -1);
}

static void spawns(const char *folder)
{
    char path[160], text[64] = "";
    int ends[2];
    pid_t child;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t set;
    char *arguments[] = {"sh", "-c", "exit $CODE", NULL};
    CHECK_EQUAL(posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environ), 0);
    together();
    expect(child, "posix_spawn");
    CHECK_EQUAL(posix_spawnp(&child, "sh", NULL, NULL, arguments, environ), 0);
    expect(child, "posix_spawnp");
    CHECK_EQUAL(posix_spawn(&child, "/nowhere/to/be/found", NULL, NULL, arguments, environ), ENOENT);
    CHECK_EQUAL(posix_spawnp(&child, "not-a-program-of-this-machine", NULL, NULL, arguments, environ), ENOENT);

    /* File actions work on the rank's descriptors. */
    sprintf(path, "%s/spawn-%d", folder, check_rank);
    CHECK_EQUAL(pipe(ends), 0);
    int number = fcntl(ends[1], F_DUPFD, 100 + check_rank);
    CHECK_EQUAL(posix_spawn_file_actions_init(&actions), 0);
    CHECK_EQUAL(posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR | O_CREAT | O_TRUNC, 0600), 0);
    CHECK_EQUAL(posix_spawn_file_actions_adddup2(&actions, ends[1], 1), 0);
    CHECK_EQUAL(posix_spawn_file_actions_adddup2(&actions, 1, 9), 0);
    CHECK_EQUAL(posix_spawn_file_actions_addclose(&actions, ends[0]), 0);
    CHECK_EQUAL(posix_spawn_file_actions_addclose(&actions, ends[1]), 0);
    CHECK_EQUAL(posix_spawn_file_actions_addchdir_np(&actions, folder), 0);
    CHECK_EQUAL(posix_spawnattr_init(&attributes), 0);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    posix_spawnattr_setsigmask(&attributes, &set);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
    char *more[] = {"sh", "-c", "kill -USR1 $$; pwd >&9; exit $CODE", NULL};
    CHECK_EQUAL(posix_spawn(&child, "/bin/sh", &actions, &attributes, more, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[1]);
    close(number);
    together();
    int length = 0, got;
    while ((got = read(ends[0], text + length, sizeof text - 1 - length)) > 0)
        length += got;
    close(ends[0]);
    CHECK(strncmp(text, folder, strlen(folder)) == 0);
    expect(child, "posix_spawn with actions");
    CHECK_EQUAL(unlink(path), 0);
}

/* Numbers that the rank chooses, and that others have too, reach its children; what is closed on exec does not. */
static void numbers(void)
{
    char text[64] = "", command[128];
    int ends[2], hidden[2];
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_EQUAL(pipe2(hidden, O_CLOEXEC), 0);
    together();
    CHECK_EQUAL(dup2(ends[1], 900), 900);
    CHECK_EQUAL(dup2(ends[1], 901), 901);
    CHECK_EQUAL(fcntl(901, F_SETFD, FD_CLOEXEC), 0);
    CHECK_EQUAL(fcntl(901, F_GETFD), FD_CLOEXEC);
    CHECK_EQUAL(fcntl(900, F_GETFD), 0);
    CHECK_EQUAL(fcntl(hidden[0], F_GETFD), FD_CLOEXEC);
    together();
    sprintf(command, "echo rank %d > /proc/self/fd/900", check_rank);
    CHECK_EQUAL(system(command), 0);
    CHECK_EQUAL(read(ends[0], text, sizeof text), strlen(command) - 24);
    CHECK_EQUAL(atoi(text + 5), check_rank);
    pid_t child = fork();
    if (child == 0) {
        char fd[16];
        sprintf(fd, "%d", hidden[1]);
        int ok = write(901, "x", 1) == 1 && write(hidden[1], "y", 1) == 1;
        execl("/bin/sh", "sh", "-c", ok ? "[ ! -e /dev/fd/901 ] && [ ! -e /dev/fd/$0 ] && exit $CODE" : "exit 77", fd, (char *)NULL);
        _exit(76);
    }
    expect(child, "descriptors of an executed program");
    CHECK_EQUAL(read(ends[0], text, 1), 1);
    CHECK_EQUAL(text[0], 'x');
    close(900);
    close(901);
    close(ends[0]);
    close(ends[1]);
    close(hidden[0]);
    close(hidden[1]);
}

static volatile sig_atomic_t ended;
static pid_t reaped;

static void on_child(int signal)
{
    int status, saved = errno;
    pid_t child;
    (void)signal;
    while ((child = waitpid(-1, &status, WNOHANG)) > 0) {
        reaped = child;
        ended++;
    }
    errno = saved;
}

static void told(void)
{
    struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART};
    int ends[2];
    char byte;
    sigaction(SIGCHLD, &action, NULL);
    CHECK_EQUAL(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ends[1]);
        _exit(read(ends[0], &byte, 1) == 0 ? 0 : 1);
    }
    close(ends[0]);
    together();
    CHECK_EQUAL(ended, 0);
    close(ends[1]);
    while (ended == 0)
        usleep(500);
    CHECK_EQUAL(reaped, child);
    /* sigsuspend and sigwait know of it as well. */
    sigset_t set, before;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, &before);
    child = fork();
    if (child == 0)
        _exit(0);
    while (ended == 1)
        sigsuspend(&before);
    CHECK_EQUAL(reaped, child);
    signal(SIGCHLD, SIG_DFL);
    child = fork();
    if (child == 0)
        _exit(code);
    int signal_number = 0;
    CHECK_EQUAL(sigwait(&set, &signal_number), 0);
    CHECK_EQUAL(signal_number, SIGCHLD);
    expect(child, "after sigwait");
    sigprocmask(SIG_SETMASK, &before, NULL);
}

int main(int argc, char **argv)
{
    char text[32], folder[64];
    int run = getpid();
    start(&argc, &argv);
    code = 10 + check_rank;
    sprintf(text, "rank%d", check_rank);
    setenv("OWN", text, 1);
    sprintf(text, "%d", code);
    setenv("CODE", text, 1);
    MPI_Bcast(&run, 1, MPI_INT, 0, MPI_COMM_WORLD);
    sprintf(folder, "/tmp/flotilla-children-%d", run);
    if (check_rank == 0)
        mkdir(folder, 0700);
    together();
    forks();
    strangers();
    shells();
    spawns(folder);
    numbers();
    told();
    together();
    if (check_rank == 0)
        CHECK_EQUAL(rmdir(folder), 0);
    return finish("children");
}
