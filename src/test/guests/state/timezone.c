/*
 * The time zone is the rank's. Zones given as files and as rules, and what the functions of <time.h> make of them, are
 * glibc's: each rank works through all zones, beginning at another, and prints a checksum for each.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/interleave.h"
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

static const char *const zones[] = {
    "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca", "Europe/Dublin",
    "Pacific/Apia", "Antarctica/Palmer", "Europe/Istanbul", "Asia/Anadyr", "America/Marigot", "Antarctica/Troll", "America/St_Johns", "Asia/Tehran", "America/Sao_Paulo", "Pacific/Chatham",
    "Asia/Gaza", "Etc/GMT+5", "UTC", "EST5EDT", ":Europe/Paris", "", "EST5EDT,M3.2.0,M11.1.0", "CET-1CEST,M3.5.0,M10.5.0/3",
    "IST-1GMT0,M10.5.0,M3.5.0/1", "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "<+0330>-3:30", "AAA4BBB,J60/1,J300",
    "NZST-12NZDT,M9.5.0,M4.1.0/3", "ABC-3:07:09", "Nowhere/Foo", "XYZ", "/usr/share/zoneinfo/Asia/Tokyo",
};
#define ZONES ((int)(sizeof zones / sizeof zones[0]))

static uint64_t sum;
static int chatty;

static void mix(const void *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ ((const unsigned char *)data)[i]) * 1099511628211u;
}

static void mix_number(long long number) { mix(&number, sizeof number); }

static void mix_text(const char *text) { mix(text, strlen(text) + 1); }

static void mix_variables(void)
{
    mix_text(tzname[0]);
    mix_text(tzname[1]);
    mix_number(timezone);
    mix_number(daylight);
    if (chatty)
        printf(" [%s %s %ld %d]", tzname[0], tzname[1], timezone, daylight);
}

static void mix_date(const struct tm *date)
{
    char line[200];
    int fields[] = {date->tm_year, date->tm_mon, date->tm_mday, date->tm_hour, date->tm_min, date->tm_sec, date->tm_wday, date->tm_yday, date->tm_isdst};
    mix(fields, sizeof fields);
    mix_number(date->tm_gmtoff);
    strftime(line, sizeof line, "%Z %z %c %s %%s %j %U", date);
    mix_text(line);
    if (chatty)
        printf(" %s dst %d", line, date->tm_isdst);
}

static void mix_time(time_t time)
{
    struct tm date, back, moved;
    char line[64];
    if (chatty)
        printf("  %lld:", (long long)time);
    mix_date(localtime(&time));
    mix_variables();
    localtime_r(&time, &date);
    back = date;
    mix_number(mktime(&back));
    CHECK(back.tm_isdst == date.tm_isdst && back.tm_hour == date.tm_hour);
    mix_text(ctime(&time));
    mix_text(ctime_r(&time, line));
    /* Fields out of range, and a wish for the other time. */
    moved = date;
    moved.tm_mon -= 17;
    moved.tm_mday += 100;
    moved.tm_sec -= 100000;
    moved.tm_isdst = -1;
    mix_number(mktime(&moved));
    mix_date(&moved);
    for (int wish = -1; wish <= 1; wish++) {
        moved = date;
        moved.tm_min += 30;
        moved.tm_isdst = wish;
        time_t found = mktime(&moved);
        mix_number(found);
        if (chatty)
            printf(" wish %d: %lld", wish, (long long)found);
    }
    if (chatty)
        printf("\n");
}

static void work_through(const char *zone)
{
    sum = 14695981039346656037u;
    setenv("TZ", zone, 1);
    tzset();
    mix_variables();
    interleave();
    for (int i = 0; i < 40; i++)
        mix_time((time_t)(-3000000000LL + 200000000LL * i + 12345 * i));
    interleave();
    /* Every three hours of 2024's changes, and years far away. */
    for (int i = 0; i < 60; i++)
        mix_time((time_t)(1711800000 + 10800 * i));
    for (int i = 0; i < 60; i++)
        mix_time((time_t)(1729900000 + 10800 * i));
    mix_time((time_t)100000000000LL);
    mix_time((time_t)-60000000000LL);
    mix_time((time_t)0);
    interleave();
    mix_variables();
    printf("rank %d %s %016llx\n", check_rank, zone, (unsigned long long)sum);
}

/* Without a TZ it is the system's; localtime_r need not look at TZ, localtime does. */
static void changes(void)
{
    time_t time = 1700000000;
    struct tm date;
    unsetenv("TZ");
    tzset();
    mix_variables();
    localtime_r(&time, &date);
    int here = date.tm_hour;
    setenv("TZ", check_rank % 2 ? "AAA-5" : "BBB+5", 1);
    interleave();
    localtime_r(&time, &date);
    CHECK_EQUAL(date.tm_hour, here);
    CHECK_EQUAL(localtime(&time)->tm_hour, (22 + (check_rank % 2 ? 5 : 19)) % 24);
    interleave();
    localtime_r(&time, &date);
    CHECK_EQUAL(date.tm_hour, (22 + (check_rank % 2 ? 5 : 19)) % 24);
    CHECK(strcmp(tzname[0], check_rank % 2 ? "AAA" : "BBB") == 0);
    struct tm plain = {.tm_year = 100, .tm_mday = 1};
    char text[32];
    wchar_t wide[32];
    CHECK(strftime(text, sizeof text, "%Z", &plain) == 3 && strcmp(text, tzname[0]) == 0);
    CHECK(wcsftime(wide, 32, L"%Z", &plain) == 3 && wide[0] == (wchar_t)tzname[0][0]);
    /* Hidden buffers stay as they are while others use theirs. */
    struct tm *shared = gmtime(&time);
    char *name = asctime(shared);
    interleave();
    CHECK(shared == localtime(&time));
    CHECK_EQUAL(shared->tm_hour, (22 + (check_rank % 2 ? 5 : 19)) % 24);
    CHECK(strcmp(name, "Tue Nov 14 22:13:20 2023\n") == 0);
    struct tm far = {.tm_year = INT_MAX, .tm_mon = 11, .tm_mday = 31, .tm_hour = 23, .tm_min = 59, .tm_sec = 59, .tm_isdst = 0};
    far.tm_mday += 800;
    errno = 0;
    CHECK(mktime(&far) == -1 && errno == EOVERFLOW);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    chatty = argc > 1;
    if (chatty) {
        work_through(argv[1]);
        return finish("timezone");
    }
    for (int i = 0; i < ZONES; i++)
        work_through(zones[(i + check_rank) % ZONES]);
    changes();
    return finish("timezone");
}
