/* Signals that a rank sends itself; handlers, masks and jumps out of handlers. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static sigjmp_buf away;
static jmp_buf plain;

static void tell(int signal) { printf("handler %d\n", signal); }

static void tell_more(int signal, siginfo_t *info, void *context) {
    printf("sigaction %d %d %d\n", signal, info->si_signo, context != NULL);
}

static void leave(int signal) { siglongjmp(away, signal); }

static void nested(int signal) {
    static int depth, calls;
    printf("enter %d depth %d\n", signal, ++depth);
    if (++calls % 3 != 0) raise(signal);
    printf("leave %d depth %d\n", signal, depth--);
}

static void aborted(int signal) {
    printf("SIGABRT %d\n", signal);
    fflush(stdout);
    _exit(3);
}

static int deep(int n) {
    if (n == 0) longjmp(plain, 42);
    return deep(n - 1) + 1;
}

int main(void) {
    printf("was default %d\n", signal(SIGUSR1, tell) == SIG_DFL);
    raise(SIGUSR1);
    kill(getpid(), SIGUSR1);
    printf("was mine %d\n", signal(SIGUSR1, SIG_IGN) == tell);
    raise(SIGUSR1);

    struct sigaction action, old;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = tell_more;
    action.sa_flags = SA_SIGINFO | SA_RESETHAND;
    sigaction(SIGUSR2, &action, NULL);
    raise(SIGUSR2);
    sigaction(SIGUSR2, NULL, &old);
    printf("reset %d\n", old.sa_handler == SIG_DFL);

    signal(SIGUSR1, tell);
    sigset_t set, before, waiting;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, &before);
    raise(SIGUSR1);
    raise(SIGUSR1);
    sigpending(&waiting);
    printf("pending %d\n", sigismember(&waiting, SIGUSR1));
    printf("unblock\n");
    sigprocmask(SIG_SETMASK, &before, NULL);
    sigpending(&waiting);
    printf("pending %d\n", sigismember(&waiting, SIGUSR1));

    signal(SIGTERM, leave);
    for (int i = 0; i < 3; i++) {
        int signal = sigsetjmp(away, 1);
        if (signal == 0) raise(SIGTERM);
        printf("jumped with %d\n", signal);
    }
    signal(SIGTERM, nested);
    raise(SIGTERM);
    memset(&action, 0, sizeof action);
    action.sa_handler = nested;
    action.sa_flags = SA_NODEFER;
    sigaction(SIGTERM, &action, NULL);
    raise(SIGTERM);

    int value = setjmp(plain);
    if (value == 0) deep(100);
    printf("longjmp %d\n", value);

    errno = 0;
    value = signal(SIGKILL, tell) == SIG_ERR;
    printf("SIGKILL %d %d\n", value, errno == EINVAL);
    raise(SIGCHLD);
    printf("%s\n", strsignal(SIGSEGV));
    signal(SIGABRT, aborted);
    abort();
}
