/*
 * <time.h> functions with a hidden buffer, and the variables of tzset.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "flotilla.h"
#include "names.h"

static char standard_name[16] = "UTC", summer_name[16] = "UTC";

FLOTILLA_EXPORT char *__tzname[2] = {standard_name, summer_name};
FLOTILLA_EXPORT long __timezone;
FLOTILLA_EXPORT int __daylight;
extern char *tzname[2] __attribute__((alias("__tzname"), visibility("default")));
extern long timezone __attribute__((alias("__timezone"), visibility("default")));
extern int daylight __attribute__((alias("__daylight"), visibility("default")));

static struct tm broken_down;
static char text[64];

/* The host's variables belong to the host: learn what they would say from the two halves of this year. */
void flotilla_tzset(void) {
    static time_t next_time;
    time_t now = time(NULL);
    if (now < next_time) return;
    next_time = now + 24 * 60 * 60;
    struct tm date;
    localtime_r(&now, &date);
    int year = date.tm_year;
    __daylight = 0;
    const char *name = NULL;
    for (int month = 0; month < 12; month += 6) {
        struct tm day = {.tm_year = year, .tm_mon = month, .tm_mday = 1, .tm_hour = 12, .tm_isdst = -1};
        time_t noon = mktime(&day);
        localtime_r(&noon, &day);
        if (day.tm_isdst > 0) {
            __daylight = 1;
            strncpy(summer_name, day.tm_zone, sizeof summer_name - 1);
        } else {
            __timezone = -day.tm_gmtoff;
            name = strncpy(standard_name, day.tm_zone, sizeof standard_name - 1);
        }
    }
    if (!__daylight && name != NULL) memcpy(summer_name, standard_name, sizeof summer_name);
}

struct tm *flotilla_localtime(const time_t *time) {
    flotilla_tzset();
    return localtime_r(time, &broken_down);
}

struct tm *flotilla_gmtime(const time_t *time) {
    return gmtime_r(time, &broken_down);
}

char *flotilla_asctime(const struct tm *date) {
    return asctime_r(date, text);
}

char *flotilla_ctime(const time_t *time) {
    struct tm *date = flotilla_localtime(time);
    return date == NULL ? NULL : flotilla_asctime(date);
}

FLOTILLA_NAMES(flotilla_tzset, tzset, __tzset)
FLOTILLA_NAMES(flotilla_localtime, localtime)
FLOTILLA_NAMES(flotilla_gmtime, gmtime)
FLOTILLA_NAMES(flotilla_asctime, asctime)
FLOTILLA_NAMES(flotilla_ctime, ctime)
