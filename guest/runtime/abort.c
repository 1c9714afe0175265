/*
 * Abnormal ends: abort, failed assertions, and the checks that compilers and headers insert.
 */
#define _GNU_SOURCE
#include <errno.h>
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

extern char *__progname;

/* A program's own handler for SIGABRT runs first; it may leave by longjmp. */
_Noreturn void flotilla_abort(const char *message) {
    flotilla_call_abort_handler();
    for (;;) flotilla_trap2(FLOTILLA_OP_ABORT, (long)message, SIGABRT);
}

_Noreturn void flotilla_plain_abort(void) {
    flotilla_abort(NULL);
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
    flotilla_abort(NULL);
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
