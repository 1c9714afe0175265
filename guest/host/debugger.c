/*
 * What a debugger finds. It knows a process's images from _r_debug of the dynamic linker: a list of namespaces, each with a
 * chain of link_maps (<link.h>; glibc 2.35 and later). Every slot with images is appended to it as a namespace of its own,
 * so that gdb (12 and later) reads the symbols of all ranks as it does those of libraries that dlmopen has loaded. Nothing
 * but debuggers looks there.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "job.h"

#define EXPORT __attribute__((visibility("default")))

/* struct r_debug_extended, which older <link.h> have not. */
struct namespace {
    struct r_debug base;
    struct namespace *next;
};
/* ld.so's _r_debug, as it is where has_namespaces(). */
extern struct namespace head __asm__("_r_debug");

_Static_assert(FLOTILLA_CB_DEBUG_NODE + sizeof(struct namespace) <= FLOTILLA_CB_END, "no room for DEBUG_NODE");

struct flotilla_debug flotilla_debug;

/* By operation (FLOTILLA_OP_*); NULL where there is none. */
EXPORT const char *const flotilla_operation_names[] = {
#include "flotilla_operation_names.h"
};

/* Functions for breakpoints of debuggers: the compiler must leave them, and the calls, where they are. */
#define FOR_BREAKPOINTS EXPORT __attribute__((noinline, noclone))

/* All ranks' images are in memory, no rank has begun. */
FOR_BREAKPOINTS int64_t flotilla_ranks_loaded(void) {
    __asm__ volatile("" : : : "memory");
    return 0;
}

/* On the signal stack: the guest is about to be left for good, for the reason that its control block holds. */
FOR_BREAKPOINTS void flotilla_guest_faulted(uintptr_t control) {
    __asm__ volatile("" : : "r"(control) : "memory");
}

static int has_namespaces(void) {
    int major = 0, minor = 0;
    return sscanf(gnu_get_libc_version(), "%d.%d", &major, &minor) == 2 && (major > 2 || minor >= 35);
}

_Static_assert(offsetof(struct r_debug, r_map) == 8, "flotilla.trap.Debugger.R_MAP");

/* Held while the list changes; debuggers read it at any time. */
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;

/* Shows the images of a slot, whose node's r_map is set: shown again, the same with the latest r_map. Any thread. */
EXPORT int64_t flotilla_show_images(uintptr_t control) {
    struct namespace *node = (struct namespace *)(control + FLOTILLA_CB_DEBUG_NODE);
    if (!has_namespaces()) return 0;
    pthread_mutex_lock(&list_lock);
    if (node->base.r_version != 0) {
        pthread_mutex_unlock(&list_lock);
        return 0;
    }
    node->base.r_version = 2;
    node->base.r_brk = head.base.r_brk;
    node->base.r_state = RT_CONSISTENT;
    node->base.r_ldbase = head.base.r_ldbase;
    node->next = head.next;
    __atomic_store_n(&head.next, node, __ATOMIC_RELEASE);
    head.base.r_version = 2;
    pthread_mutex_unlock(&list_lock);
    return 0;
}

/* The images of a slot are about to go: what is shown has them no longer. Any thread. */
EXPORT int64_t flotilla_hide_images(uintptr_t control) {
    struct namespace *node = (struct namespace *)(control + FLOTILLA_CB_DEBUG_NODE);
    pthread_mutex_lock(&list_lock);
    if (node->base.r_version != 0) {
        struct namespace *before = &head;
        while (before != NULL && before->next != node) before = before->next;
        if (before != NULL) __atomic_store_n(&before->next, node->next, __ATOMIC_RELEASE);
        memset(node, 0, sizeof *node);
    }
    pthread_mutex_unlock(&list_lock);
    return 0;
}

/* Whether a debugger, or another tracer, is attached to this process. */
EXPORT int64_t flotilla_is_traced(void) {
    char text[4096];
    int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, text, sizeof text - 1);
    if (file >= 0) {
        close(file);
    }
    text[length > 0 ? length : 0] = '\0';
    const char *tracer = strstr(text, "\nTracerPid:");
    return tracer && atoi(tracer + strlen("\nTracerPid:")) != 0;
}

/*
 * Images came or went: has an attached debugger look. gdb looks when the dynamic linker has unloaded something (its probe
 * unmap_complete), so a library is loaded and unloaded: the one that programs are linked with, which does nothing.
 */
EXPORT int64_t flotilla_images_changed(void) {
    char path[PATH_MAX];
    Dl_info self;
    if (!flotilla_is_traced() || !dladdr((void *)(uintptr_t)flotilla_images_changed, &self) || strlen(self.dli_fname) >= sizeof path - 32) {
        return 0;
    }
    strcpy(path, self.dli_fname);
    char *slash = strrchr(path, '/');
    strcpy(slash ? slash + 1 : path, "libmpi_abi.so.0");
    void *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
    if (library) {
        dlclose(library);
    }
    return 0;
}
