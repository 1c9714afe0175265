/*
 * Signals that a person, a shell or a batch system sends to the job: SIGINT, SIGTERM and SIGHUP end it, SIGQUIT asks what it
 * does. The handler passes them on through a pipe to a thread that may take its time; a second one that is to end the job
 * ends the process on the spot, whatever that thread is doing.
 *
 * PE threads block these signals, so the handler never meets a guest's FS base.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

static int to_reader = -1;
static int ending;

/* Signals that leave the process going, and so may come again. */
static int is_ending(int signal) {
    return signal != SIGQUIT && signal != SIGTSTP;
}

static void on_signal(int signal) {
    int error = errno;
    if (is_ending(signal) && __atomic_exchange_n(&ending, 1, __ATOMIC_SEQ_CST)) {
        _exit(128 + signal);
    }
    unsigned char number = (unsigned char)signal;
    if (write(to_reader, &number, 1) != 1 && is_ending(signal)) {
        _exit(128 + signal);
    }
    errno = error;
}

/* From now on each such signal's number is a byte to be read from the descriptor that this answers; -1 with errno. With stops, SIGTSTP
 * (Ctrl-Z) is among them, and no longer stops the process. What is ignored, as nohup(1) has it, stays ignored. */
EXPORT int flotilla_watch_job_signals(int stops) {
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) {
        return -1;
    }
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    to_reader = ends[1];
    for (unsigned i = 0; i < sizeof signals / sizeof signals[0] - !stops; i++) {
        struct sigaction action, before;
        memset(&action, 0, sizeof action);
        action.sa_handler = on_signal;
        action.sa_flags = SA_RESTART;
        sigemptyset(&action.sa_mask);
        if (sigaction(signals[i], NULL, &before) || (before.sa_handler != SIG_IGN && sigaction(signals[i], &action, NULL))) {
            return -1;
        }
    }
    return ends[0];
}

/* Ends the process at once, without anything that libc or the JVM does at an exit: either may wait for a lock that is not
 * given back. */
EXPORT void flotilla_exit_now(int status) {
    _exit(status);
}

/* Ends the process by a signal, so that a shell sees how it ended. */
EXPORT void flotilla_die_by(int signal) {
    struct sigaction action;
    sigset_t set;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigaction(signal, &action, NULL);
    sigemptyset(&set);
    sigaddset(&set, signal);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(signal);
    _exit(128 + signal); /* the first process of a container has no default actions */
}
