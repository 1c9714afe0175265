/* Messages on standard error: perror, psignal, err and warn, error. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "flotilla.h"
#include "stream.h"

extern int flotilla_vasprintf(char **result, const char *format, va_list list);
extern int flotilla_fflush(FILE *file);
extern char *__progname, *__progname_full;

/* A line that is complete goes out in one write, whichever way stderr is oriented. */
__attribute__((format(printf, 1, 2))) static void message(const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *text;
    int length = flotilla_vasprintf(&text, format, list);
    va_end(list);
    if (length < 0) return;
    if (stderr->_mode > 0) {
        wchar_t *wide = malloc(((size_t)length + 1) * sizeof *wide);
        size_t count = wide == NULL ? (size_t)-1 : mbstowcs(wide, text, (size_t)length + 1);
        if (count != (size_t)-1) flotilla_stream_write_wide(stderr, wide, count);
        free(wide);
    } else {
        stream_orient(stderr, -1);
        flotilla_stream_write(stderr, text, (size_t)length);
    }
    free(text);
}

static const char *error_text(int error, char *buffer, size_t size) {
    return strerror_r(error, buffer, size);
}

void flotilla_perror(const char *prefix) {
    char buffer[256];
    const char *text = error_text(errno, buffer, sizeof buffer);
    bool given = prefix != NULL && *prefix != '\0';
    message("%s%s%s\n", given ? prefix : "", given ? ": " : "", text);
}

FLOTILLA_NAMES(flotilla_perror, perror)

/* ---- Signals ---- */

static const char *signal_text(int number) {
    return number > 0 && number < NSIG ? sigdescr_np(number) : NULL;
}

void flotilla_psignal(int number, const char *prefix) {
    bool given = prefix != NULL && *prefix != '\0';
    const char *text = signal_text(number);
    if (text != NULL) {
        message("%s%s%s\n", given ? prefix : "", given ? ": " : "", text);
    } else {
        message("%s%sUnknown signal %d\n", given ? prefix : "", given ? ": " : "", number);
    }
}

void flotilla_psiginfo(const siginfo_t *information, const char *prefix) {
    bool given = prefix != NULL && *prefix != '\0';
    const char *text = signal_text(information->si_signo);
    char unknown[32];
    if (text == NULL) {
        snprintf(unknown, sizeof unknown, "Unknown signal %d", information->si_signo);
        text = unknown;
    }
    char detail[96];
    switch (information->si_signo) {
        case SIGILL:
        case SIGFPE:
        case SIGSEGV:
        case SIGBUS:
        case SIGTRAP:
            snprintf(detail, sizeof detail, "code %d [%p]", information->si_code, information->si_addr);
            break;
        case SIGCHLD:
            snprintf(detail, sizeof detail, "code %d %ld %d %ld", information->si_code, (long)information->si_pid,
                     information->si_status, (long)information->si_uid);
            break;
        default:
            snprintf(detail, sizeof detail, "Signal sent%s %ld %ld", information->si_code == SI_USER ? " by kill()" : "",
                     (long)information->si_pid, (long)information->si_uid);
            break;
    }
    message("%s%s%s (%s)\n", given ? prefix : "", given ? ": " : "", text, detail);
}

FLOTILLA_NAMES(flotilla_psignal, psignal)
FLOTILLA_NAMES(flotilla_psiginfo, psiginfo)

/* ---- err.h ---- */

static void warn_about(bool with_error, int error, const char *format, va_list list) {
    char buffer[256];
    const char *reason = with_error ? error_text(error, buffer, sizeof buffer) : "";
    char *text = NULL;
    if (format != NULL && flotilla_vasprintf(&text, format, list) < 0) return;
    message("%s: %s%s%s\n", __progname, text == NULL ? "" : text, text != NULL && with_error ? ": " : "", reason);
    free(text);
    errno = error;
}

void flotilla_vwarn(const char *format, va_list list) {
    warn_about(true, errno, format, list);
}

void flotilla_vwarnx(const char *format, va_list list) {
    warn_about(false, errno, format, list);
}

void flotilla_warn(const char *format, ...) {
    va_list list;
    va_start(list, format);
    flotilla_vwarn(format, list);
    va_end(list);
}

void flotilla_warnx(const char *format, ...) {
    va_list list;
    va_start(list, format);
    flotilla_vwarnx(format, list);
    va_end(list);
}

_Noreturn void flotilla_verr(int status, const char *format, va_list list) {
    flotilla_vwarn(format, list);
    exit(status);
}

_Noreturn void flotilla_verrx(int status, const char *format, va_list list) {
    flotilla_vwarnx(format, list);
    exit(status);
}

_Noreturn void flotilla_err(int status, const char *format, ...) {
    va_list list;
    va_start(list, format);
    flotilla_verr(status, format, list);
}

_Noreturn void flotilla_errx(int status, const char *format, ...) {
    va_list list;
    va_start(list, format);
    flotilla_verrx(status, format, list);
}

FLOTILLA_NAMES(flotilla_vwarn, vwarn)
FLOTILLA_NAMES(flotilla_vwarnx, vwarnx)
FLOTILLA_NAMES(flotilla_warn, warn)
FLOTILLA_NAMES(flotilla_warnx, warnx)
FLOTILLA_NAMES(flotilla_verr, verr)
FLOTILLA_NAMES(flotilla_verrx, verrx)
FLOTILLA_NAMES(flotilla_err, err)
FLOTILLA_NAMES(flotilla_errx, errx)

/* ---- error.h ---- */

FLOTILLA_EXPORT unsigned int error_message_count;
FLOTILLA_EXPORT int error_one_per_line;
FLOTILLA_EXPORT void (*error_print_progname)(void);

/* where: what stands between the program's name and the message. */
static void report(int status, int error, const char *where, const char *format, va_list list) {
    char buffer[256];
    const char *reason = error != 0 ? error_text(error, buffer, sizeof buffer) : "";
    flotilla_fflush(stdout);
    char *text;
    if (flotilla_vasprintf(&text, format, list) < 0) text = NULL;
    const char *name = __progname_full;
    if (error_print_progname != NULL) {
        error_print_progname();
        name = "";
    }
    message("%s%s%s%s%s\n", name, where, text == NULL ? "" : text, error != 0 ? ": " : "", reason);
    free(text);
    error_message_count++;
    flotilla_fflush(stderr);
    if (status != 0) exit(status);
}

void flotilla_error(int status, int error, const char *format, ...) {
    va_list list;
    va_start(list, format);
    report(status, error, error_print_progname == NULL ? ": " : "", format, list);
    va_end(list);
}

void flotilla_error_at_line(int status, int error, const char *file, unsigned int line, const char *format, ...) {
    static const char *last_file;
    static unsigned int last_line;
    if (error_one_per_line) {
        bool same_file = last_file == file || (last_file != NULL && file != NULL && strcmp(last_file, file) == 0);
        if (same_file && last_line == line) return;
        last_file = file;
        last_line = line;
    }
    char where[4096];
    const char *colon = error_print_progname == NULL ? ":" : "";
    if (file != NULL) {
        snprintf(where, sizeof where, "%s%s:%u: ", colon, file, line);
    } else {
        snprintf(where, sizeof where, "%s ", colon);
    }
    va_list list;
    va_start(list, format);
    report(status, error, where, format, list);
    va_end(list);
}

FLOTILLA_NAMES(flotilla_error, error)
FLOTILLA_NAMES(flotilla_error_at_line, error_at_line)
