/*
 * What handlers of signals may use, which may run under a guest's FS base: system calls without libc, since that keeps errno
 * in thread-local storage, and the FS base itself.
 */
#ifndef FLOTILLA_HOST_SYSTEM_H
#define FLOTILLA_HOST_SYSTEM_H

#include <stdint.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "flotilla_abi.h"

#define FIELD(type, control, name) (*(type *)((control) + FLOTILLA_CB_##name))

/* Answers what the kernel does: -errno on failure. */
static inline long raw_syscall6(long number, long a, long b, long c, long d, long e, long f) {
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

static inline void set_fs_base(uintptr_t control, uintptr_t base) {
    if (FIELD(uint64_t, control, FSGSBASE)) {
        __asm__ volatile("wrfsbase %0" : : "r"(base) : "memory");
    } else {
        raw_syscall6(SYS_arch_prctl, 0x1002 /* ARCH_SET_FS */, (long)base, 0, 0, 0, 0);
    }
}

static inline int is_readable(uintptr_t address) {
    char byte;
    struct iovec to = {&byte, 1}, from = {(void *)address, 1};
    long pid = raw_syscall6(SYS_getpid, 0, 0, 0, 0, 0, 0);
    return raw_syscall6(SYS_process_vm_readv, pid, (long)&to, 1, (long)&from, 1, 0) == 1;
}

#endif
