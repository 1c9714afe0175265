/*
 * What a process may ask of the system about itself, where the answer for a rank differs from that for its host:
 * resource limits, the auxiliary vector, and bare system calls.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/shm.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "exit.h"
#include "flotilla.h"
#include "names.h"
#include "start.h"
#include "threads/futex.h"

extern int flotilla_host_getrlimit(__rlimit_resource_t, struct rlimit *);
extern int flotilla_host_prlimit(pid_t, __rlimit_resource_t, const struct rlimit *, struct rlimit *);
extern int flotilla_host_setrlimit(__rlimit_resource_t, const struct rlimit *);

static struct rlimit limits[RLIM_NLIMITS] FLOTILLA_LARGE;
static bool is_set[RLIM_NLIMITS];

/* A limit set by one rank must not bind the others: it is remembered and read back, no more. A rank's stack has the size
 * that it has: it cannot be asked to grow beyond that. */
int flotilla_prlimit(pid_t process, __rlimit_resource_t resource, const struct rlimit *wanted, struct rlimit *old) {
    if ((process != 0 && process != getpid()) || flotilla_control->in_forked_child) {
        return flotilla_host_prlimit(process, resource, wanted, old);
    }
    if ((unsigned)resource >= RLIM_NLIMITS || (wanted != NULL && wanted->rlim_cur > wanted->rlim_max)) {
        errno = EINVAL;
        return -1;
    }
    struct rlimit *limit = &limits[resource];
    if (!is_set[resource]) {
        if (flotilla_host_getrlimit(resource, limit) != 0) return -1;
        if (resource == RLIMIT_STACK) limit->rlim_cur = limit->rlim_max = flotilla_control->stack_size;
        is_set[resource] = true;
    }
    if (resource == RLIMIT_STACK && wanted != NULL && wanted->rlim_max > flotilla_control->stack_size) {
        errno = EPERM;
        return -1;
    }
    struct rlimit before = *limit;
    if (wanted != NULL) *limit = *wanted;
    if (old != NULL) *old = before;
    return 0;
}

int flotilla_getrlimit(__rlimit_resource_t resource, struct rlimit *limit) {
    return flotilla_prlimit(0, resource, NULL, limit);
}

int flotilla_setrlimit(__rlimit_resource_t resource, const struct rlimit *limit) {
    return flotilla_prlimit(0, resource, limit, NULL);
}

extern unsigned long flotilla_host_getauxval(unsigned long);

unsigned long flotilla_getauxval(unsigned long type) {
    /* The process's own, which is not in the rank's vector: the rank may go to another process. */
    if (type == AT_SYSINFO_EHDR) return flotilla_host_getauxval(type);
    const unsigned long *entry = flotilla_start_arguments.auxiliary;
    for (; entry != NULL && entry[0] != AT_NULL; entry += 2) {
        if (entry[0] == type) return entry[1];
    }
    errno = ENOENT;
    return 0;
}

/* As the system call, but those that end or suspend the caller mean the rank. */
long flotilla_syscall(long number, ...) {
    va_list rest;
    long a[6];
    va_start(rest, number);
    for (int i = 0; i < 6; i++) a[i] = va_arg(rest, long);
    va_end(rest);
    if (!flotilla_control->in_forked_child) {
        switch (number) {
        case SYS_exit:
        case SYS_exit_group:
            flotilla__exit((int)a[0]);
        /* The host knows of these from the functions; and names under /proc are the rank's. */
        case SYS_chdir:
            return chdir((const char *)a[0]);
        case SYS_fchdir:
            return fchdir((int)a[0]);
        case SYS_umask:
            return umask((mode_t)a[0]);
        case SYS_readlink:
            return readlink((const char *)a[0], (char *)a[1], (size_t)a[2]);
        case SYS_readlinkat:
            return readlinkat((int)a[0], (const char *)a[1], (char *)a[2], (size_t)a[3]);
        case SYS_mmap:
            return (long)mmap((void *)a[0], (size_t)a[1], (int)a[2], (int)a[3], (int)a[4], a[5]);
        case SYS_munmap:
            return munmap((void *)a[0], (size_t)a[1]);
        case SYS_mremap:
            return (long)mremap((void *)a[0], (size_t)a[1], (size_t)a[2], (int)a[3], (void *)a[4]);
        case SYS_brk:
            /* Answers where the break is, not whether it could be moved. */
            if (a[0] != 0) brk((void *)a[0]);
            return (long)sbrk(0);
        case SYS_shmat:
            return (long)shmat((int)a[0], (const void *)a[1], (int)a[2]);
        case SYS_shmdt:
            return shmdt((const void *)a[0]);
        case SYS_mlockall:
            return mlockall((int)a[0]);
        case SYS_munlockall:
            return munlockall();
        case SYS_getrlimit:
            return getrlimit((__rlimit_resource_t)a[0], (struct rlimit *)a[1]);
        case SYS_setrlimit:
            return setrlimit((__rlimit_resource_t)a[0], (const struct rlimit *)a[1]);
        case SYS_prlimit64:
            return prlimit((pid_t)a[0], (__rlimit_resource_t)a[1], (const struct rlimit *)a[2], (struct rlimit *)a[3]);
        case SYS_nanosleep:
            return nanosleep((const struct timespec *)a[0], (struct timespec *)a[1]);
        case SYS_gettid:
            return gettid();
        case SYS_tgkill:
            return tgkill((pid_t)a[0], (pid_t)a[1], (int)a[2]);
        case SYS_futex:
            return flotilla_futex((const int *)a[0], (int)a[1], (int)a[2], (const struct timespec *)a[3]);
        case SYS_sched_yield:
            flotilla_trap(FLOTILLA_OP_YIELD);
            return 0;
        /* libnuma's way. */
        case SYS_sched_setaffinity:
            return sched_setaffinity((pid_t)a[0], (size_t)a[1], (const cpu_set_t *)a[2]);
        default:
            break;
        }
    }
    register long r10 __asm__("r10") = a[3];
    register long r8 __asm__("r8") = a[4];
    register long r9 __asm__("r9") = a[5];
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    if (result < 0 && result > -4096) {
        errno = (int)-result;
        return -1;
    }
    return result;
}

FLOTILLA_NAMES(flotilla_getrlimit, getrlimit, getrlimit64, __getrlimit)
FLOTILLA_NAMES(flotilla_setrlimit, setrlimit, setrlimit64)
FLOTILLA_NAMES(flotilla_prlimit, prlimit, prlimit64)
FLOTILLA_NAMES(flotilla_getauxval, getauxval, __getauxval)
FLOTILLA_NAMES(flotilla_syscall, syscall)
