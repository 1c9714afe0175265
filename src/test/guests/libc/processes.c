/* Children of a rank: fork, exec with the rank's environment, wait; handlers around fork. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/auxv.h>
#include <sys/wait.h>
#include <unistd.h>

static void prepare(void) { printf("prepare\n"); fflush(stdout); }
static void parent(void) { printf("parent\n"); }
static void child(void) { fflush(stdout); }

static void report(const char *what, int status) {
    printf("%s exited %d %d signalled %d\n", what, WIFEXITED(status), WEXITSTATUS(status),
           WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    fflush(stdout);
}

int main(void) {
    int status;
    setenv("FLOTILLA_CHILD", "seen by the child", 1);
    pthread_atfork(prepare, parent, child);
    pid_t process = fork();
    if (process == 0) {
        printf("in the child\n");
        exit(11);
    }
    printf("wait %d\n", waitpid(process, &status, 0) == process);
    report("fork", status);
    process = fork();
    if (process == 0) {
        execl("/bin/sh", "sh", "-c", "echo \"$FLOTILLA_CHILD\"; exit 12", (char *)NULL);
        _exit(99);
    }
    wait(&status);
    report("exec", status);
    process = fork();
    if (process == 0) {
        raise(SIGTERM);
        _exit(98);
    }
    wait4(process, &status, 0, NULL);
    report("signal", status);
    char *arguments[] = {"sh", "-c", "kill -TERM $$; exit 1", NULL};
    printf("spawn %d\n", posix_spawn(&process, "/bin/sh", NULL, NULL, arguments, environ));
    waitpid(process, &status, 0);
    report("spawn", status);
    errno = 0;
    process = wait(&status);
    printf("none left %d %d\n", process, errno == ECHILD);
    struct rlimit limit = {100, 200};
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    printf("limit %ld\n", (long)limit.rlim_cur);
    printf("page size %lu\n", getauxval(AT_PAGESZ));
    return 0;
}
