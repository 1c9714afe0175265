/*
 * Time zones given as files (RFC 8536), and what TZ means.
 */
#define _GNU_SOURCE
#include "zone.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "environment.h"
#include "flotilla.h"
#include "heap.h"
#include "lock.h"

extern int flotilla_host_open64(const char *, int, ...);
extern ssize_t flotilla_host_read(int, void *, size_t);
extern int flotilla_host_close(int);

#define LARGEST_FILE (1 << 20)
#define FOLDER "/usr/share/zoneinfo"
#define LOCAL "/etc/localtime"

/* A file's content; arrays are the rank's heap's. */
struct zone_file {
    int64_t *times; /* of changes, ascending */
    uint8_t *after; /* number of the kind from each on */
    size_t count;
    struct zone_kind *kinds;
    size_t kind_count;
};

static struct {
    bool known;
    char *setting; /* TZ, or NULL: not set */
    bool has_file, has_rule;
    struct zone_file file;
    struct zone_rule rule; /* the file's, for times after its last change, or TZ itself */
} zone;

/* Around what is public here. */
static struct flotilla_lock lock;

/* ---- Files ---- */

static uint64_t big_endian(const unsigned char *bytes, int size) {
    uint64_t value = 0;
    for (int i = 0; i < size; i++) value = value << 8 | bytes[i];
    return value;
}

/* The counts of a header, in its order, and the sizes that follow from them. */
struct header {
    uint32_t universal, standard, leap, times, kinds, characters;
    int width; /* bytes of a time */
};

#define HEADER 44

static bool read_header(const unsigned char *data, size_t size, int width, struct header *header) {
    if (size < HEADER || memcmp(data, "TZif", 4) != 0) return false;
    uint32_t *const fields[] = {&header->universal, &header->standard, &header->leap, &header->times, &header->kinds, &header->characters};
    for (int i = 0; i < 6; i++) {
        *fields[i] = (uint32_t)big_endian(data + 20 + 4 * i, 4);
        if (*fields[i] > LARGEST_FILE) return false;
    }
    header->width = width;
    return header->kinds > 0 && header->kinds <= 256;
}

static size_t block_size(const struct header *h) {
    return (size_t)h->times * (size_t)(h->width + 1) + h->kinds * 6 + h->characters + h->leap * (size_t)(h->width + 4) + h->standard +
           h->universal;
}

static bool read_block(const unsigned char *at, const struct header *h, struct zone_file *file) {
    const unsigned char *after = at + (size_t)h->times * (size_t)h->width, *kinds = after + h->times;
    const char *names = (const char *)kinds + h->kinds * 6;
    file->times = flotilla_malloc((h->times + 1) * sizeof *file->times);
    file->after = flotilla_malloc(h->times + 1);
    file->kinds = flotilla_calloc(h->kinds, sizeof *file->kinds);
    file->count = h->times;
    file->kind_count = h->kinds;
    if (file->times == NULL || file->after == NULL || file->kinds == NULL) return false;
    for (uint32_t i = 0; i < h->times; i++) {
        uint64_t time = big_endian(at + (size_t)i * (size_t)h->width, h->width);
        file->times[i] = h->width == 4 ? (int32_t)time : (int64_t)time;
        file->after[i] = after[i];
        if (after[i] >= h->kinds || (i > 0 && file->times[i] <= file->times[i - 1])) return false;
    }
    for (uint32_t i = 0; i < h->kinds; i++) {
        unsigned name = kinds[6 * i + 5];
        if (name >= h->characters) return false;
        file->kinds[i].offset = (int32_t)big_endian(kinds + 6 * i, 4);
        file->kinds[i].summer = kinds[6 * i + 4] != 0;
        file->kinds[i].name = flotilla_zone_name(names + name, (int)strnlen(names + name, h->characters - name));
    }
    return true;
}

/* The rule at the end: a line of its own. */
static bool read_footer(const unsigned char *at, const unsigned char *end, struct zone_rule *rule) {
    char text[256];
    if (at == end || *at++ != '\n') return false;
    const unsigned char *newline = memchr(at, '\n', (size_t)(end - at));
    if (newline == NULL || newline == at || (size_t)(newline - at) >= sizeof text) return false;
    memcpy(text, at, (size_t)(newline - at));
    text[newline - at] = '\0';
    return flotilla_zone_parse(rule, text);
}

static bool parse_file(const unsigned char *data, size_t size) {
    struct header header;
    if (!read_header(data, size, 4, &header)) return false;
    const unsigned char *at = data + HEADER, *end = data + size;
    if (data[4] >= '2') {
        /* The first block is for readers that know no better. */
        if (block_size(&header) > (size_t)(end - at)) return false;
        at += block_size(&header);
        if (!read_header(at, (size_t)(end - at), 8, &header)) return false;
        at += HEADER;
    }
    if (block_size(&header) > (size_t)(end - at) || !read_block(at, &header, &zone.file)) return false;
    zone.has_rule = header.width == 8 && read_footer(at + block_size(&header), end, &zone.rule);
    return true;
}

static unsigned char *read_all(int fd, size_t *size) {
    size_t room = 4096;
    unsigned char *data = flotilla_malloc(room);
    *size = 0;
    while (data != NULL) {
        ssize_t count = flotilla_host_read(fd, data + *size, room - *size);
        if (count <= 0) break;
        *size += (size_t)count;
        if (*size < room) continue;
        unsigned char *larger = room >= LARGEST_FILE ? NULL : flotilla_realloc(data, room *= 4);
        if (larger == NULL) break;
        data = larger;
    }
    return data;
}

static bool read_file(const char *name) {
    char path[PATH_MAX];
    const char *folder = flotilla_getenv("TZDIR");
    if (folder == NULL || *folder == '\0') folder = FOLDER;
    if (*name == '/') folder = "";
    if (snprintf(path, sizeof path, "%s%s%s", folder, *name == '/' ? "" : "/", name) >= (int)sizeof path) return false;
    int fd = flotilla_host_open64(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return false;
    size_t size;
    unsigned char *data = read_all(fd, &size);
    flotilla_host_close(fd);
    bool good = data != NULL && parse_file(data, size);
    flotilla_free(data);
    return good;
}

/* ---- TZ ---- */

static void forget_file(void) {
    flotilla_free(zone.file.times);
    flotilla_free(zone.file.after);
    flotilla_free(zone.file.kinds);
    memset(&zone.file, 0, sizeof zone.file);
}

static void load(const char *setting) {
    if (setting != NULL && *setting == ':') setting++;
    const char *name = setting == NULL ? LOCAL : *setting == '\0' ? "Universal" : setting;
    forget_file();
    zone.has_rule = false;
    zone.has_file = read_file(name);
    if (zone.has_file) return;
    forget_file();
    zone.has_rule = true;
    if (setting == NULL || *setting == '\0') {
        flotilla_zone_parse(&zone.rule, "UTC0");
    } else if (!flotilla_zone_parse(&zone.rule, setting)) {
        /* Universal time under a strange name, as glibc. */
        zone.rule.has_summer = false;
        zone.rule.kinds[0].offset = 0;
        zone.rule.kinds[1] = (struct zone_kind){0, false, ""};
    }
}

void flotilla_zone_update(void) {
    int saved = errno;
    flotilla_lock_recursive(&lock);
    const char *setting = flotilla_getenv("TZ");
    bool same = zone.known && (setting == NULL ? zone.setting == NULL : zone.setting != NULL && strcmp(setting, zone.setting) == 0);
    if (!same) {
        flotilla_free(zone.setting);
        zone.setting = setting == NULL ? NULL : flotilla_strdup(setting);
        zone.known = true;
        load(setting);
    }
    flotilla_unlock_recursive(&lock);
    errno = saved;
}

/* ---- Times ---- */

/* The change that a time comes after, as its number plus one. */
static size_t changes_until(const struct zone_file *file, int64_t time) {
    size_t low = 0, high = file->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (file->times[middle] <= time) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Before the first change: standard time. */
static const struct zone_kind *first_kind(const struct zone_file *file) {
    for (size_t i = 0; i < file->kind_count; i++) {
        if (!file->kinds[i].summer) return &file->kinds[i];
    }
    return file->kinds;
}

static void complete(struct zone_names *names) {
    for (int i = 0; i < 2; i++) {
        if (names->names[i] == NULL) names->names[i] = names->names[1 - i];
    }
}

static void rule_names(struct zone_names *names) {
    for (int i = 0; i < 2; i++) names->names[i] = zone.rule.kinds[i].name;
    names->west = -zone.rule.kinds[0].offset;
    names->daylight = zone.rule.has_summer && zone.rule.kinds[0].offset != zone.rule.kinds[1].offset;
}

/* The names that came last, of either kind, and what follows from their offsets. */
static void latest_names(struct zone_names *names) {
    const struct zone_file *file = &zone.file;
    if (!zone.has_file) {
        rule_names(names);
        return;
    }
    const struct zone_kind *last[2] = {NULL, NULL};
    bool summers = false;
    for (size_t i = 0; i < file->count; i++) {
        const struct zone_kind *kind = &file->kinds[file->after[i]];
        last[kind->summer] = kind;
        summers |= kind->summer;
    }
    for (size_t i = 0; i < file->kind_count; i++) {
        const struct zone_kind *kind = &file->kinds[i];
        if (last[kind->summer] == NULL) last[kind->summer] = kind;
    }
    for (int i = 0; i < 2; i++) {
        if (last[i] == NULL) last[i] = last[1 - i];
        names->names[i] = last[i]->name;
    }
    names->west = -last[0]->offset;
    names->daylight = summers;
}

static struct zone_kind look_up(int64_t time, struct zone_names *names) {
    const struct zone_file *file = &zone.file;
    if (!zone.known) flotilla_zone_update();
    size_t past = zone.has_file ? changes_until(file, time) : 0;
    if (!zone.has_file || (zone.has_rule && file->count > 0 && past == file->count)) {
        if (names != NULL) rule_names(names);
        return flotilla_zone_apply(&zone.rule, time);
    }
    const struct zone_kind *kind = past == 0 ? first_kind(file) : &file->kinds[file->after[past - 1]];
    if (names != NULL) {
        latest_names(names);
        names->names[0] = names->names[1] = NULL;
        names->names[kind->summer] = kind->name;
        /* The other name is the next one to come; before the first change, that of the first kind. */
        for (size_t i = past; i < (past == 0 ? file->kind_count : file->count); i++) {
            const struct zone_kind *next = &file->kinds[past == 0 ? i : file->after[i]];
            if (names->names[next->summer] == NULL) {
                names->names[next->summer] = next->name;
                break;
            }
        }
        complete(names);
    }
    return *kind;
}

void flotilla_zone_names(struct zone_names *names) {
    flotilla_lock_recursive(&lock);
    latest_names(names);
    flotilla_unlock_recursive(&lock);
}

struct zone_kind flotilla_zone_at(int64_t time, struct zone_names *names) {
    flotilla_lock_recursive(&lock);
    struct zone_kind kind = look_up(time, names);
    flotilla_unlock_recursive(&lock);
    return kind;
}
