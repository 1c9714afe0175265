/*
 * <execinfo.h>: a rank's own stack, through the unwinder that the program has, or the one that is loaded for it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <execinfo.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unwind.h>

#include "fd.h"
#include "flotilla.h"
#include "names.h"

typedef _Unwind_Reason_Code (*backtrace_function)(_Unwind_Trace_Fn, void *);
typedef uintptr_t (*address_function)(struct _Unwind_Context *);

struct walk {
    address_function address_of;
    void **addresses;
    int skipped, count, room;
};

static _Unwind_Reason_Code visit(struct _Unwind_Context *context, void *argument) {
    struct walk *walk = argument;
    uintptr_t address = walk->address_of(context);
    if (address == 0 || walk->count == walk->room) return _URC_END_OF_STACK;
    /* The first frame is backtrace itself. */
    if (walk->skipped++ != 0) walk->addresses[walk->count++] = (void *)address;
    return _URC_NO_REASON;
}

int flotilla_backtrace(void **addresses, int room) {
    static backtrace_function backtrace_of;
    static address_function address_of;
    if (backtrace_of == NULL) {
        void *unwinder = RTLD_DEFAULT;
        if (dlsym(unwinder, "_Unwind_Backtrace") == NULL) unwinder = dlopen("libgcc_s.so.1", RTLD_NOW);
        if (unwinder == NULL && dlsym(RTLD_DEFAULT, "_Unwind_Backtrace") == NULL) return 0;
        address_of = (address_function)dlsym(unwinder, "_Unwind_GetIP");
        backtrace_of = (backtrace_function)dlsym(unwinder, "_Unwind_Backtrace");
        if (address_of == NULL || backtrace_of == NULL) {
            backtrace_of = NULL;
            return 0;
        }
    }
    struct walk walk = {address_of, addresses, 0, 0, room};
    if (room > 0) backtrace_of(visit, &walk);
    return walk.count;
}

/* As snprintf: a line about an address, of at most size bytes with its zero. */
static size_t describe(char *buffer, size_t size, void *address) {
    Dl_info info;
    if (dladdr(address, &info) == 0 || info.dli_fname == NULL || info.dli_fname[0] == '\0') {
        return (size_t)snprintf(buffer, size, "[%p]", address);
    }
    const char *name = info.dli_sname == NULL ? "" : info.dli_sname;
    uintptr_t base = (uintptr_t)(info.dli_sname == NULL ? info.dli_fbase : info.dli_saddr);
    const char *sign = (uintptr_t)address >= base ? "+" : "-";
    uintptr_t distance = (uintptr_t)address >= base ? (uintptr_t)address - base : base - (uintptr_t)address;
    return (size_t)snprintf(buffer, size, "%s(%s%s%#lx) [%p]", info.dli_fname, name, sign, (unsigned long)distance, address);
}

char **flotilla_backtrace_symbols(void *const *addresses, int count) {
    size_t bytes = (size_t)count * sizeof(char *);
    for (int i = 0; i < count; i++) bytes += describe(NULL, 0, addresses[i]) + 1;
    char **lines = malloc(bytes);
    if (lines == NULL) return NULL;
    char *text = (char *)(lines + count), *end = (char *)lines + bytes;
    for (int i = 0; i < count; i++) {
        lines[i] = text;
        text += describe(text, (size_t)(end - text), addresses[i]) + 1;
    }
    return lines;
}

void flotilla_backtrace_symbols_fd(void *const *addresses, int count, int fd) {
    for (int i = 0; i < count; i++) {
        char line[1024];
        size_t length = describe(line, sizeof line - 1, addresses[i]);
        if (length > sizeof line - 2) length = sizeof line - 2;
        line[length] = '\n';
        flotilla_fd_write(fd, line, length + 1);
    }
}

FLOTILLA_NAMES(flotilla_backtrace, backtrace, __backtrace)
FLOTILLA_NAMES(flotilla_backtrace_symbols, backtrace_symbols, __backtrace_symbols)
FLOTILLA_NAMES(flotilla_backtrace_symbols_fd, backtrace_symbols_fd, __backtrace_symbols_fd)
