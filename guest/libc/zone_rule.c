/*
 * Time zones given as rules.
 */
#include <string.h>

#include "flotilla.h"
#include "heap.h"
#include "zone.h"

#define HOUR 3600
#define DAY 86400

/* ---- Names ---- */

struct name {
    struct name *next;
    char text[];
};

const char *flotilla_zone_name(const char *text, int length) {
    static struct name *names;
    for (const struct name *name = names; name != NULL; name = name->next) {
        if (strncmp(name->text, text, (size_t)length) == 0 && name->text[length] == '\0') return name->text;
    }
    struct name *name = flotilla_malloc(sizeof *name + (size_t)length + 1);
    if (name == NULL) return "";
    memcpy(name->text, text, (size_t)length);
    name->text[length] = '\0';
    name->next = names;
    names = name;
    return name->text;
}

/* ---- Parsing ---- */

/* Not isalpha: what a rule means does not depend on the locale. */
static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool parse_name(const char **at, struct zone_kind *kind) {
    const char *start = *at, *end = start;
    if (*start == '<') {
        end = ++start;
        while (is_letter(*end) || is_digit(*end) || *end == '+' || *end == '-') end++;
        if (*end != '>' || end - start < 3) return false;
        *at = end + 1;
    } else {
        while (is_letter(*end)) end++;
        if (end - start < 3) return false;
        *at = end;
    }
    kind->name = flotilla_zone_name(start, (int)(end - start));
    return true;
}

static bool parse_number(const char **at, int most, int *value) {
    if (!is_digit(**at)) return false;
    for (*value = 0; is_digit(**at); (*at)++) {
        *value = *value * 10 + (**at - '0');
        if (*value > most) return false;
    }
    return true;
}

/* [+-]h[:m[:s]] in seconds. */
static bool parse_time(const char **at, int most_hours, int32_t *seconds) {
    int sign = 1, part[3] = {0, 0, 0};
    if (**at == '-' || **at == '+') sign = *(*at)++ == '-' ? -1 : 1;
    if (!parse_number(at, most_hours, &part[0])) return false;
    for (int i = 1; i < 3 && **at == ':'; i++) {
        (*at)++;
        if (!parse_number(at, 59, &part[i])) return false;
    }
    *seconds = sign * (part[0] * HOUR + part[1] * 60 + part[2]);
    return true;
}

static bool parse_change(const char **at, struct zone_change *change) {
    if (**at != ',') return false;
    (*at)++;
    change->second = 2 * HOUR;
    if (**at == 'M') {
        change->form = MONTH_WEEK_DAY;
        (*at)++;
        if (!parse_number(at, 12, &change->month) || change->month < 1 || *(*at)++ != '.') return false;
        if (!parse_number(at, 5, &change->week) || change->week < 1 || *(*at)++ != '.') return false;
        if (!parse_number(at, 6, &change->day)) return false;
    } else {
        change->form = **at == 'J' ? JULIAN : DAY_OF_YEAR;
        if (change->form == JULIAN) (*at)++;
        if (!parse_number(at, 365, &change->day) || (change->form == JULIAN && change->day == 0)) return false;
    }
    if (**at != '/') return true;
    (*at)++;
    return parse_time(at, 167, &change->second);
}

bool flotilla_zone_parse(struct zone_rule *rule, const char *text) {
    const char *at = text;
    int32_t west;
    memset(rule, 0, sizeof *rule);
    rule->kinds[0].name = rule->kinds[1].name = "";
    if (!parse_name(&at, &rule->kinds[0]) || !parse_time(&at, 24, &west)) return false;
    rule->kinds[0].offset = -west;
    rule->kinds[1] = rule->kinds[0];
    if (*at == '\0') return true;
    if (!parse_name(&at, &rule->kinds[1])) return false;
    rule->has_summer = rule->kinds[1].summer = true;
    rule->kinds[1].offset += HOUR;
    if (*at != ',' && *at != '\0') {
        if (!parse_time(&at, 24, &west)) return false;
        rule->kinds[1].offset = -west;
    }
    /* Without dates: those of the United States, as glibc has it. */
    if (*at == '\0' || strcmp(at, ",") == 0) at = ",M3.2.0,M11.1.0";
    return parse_change(&at, &rule->begin) && parse_change(&at, &rule->end) && *at == '\0';
}

/* ---- Dates ---- */

static bool is_leap(int64_t year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int64_t flotilla_days_before(int64_t year, int month) {
    static const short before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    /* Whole 400 years are moved aside, so that the divisions below are of positive numbers. */
    int64_t cycles = year / 400 - 10, rest = year - cycles * 400, last = rest - 1;
    int64_t days = cycles * 146097 + rest * 365 + last / 4 - last / 100 + last / 400 - 719527;
    return days + before[month] + (month > 1 && is_leap(year));
}

static int64_t year_of(int64_t time) {
    int64_t days = time / DAY - (time % DAY < 0);
    int64_t year = 1970 + days / 366 - 1;
    /* Off by at most one year in some thousand at a time. */
    while (flotilla_days_before(year + 1, 0) <= days) {
        int64_t behind = (days - flotilla_days_before(year, 0)) / 366;
        year += behind > 0 ? behind : 1;
    }
    while (flotilla_days_before(year, 0) > days) year -= 1 + (flotilla_days_before(year, 0) - days) / 366;
    return year;
}

/* Seconds since 1970, by the clock before the change. */
static int64_t change_in(const struct zone_change *change, int64_t year) {
    int64_t day = flotilla_days_before(year, 0);
    switch (change->form) {
    case JULIAN:
        day += change->day - 1 + (change->day >= 60 && is_leap(year));
        break;
    case DAY_OF_YEAR:
        day += change->day;
        break;
    case MONTH_WEEK_DAY: {
        int64_t next = change->month == 12 ? flotilla_days_before(year + 1, 0) : flotilla_days_before(year, change->month);
        day = flotilla_days_before(year, change->month - 1);
        int weekday = (int)((day % 7 + 7 + 4) % 7); /* 1970-01-01 was a Thursday */
        day += (change->day - weekday + 7) % 7;
        for (int week = 1; week < change->week && day + 7 < next; week++) day += 7;
        break;
    }
    }
    return day * DAY + change->second;
}

struct zone_kind flotilla_zone_apply(const struct zone_rule *rule, int64_t time) {
    if (!rule->has_summer) return rule->kinds[0];
    int64_t year = year_of(time);
    /* In years before, glibc's changes are those of 1970: once, that is. */
    if (year < 1970) year = 1970;
    int64_t begin = change_in(&rule->begin, year) - rule->kinds[0].offset;
    int64_t end = change_in(&rule->end, year) - rule->kinds[1].offset;
    bool summer = begin <= end ? time >= begin && time < end : time >= begin || time < end;
    return rule->kinds[summer];
}
