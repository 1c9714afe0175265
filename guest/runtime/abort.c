/*
 * Abnormal ends: abort, failed assertions, and the checks that compilers and headers insert.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fd.h"
#include "flotilla.h"
#include "names.h"
#include "signals.h"
#include "start.h"

void *flotilla_dlsym(void *handle, const char *name);

extern char *__progname;

/* A program's own handler for SIGABRT runs first; it may leave by longjmp. */
_Noreturn void flotilla_abort(const char *message) {
    flotilla_call_abort_handler();
    for (;;) flotilla_trap2(FLOTILLA_OP_ABORT, (long)message, SIGABRT);
}

/* ---- C++ ----
 * What std::terminate was called for, in the data structures of libstdc++ (Itanium C++ ABI, "Exception Handling", 2.2;
 * libsupc++/unwind-cxx.h) and the virtual functions of std::type_info and std::exception, by their places in the tables. */

#define EXCEPTION_CLASS 0x474e5543432b2b00u /* "GNUCC++\0" */
#define EXCEPTION_CLASS_AT 80               /* __cxa_exception.unwindHeader.exception_class */
#define EXCEPTION_SIZE 112                  /* sizeof(__cxa_exception): the object follows */
#define TYPE_INFO_DO_CATCH 4
#define EXCEPTION_WHAT 2

typedef bool (*do_catch_function)(const void *self, const void *thrown, void **object, unsigned outer);
typedef const char *(*what_function)(const void *self);
typedef char *(*demangle_function)(const char *, char *, size_t *, int *);

static void *virtual_function(const void *object, int index) {
    return (*(void ***)object)[index];
}

static const char *what(const void *type) {
    void **(*globals)(void) = (void **(*)(void))flotilla_dlsym(RTLD_DEFAULT, "__cxa_get_globals");
    const void *standard = flotilla_dlsym(RTLD_DEFAULT, "_ZTISt9exception");
    const char *header = globals == NULL ? NULL : *globals();
    if (header == NULL || standard == NULL || *(const uint64_t *)(header + EXCEPTION_CLASS_AT) != EXCEPTION_CLASS) return NULL;
    void *object = (void *)(header + EXCEPTION_SIZE);
    do_catch_function do_catch = (do_catch_function)virtual_function(standard, TYPE_INFO_DO_CATCH);
    return do_catch(standard, type, &object, 1) ? ((what_function)virtual_function(object, EXCEPTION_WHAT))(object) : NULL;
}

/* Type and text of the exception that is being handled, or NULL. The host knows whether it is why the rank ends, from who
 * called abort. */
static const char *current_exception(void) {
    static char text[1024];
    const void *(*current_type)(void) = (const void *(*)(void))flotilla_dlsym(RTLD_DEFAULT, "__cxa_current_exception_type");
    const void *type = current_type == NULL ? NULL : current_type();
    if (type == NULL) return NULL;
    const char *name = ((const char *const *)type)[1];
    if (*name == '*') name++;
    demangle_function demangle = (demangle_function)flotilla_dlsym(RTLD_DEFAULT, "__cxa_demangle");
    int status = -1;
    const char *readable = demangle == NULL ? NULL : demangle(name, NULL, NULL, &status);
    const char *reason = what(type);
    snprintf(text, sizeof text, "%c%s%s%s", FLOTILLA_CB_EXCEPTION_MARK, readable == NULL ? name : readable,
             reason == NULL ? "" : ": ", reason == NULL ? "" : reason);
    return text;
}

_Noreturn void flotilla_plain_abort(void) {
    flotilla_call_abort_handler();
    const char *exception = flotilla_control->in_forked_child ? NULL : current_exception();
    for (;;) flotilla_trap2(FLOTILLA_OP_ABORT, (long)exception, SIGABRT);
}

_Noreturn void flotilla_stack_smashed(void) {
    flotilla_abort("stack smashing detected");
}

_Noreturn void flotilla_buffer_overflow(void) {
    flotilla_abort("buffer overflow detected");
}

_Noreturn void flotilla_fortify_failed(const char *message) {
    flotilla_abort(message);
}

/* Standard error gets the line that a process's user would read; the host adds that the rank was aborted. */
_Noreturn void flotilla_assertion_failed(const char *assertion, const char *file, unsigned line,
                                         const char *function) {
    char text[2048];
    int length = snprintf(text, sizeof text, "%s%s%s:%u: %s%sAssertion `%s' failed.\n", __progname,
                          *__progname == '\0' ? "" : ": ", file, line, function == NULL ? "" : function,
                          function == NULL ? "" : ": ", assertion);
    if (length >= (int)sizeof text) {
        length = sizeof text;
        text[length - 1] = '\n';
    }
    fflush(stderr);
    flotilla_fd_write(2, text, (size_t)length);
    snprintf(text, sizeof text, "failed assertion: %s (%s:%u)", assertion, file, line);
    flotilla_abort(text);
}

_Noreturn void flotilla_unexpected_error(int error, const char *file, unsigned line, const char *function) {
    char text[1024];
    int length = snprintf(text, sizeof text, "%s%s%s:%u: %s%sUnexpected error: %s.\n", __progname,
                          *__progname == '\0' ? "" : ": ", file, line, function == NULL ? "" : function,
                          function == NULL ? "" : ": ", strerror(error));
    flotilla_fd_write(2, text, length < (int)sizeof text ? (size_t)length : sizeof text - 1);
    flotilla_abort(NULL);
}

_Noreturn void flotilla_old_assert(const char *assertion, const char *file, int line) {
    flotilla_assertion_failed(assertion, file, (unsigned)line, NULL);
}

FLOTILLA_NAMES(flotilla_plain_abort, abort)
FLOTILLA_NAMES(flotilla_stack_smashed, __stack_chk_fail)
FLOTILLA_NAMES(flotilla_buffer_overflow, __chk_fail)
FLOTILLA_NAMES(flotilla_fortify_failed, __fortify_fail)
FLOTILLA_NAMES(flotilla_assertion_failed, __assert_fail)
FLOTILLA_NAMES(flotilla_unexpected_error, __assert_perror_fail)
FLOTILLA_NAMES(flotilla_old_assert, __assert)
