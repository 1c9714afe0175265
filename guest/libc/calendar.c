/*
 * <time.h>: local time in the rank's zone, and functions with a hidden buffer.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#include "flotilla.h"
#include "heap.h"
#include "names.h"
#include "zone.h"

extern struct tm *flotilla_host_gmtime_r(const time_t *, struct tm *);
extern size_t flotilla_host_strftime(char *, size_t, const char *, const struct tm *);
extern size_t flotilla_host_strftime_l(char *, size_t, const char *, const struct tm *, locale_t);
extern size_t flotilla_host_wcsftime(wchar_t *, size_t, const wchar_t *, const struct tm *);
extern size_t flotilla_host_wcsftime_l(wchar_t *, size_t, const wchar_t *, const struct tm *, locale_t);

static char no_name[] = "UTC";

FLOTILLA_EXPORT char *__tzname[2] = {no_name, no_name};
FLOTILLA_EXPORT long __timezone;
FLOTILLA_EXPORT int __daylight;
extern char *tzname[2] __attribute__((alias("__tzname"), visibility("default")));
extern long timezone __attribute__((alias("__timezone"), visibility("default")));
extern int daylight __attribute__((alias("__daylight"), visibility("default")));

static struct tm broken_down;
static char text[64];

static void publish(const struct zone_names *names) {
    __tzname[0] = (char *)names->names[0];
    __tzname[1] = (char *)names->names[1];
    __timezone = names->west;
    __daylight = names->daylight;
}

void flotilla_tzset(void) {
    struct zone_names names;
    flotilla_zone_update();
    flotilla_zone_names(&names);
    publish(&names);
}

/* ---- To local time ---- */

static struct tm *break_down(int64_t time, struct tm *date) {
    struct zone_names names;
    struct zone_kind kind = flotilla_zone_at(time, &names);
    int64_t local;
    if (__builtin_add_overflow(time, kind.offset, &local)) {
        errno = EOVERFLOW;
        return NULL;
    }
    /* The host's own zone does not matter to gmtime. */
    if (flotilla_host_gmtime_r(&local, date) == NULL) return NULL;
    publish(&names);
    date->tm_isdst = kind.summer;
    date->tm_gmtoff = kind.offset;
    date->tm_zone = kind.name;
    return date;
}

/* Does not look whether TZ has changed. */
struct tm *flotilla_localtime_r(const time_t *time, struct tm *date) {
    return break_down(*time, date);
}

struct tm *flotilla_localtime(const time_t *time) {
    flotilla_zone_update();
    return break_down(*time, &broken_down);
}

struct tm *flotilla_gmtime(const time_t *time) {
    return flotilla_host_gmtime_r(time, &broken_down);
}

char *flotilla_asctime(const struct tm *date) {
    return asctime_r(date, text);
}

char *flotilla_ctime_r(const time_t *time, char *buffer) {
    struct tm date;
    return flotilla_localtime_r(time, &date) == NULL ? NULL : asctime_r(&date, buffer);
}

char *flotilla_ctime(const time_t *time) {
    struct tm *date = flotilla_localtime(time);
    return date == NULL ? NULL : flotilla_asctime(date);
}

/* ---- From local time ---- */

/* Seconds that the fields make, as if they were universal time; without the seconds themselves. */
static int64_t minutes_of(const struct tm *date) {
    int64_t months = (int64_t)date->tm_year * 12 + date->tm_mon;
    int64_t years = months / 12 - (months % 12 < 0);
    int64_t days = flotilla_days_before(1900 + years, (int)(months - years * 12)) + date->tm_mday - 1;
    return ((days * 24 + date->tm_hour) * 60 + date->tm_min) * 60;
}

/* How far from a date its wish for summer or winter time is looked for, and in what steps: those of glibc. */
#define STEP 601200
#define FARTHEST 229222804

/* The offset that the date's tm_isdst asks for, near a time where it is the other; an hour more or less where there is none. */
static int32_t wished_offset(int64_t time, bool summer, int32_t other) {
    for (int64_t distance = STEP; distance < FARTHEST; distance += STEP) {
        struct zone_kind before = flotilla_zone_at(time - distance, NULL), after = flotilla_zone_at(time + distance, NULL);
        if (before.summer == summer) return before.offset;
        if (after.summer == summer) return after.offset;
    }
    return other + (summer ? 3600 : -3600);
}

/*
 * A time that the clock shows twice, without a wish: which of the two glibc answers depends on the offset of the call
 * before, where its search begins. A time that the clock never shows is one by the clock before the change.
 */
static int64_t find_time(int64_t local, int wish, int64_t guess) {
    struct zone_kind kind = flotilla_zone_at(local - guess, NULL);
    for (int i = 0; i < 4; i++) {
        int64_t time = local - kind.offset;
        struct zone_kind there = flotilla_zone_at(time, NULL);
        if (there.offset == kind.offset) {
            if (wish < 0 || there.summer == (wish > 0)) return time;
            return local - wished_offset(time, wish > 0, there.offset);
        }
        struct zone_kind back = flotilla_zone_at(local - there.offset, NULL);
        if (back.offset == kind.offset) {
            /* To and fro: no offset fits. */
            bool first = wish > 0 ? kind.summer : !kind.summer;
            return local - (first ? kind.offset : there.offset);
        }
        kind = there;
    }
    return local - kind.offset;
}

time_t flotilla_mktime(struct tm *date) {
    static int64_t last_offset;
    flotilla_tzset();
    /* Seconds beyond a minute are time that passes, not what a clock shows: the zone's changes don't touch them. */
    int second = date->tm_sec < 0 ? 0 : date->tm_sec > 59 ? 59 : date->tm_sec;
    int64_t local = minutes_of(date) + second;
    struct tm answer;
    int64_t time = find_time(local, date->tm_isdst, last_offset);
    int64_t offset = local - time;
    time += (int64_t)date->tm_sec - second;
    if (break_down(time, &answer) == NULL) {
        errno = EOVERFLOW;
        return -1;
    }
    last_offset = offset;
    *date = answer;
    return time;
}

/* ---- Formatting ---- */

/* The date as the host's strftime should see it: it would take a missing zone name from the host's zone. */
static const struct tm *with_zone(const struct tm *date, struct tm *copy) {
    flotilla_tzset();
    if ((date->tm_zone != NULL && *date->tm_zone != '\0') || date->tm_isdst < 0) return date;
    *copy = *date;
    copy->tm_zone = __tzname[date->tm_isdst > 0];
    return copy;
}

/* The start of the next conversion %s (seconds since 1970), and its end; or NULL. */
static const char *find_seconds(const char *format, const char **end) {
    for (const char *at = strchr(format, '%'); at != NULL; at = strchr(at, '%')) {
        const char *start = at++;
        at += strspn(at, "_-0^#");
        at += strspn(at, "0123456789");
        if (*at == 'E' || *at == 'O') at++;
        *end = at + 1;
        if (*at == 's') return start;
        if (*at != '\0') at++;
    }
    return NULL;
}

/* The format with the seconds filled in, on the heap; or NULL when it has no such conversion. */
static char *fill_in_seconds(const char *format, const struct tm *date) {
    const char *end, *start = find_seconds(format, &end);
    if (start == NULL) return NULL;
    struct tm copy = *date;
    char digits[24], *filled = flotilla_strdup("");
    snprintf(digits, sizeof digits, "%lld", (long long)flotilla_mktime(&copy));
    for (; filled != NULL && start != NULL; start = find_seconds(format, &end)) {
        size_t length = strlen(filled);
        char *longer = flotilla_realloc(filled, length + (size_t)(start - format) + sizeof digits + strlen(end) + 1);
        if (longer == NULL) break;
        filled = longer;
        sprintf(filled + length, "%.*s%s", (int)(start - format), format, digits);
        format = end;
    }
    return filled == NULL ? NULL : strcat(filled, format);
}

size_t flotilla_strftime(char *buffer, size_t size, const char *format, const struct tm *date) {
    struct tm copy;
    date = with_zone(date, &copy);
    char *filled = fill_in_seconds(format, date);
    size_t length = flotilla_host_strftime(buffer, size, filled == NULL ? format : filled, date);
    flotilla_free(filled);
    return length;
}

size_t flotilla_strftime_l(char *buffer, size_t size, const char *format, const struct tm *date, locale_t locale) {
    struct tm copy;
    date = with_zone(date, &copy);
    char *filled = fill_in_seconds(format, date);
    size_t length = flotilla_host_strftime_l(buffer, size, filled == NULL ? format : filled, date, locale);
    flotilla_free(filled);
    return length;
}

size_t flotilla_wcsftime(wchar_t *buffer, size_t size, const wchar_t *format, const struct tm *date) {
    struct tm copy;
    return flotilla_host_wcsftime(buffer, size, format, with_zone(date, &copy));
}

size_t flotilla_wcsftime_l(wchar_t *buffer, size_t size, const wchar_t *format, const struct tm *date, locale_t locale) {
    struct tm copy;
    return flotilla_host_wcsftime_l(buffer, size, format, with_zone(date, &copy), locale);
}

FLOTILLA_NAMES(flotilla_tzset, tzset, __tzset)
FLOTILLA_NAMES(flotilla_localtime, localtime)
FLOTILLA_NAMES(flotilla_localtime_r, localtime_r, __localtime_r)
FLOTILLA_NAMES(flotilla_gmtime, gmtime)
FLOTILLA_NAMES(flotilla_asctime, asctime)
FLOTILLA_NAMES(flotilla_ctime, ctime)
FLOTILLA_NAMES(flotilla_ctime_r, ctime_r)
FLOTILLA_NAMES(flotilla_mktime, mktime, timelocal)
FLOTILLA_NAMES(flotilla_strftime, strftime)
FLOTILLA_NAMES(flotilla_strftime_l, strftime_l, __strftime_l)
FLOTILLA_NAMES(flotilla_wcsftime, wcsftime)
FLOTILLA_NAMES(flotilla_wcsftime_l, wcsftime_l, __wcsftime_l)
