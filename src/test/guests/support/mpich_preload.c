/*
 * Preloaded into MPICH's processes, where two habits of UCX's (Debian's MPICH 4.0 has the device ch4:ucx) make them slow or hang.
 * Where MPICH has another device, this changes nothing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <time.h>

enum { POLLS_THAT_YIELD = 20, NANOSECONDS_OF_SLEEP = 20000 };

/*
 * UCX's: carries out what can be carried out of communication, and answers 0 if that was nothing. A process that waits calls it
 * without end, and MPIR_CVAR_POLLS_BEFORE_YIELD has no effect with this device: of four processes on two cores two poll for what
 * the others would do if they had a core, and each message takes a time slice of the kernel's. So one that waits gives its core away.
 */
unsigned ucp_worker_progress(void *worker)
{
    static unsigned (*ucx)(void *);
    static _Thread_local int polls;
    if (!ucx)
        *(void **)&ucx = dlsym(RTLD_NEXT, "ucp_worker_progress");
    unsigned events = ucx(worker);
    if (events != 0) {
        polls = 0;
    } else if (polls < POLLS_THAT_YIELD) {
        polls++;
        sched_yield();
    } else {
        nanosleep(&(struct timespec){.tv_nsec = NANOSECONDS_OF_SLEEP}, NULL);
    }
    return events;
}

/*
 * UCX starts a thread that blocks no signals, so the kernel may choose it for one of the process's, SIGCHLD say, that the
 * program has blocked to take it with sigsuspend or sigwait, and the program waits for ever. Here it blocks them all.
 */
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    static int (*libc)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (!libc)
        *(void **)&libc = dlsym(RTLD_NEXT, "pthread_create");
    Dl_info caller;
    if (!dladdr(__builtin_return_address(0), &caller) || !caller.dli_fname || !strstr(caller.dli_fname, "/libucs."))
        return libc(thread, attributes, start, argument);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = libc(thread, attributes, start, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}
