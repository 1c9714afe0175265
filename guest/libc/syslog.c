/*
 * Messages to the system's log: what openlog and setlogmask say is the rank's (RFC 3164's format, as glibc sends it).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "flotilla.h"
#include "names.h"

extern int flotilla_host_socket(int, int, int);
extern int flotilla_host_close(int);
extern char *__progname;

static struct {
    const char *identity; /* the caller's string, as openlog wants it */
    int options, facility, mask;
} journal = {NULL, 0, LOG_USER, 0xff};

void flotilla_openlog(const char *identity, int options, int facility) {
    if (identity != NULL) journal.identity = identity;
    journal.options = options;
    if (facility != 0 && (facility & ~LOG_FACMASK) == 0) journal.facility = facility;
}

void flotilla_closelog(void) {
    journal.identity = NULL;
}

int flotilla_setlogmask(int mask) {
    int old = journal.mask;
    if (mask != 0) journal.mask = mask;
    return old;
}

static void send_away(const char *text, size_t length) {
    const struct sockaddr_un address = {AF_UNIX, "/dev/log"};
    int fd = flotilla_host_socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    ssize_t sent = sendto(fd, text, length, MSG_NOSIGNAL, (const struct sockaddr *)&address, sizeof address);
    flotilla_host_close(fd);
    int console = sent < 0 && (journal.options & LOG_CONS) != 0 ? flotilla_fd_open("/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC, 0) : -1;
    if (console < 0) return;
    const char *message = memchr(text, '>', length) + 1;
    dprintf(console, "%s\r\n", message);
    flotilla_fd_close(console);
}

void flotilla_vsyslog(int priority, const char *format, va_list arguments) {
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int saved = errno;
    priority &= LOG_PRIMASK | LOG_FACMASK;
    if ((journal.mask & LOG_MASK(LOG_PRI(priority))) == 0) return;
    if ((priority & LOG_FACMASK) == 0) priority |= journal.facility;
    char text[8192], process[16] = "";
    struct tm now;
    time_t seconds = time(NULL);
    localtime_r(&seconds, &now);
    if ((journal.options & LOG_PID) != 0) snprintf(process, sizeof process, "[%d]", (int)getpid());
    int start = snprintf(text, sizeof text, "<%d>%s %2d %02d:%02d:%02d ", priority, months[now.tm_mon], now.tm_mday, now.tm_hour,
                         now.tm_min, now.tm_sec);
    int length = start + snprintf(text + start, sizeof text / 2, "%.1000s%s: ",
                                  journal.identity != NULL ? journal.identity : __progname, process);
    errno = saved; /* %m */
    vsnprintf(text + length, sizeof text - (size_t)length, format, arguments);
    length = (int)strlen(text);
    if ((journal.options & LOG_PERROR) != 0) {
        dprintf(STDERR_FILENO, "%s%s", text + start, text[length - 1] == '\n' ? "" : "\n");
    }
    send_away(text, (size_t)length);
    errno = saved;
}

void flotilla_vsyslog_chk(int priority, int flag, const char *format, va_list arguments) {
    (void)flag;
    flotilla_vsyslog(priority, format, arguments);
}

void flotilla_syslog(int priority, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    flotilla_vsyslog(priority, format, arguments);
    va_end(arguments);
}

void flotilla_syslog_chk(int priority, int flag, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    flotilla_vsyslog_chk(priority, flag, format, arguments);
    va_end(arguments);
}

FLOTILLA_NAMES(flotilla_openlog, openlog)
FLOTILLA_NAMES(flotilla_closelog, closelog)
FLOTILLA_NAMES(flotilla_setlogmask, setlogmask)
FLOTILLA_NAMES(flotilla_vsyslog, vsyslog)
FLOTILLA_NAMES(flotilla_vsyslog_chk, __vsyslog_chk)
FLOTILLA_NAMES(flotilla_syslog, syslog)
FLOTILLA_NAMES(flotilla_syslog_chk, __syslog_chk)
