/*
 * The rank's time zone, as its TZ says (POSIX.1-2017, 8.3; RFC 8536).
 */
#ifndef FLOTILLA_LIBC_ZONE_H
#define FLOTILLA_LIBC_ZONE_H

#include <stdbool.h>
#include <stdint.h>

/* What a clock on the wall says about itself. Names stay for as long as the rank. */
struct zone_kind {
    int32_t offset; /* seconds east of Greenwich */
    bool summer;
    const char *name;
};

/* A time zone's variables: tzname, timezone, daylight. */
struct zone_names {
    const char *names[2];
    int32_t west;
    bool daylight;
};

/* Reads TZ, and the file it names, when it has changed since. */
void flotilla_zone_update(void);

/* What applies at a time (seconds since 1970), and, unless NULL, the variables' values after a conversion of it. */
struct zone_kind flotilla_zone_at(int64_t time, struct zone_names *names);

/* The variables' values before any conversion. */
void flotilla_zone_names(struct zone_names *names);

/* ---- Rules, as in TZ and at the end of zone files ---- */

struct zone_change {
    enum { JULIAN, DAY_OF_YEAR, MONTH_WEEK_DAY } form;
    int month, week, day;
    int32_t second; /* after midnight, by the clock before the change */
};

struct zone_rule {
    struct zone_kind kinds[2]; /* winter, summer */
    bool has_summer;
    struct zone_change begin, end; /* of summer */
};

/* Parses "CET-1CEST,M3.5.0,M10.5.0/3". False when it is not well formed: kinds[0].name is then what glibc makes of it. */
bool flotilla_zone_parse(struct zone_rule *rule, const char *text);

/* What the rule says of a time. */
struct zone_kind flotilla_zone_apply(const struct zone_rule *rule, int64_t time);

/* A name's copy, the same one each time. */
const char *flotilla_zone_name(const char *text, int length);

/* Days from 1970-01-01 to the first of a month, 0 to 11, of the proleptic Gregorian calendar. */
int64_t flotilla_days_before(int64_t year, int month);

#endif
