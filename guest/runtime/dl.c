/*
 * The dynamic loader's interface to programs. The host loads and resolves; constructors, destructors and IFUNC
 * resolvers are guest functions and run here.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <link.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "flotilla.h"
#include "heap.h"
#include "images.h"
#include "names.h"
#include "start.h"
#include "thread.h"
#include "tls.h"

#define MESSAGE_SIZE 1024
static char message_of_main[MESSAGE_SIZE] FLOTILLA_LARGE;

/* Room for the calling thread's message; it stays until the next failure. */
static char *message(void) {
    struct flotilla_thread *self = flotilla_current();
    if (self->loader_message == NULL && self != &flotilla_main_thread) self->loader_message = flotilla_calloc(1, MESSAGE_SIZE);
    return self->loader_message == NULL ? message_of_main : self->loader_message;
}

static void set_message(const char *text) {
    flotilla_current()->loader_failed = true;
    snprintf(message(), MESSAGE_SIZE, "%s", text);
}

static void take_host_message(void) {
    if (flotilla_control->in_forked_child) {
        set_message("a forked child of a rank cannot use the dynamic loader");
        return;
    }
    set_message("");
    flotilla_trap2(FLOTILLA_OP_DLERROR, (long)message(), MESSAGE_SIZE);
    message()[MESSAGE_SIZE - 1] = '\0';
}

char *flotilla_dlerror(void) {
    struct flotilla_thread *self = flotilla_current();
    char *answer = self->loader_failed ? message() : NULL;
    self->loader_failed = false;
    return answer;
}

static void *open_image(const char *path, int flags, void *caller) {
    if ((flags & (RTLD_LAZY | RTLD_NOW)) == 0) {
        set_message("invalid mode for dlopen(): neither RTLD_LAZY nor RTLD_NOW");
        return NULL;
    }
    if (path != NULL && path[0] == '\0') path = NULL;
    char absolute[PATH_MAX];
    if (path != NULL && path[0] != '/' && strchr(path, '/') != NULL && getcwd(absolute, sizeof absolute) != NULL) {
        /* The host's idea of the working directory is not the rank's. */
        size_t folder = strlen(absolute), length = strlen(path);
        if (folder + 1 + length < sizeof absolute) {
            absolute[folder] = '/';
            memcpy(absolute + folder + 1, path, length + 1);
            path = absolute;
        }
    }
    long handle = flotilla_trap3(FLOTILLA_OP_DLOPEN, (long)path, flags, (long)caller);
    if (handle == 0) {
        take_host_message();
        return NULL;
    }
    /* Constructors may trap: take the lists out of the control block first. */
    const long *answer = flotilla_here()->arguments;
    flotilla_init_function *init = (flotilla_init_function *)answer[0];
    uint64_t init_count = (uint64_t)answer[1];
    const struct flotilla_irelative *irelative = (const struct flotilla_irelative *)answer[2];
    uint64_t irelative_count = (uint64_t)answer[3];
    if (init_count != 0 || irelative_count != 0) flotilla_images_changed(true);
    flotilla_apply_irelative(irelative, irelative_count);
    flotilla_run_init(init, init_count);
    return (void *)handle;
}

void *flotilla_dlopen(const char *path, int flags) {
    return open_image(path, flags, __builtin_return_address(0));
}

void *flotilla_dlmopen(Lmid_t space, const char *path, int flags) {
    if (space == LM_ID_BASE) return open_image(path, flags, __builtin_return_address(0));
    set_message("dlmopen: a virtual rank has one namespace, LM_ID_BASE");
    return NULL;
}

static void *find_symbol(void *handle, const char *name, const char *version, void *caller) {
    uintptr_t address =
        (uintptr_t)flotilla_trap4(FLOTILLA_OP_DLSYM, (long)handle, (long)name, (long)version, (long)caller);
    if (flotilla_here()->arguments[0] != 1) {
        take_host_message();
        return NULL;
    }
    if (flotilla_here()->arguments[1] == 1) address = ((uintptr_t(*)(void))address)();
    if (flotilla_here()->arguments[1] == 2) {
        return (char *)flotilla_tls_block((uint64_t)flotilla_here()->arguments[2]) + address;
    }
    return (void *)address;
}

void *flotilla_dlsym(void *handle, const char *name) {
    return find_symbol(handle, name, NULL, __builtin_return_address(0));
}

void *flotilla_dlvsym(void *handle, const char *name, const char *version) {
    return find_symbol(handle, name, version, __builtin_return_address(0));
}

/* TLS modules of images that are no longer in the table may be numbered anew. */
static void forget_closed_tls(const bool before[]) {
    bool after[FLOTILLA_CB_MAX_IMAGES + 1] = {false};
    const struct flotilla_image *images = flotilla_control->image_table;
    for (uint64_t i = 0; i < flotilla_control->image_count; i++) {
        if (images[i].end > images[i].start) after[images[i].tls_module] = true;
    }
    for (uint64_t module = 1; module <= FLOTILLA_CB_MAX_IMAGES; module++) {
        if (before[module] && !after[module]) flotilla_tls_forget(module);
    }
}

/* An image stays while objects of its own wait for the end of the thread, as in glibc. Which images the handle brought is
 * the host's knowledge, so this looks at all that were opened. */
static bool waits_for_thread_end(void) {
    const struct flotilla_image *images = flotilla_control->image_table;
    for (uint64_t i = flotilla_start_arguments.images; i < flotilla_control->image_count; i++) {
        if (flotilla_has_thread_destructors(images[i].start, images[i].end)) return true;
    }
    return false;
}

int flotilla_dlclose(void *handle) {
    if (handle != NULL && waits_for_thread_end()) return 0;
    bool before[FLOTILLA_CB_MAX_IMAGES + 1] = {false};
    const struct flotilla_image *images = flotilla_control->image_table;
    for (uint64_t i = 0; i < flotilla_control->image_count; i++) {
        if (images[i].end > images[i].start) before[images[i].tls_module] = true;
    }
    if (flotilla_trap1(FLOTILLA_OP_DLCLOSE, (long)handle) != 0) {
        take_host_message();
        return -1;
    }
    flotilla_fini_function *fini = (flotilla_fini_function *)flotilla_here()->arguments[0];
    uint64_t count = (uint64_t)flotilla_here()->arguments[1];
    for (uint64_t i = 0; i < count; i++) fini[i]();
    if (count != 0) flotilla_images_changed(false);
    forget_closed_tls(before);
    return 0;
}

int flotilla_dladdr(const void *address, Dl_info *info) {
    memset(info, 0, sizeof *info);
    return flotilla_trap2(FLOTILLA_OP_DLADDR, (long)address, (long)info) != 0;
}

/* Entry of an image's symbol table for a symbol at this address, or NULL. */
static const ElfW(Sym) *symbol_at(const struct flotilla_image *image, const Dl_info *info) {
    const ElfW(Sym) *symbols = NULL;
    const char *strings = NULL;
    for (const ElfW(Dyn) *entry = image->dynamic; entry != NULL && entry->d_tag != DT_NULL; entry++) {
        uintptr_t value = entry->d_un.d_ptr;
        /* The loader may or may not have relocated the dynamic section in place. */
        uintptr_t address = value < image->start ? image->bias + value : value;
        if (entry->d_tag == DT_SYMTAB) symbols = (const ElfW(Sym) *)address;
        if (entry->d_tag == DT_STRTAB) strings = (const char *)address;
    }
    if (symbols == NULL || strings == NULL || info->dli_sname < strings) return NULL;
    /* As ld.so does without a hash table: the string table follows the symbols. */
    for (const ElfW(Sym) *symbol = symbols; (const char *)symbol < strings; symbol++) {
        if (strings + symbol->st_name == info->dli_sname && image->bias + symbol->st_value == (uintptr_t)info->dli_saddr)
            return symbol;
    }
    return NULL;
}

int flotilla_dladdr1(const void *address, Dl_info *info, void **extra, int flags) {
    if (!flotilla_dladdr(address, info)) return 0;
    const struct flotilla_image *image = flotilla_image_of(address);
    if (flags == RTLD_DL_LINKMAP) *extra = image == NULL ? NULL : flotilla_link_map(image);
    if (flags == RTLD_DL_SYMENT) {
        *extra = image == NULL || info->dli_sname == NULL ? NULL : (void *)symbol_at(image, info);
    }
    return 1;
}

/* Handles are opaque; those that point to an image table entry, and those for the program, are understood. */
static const struct flotilla_image *image_of_handle(void *handle) {
    struct flotilla_image *images = flotilla_control->image_table;
    if ((uintptr_t)handle - (uintptr_t)images < flotilla_control->image_count * sizeof *images) return handle;
    return flotilla_image_of(handle);
}

int flotilla_dlinfo(void *handle, int request, void *result) {
    const struct flotilla_image *image = image_of_handle(handle);
    if (request == RTLD_DI_LMID) {
        *(Lmid_t *)result = LM_ID_BASE;
        return 0;
    }
    if (image == NULL) {
        set_message("dlinfo: cannot tell the image of this handle");
        return -1;
    }
    switch (request) {
    case RTLD_DI_LINKMAP:
        *(struct link_map **)result = flotilla_link_map(image);
        return 0;
    case RTLD_DI_ORIGIN: {
        const char *slash = strrchr(image->name, '/');
        size_t length = slash == NULL ? 0 : (size_t)(slash - image->name);
        memcpy(result, image->name, length);
        ((char *)result)[length] = '\0';
        return 0;
    }
    case RTLD_DI_TLS_MODID:
        *(size_t *)result = image->tls_module;
        return 0;
    case RTLD_DI_TLS_DATA:
        *(void **)result = image->tls_module == 0 ? NULL : flotilla_tls_block(image->tls_module);
        return 0;
    default:
        set_message("dlinfo: unsupported request");
        return -1;
    }
}

FLOTILLA_NAMES(flotilla_dlopen, dlopen)
FLOTILLA_NAMES(flotilla_dlmopen, dlmopen)
FLOTILLA_NAMES(flotilla_dlsym, dlsym)
FLOTILLA_NAMES(flotilla_dlvsym, dlvsym)
FLOTILLA_NAMES(flotilla_dlclose, dlclose)
FLOTILLA_NAMES(flotilla_dlerror, dlerror)
FLOTILLA_NAMES(flotilla_dladdr, dladdr)
FLOTILLA_NAMES(flotilla_dladdr1, dladdr1)
FLOTILLA_NAMES(flotilla_dlinfo, dlinfo)
