/*
 * The scanf machine (C17 7.21.6.2, with POSIX's %m and n$ and glibc's decisions where the standard leaves a choice).
 * One character is looked at ahead, never more, so an input item is the longest prefix of a number, which is then
 * converted by the host's strtol and strtod.
 */
#define _GNU_SOURCE
#include "scan.h"

#include <ctype.h>
#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#define END (-1) /* EOF and WEOF as an int */
#define UNLIMITED INT_MAX

enum length { DEFAULT, CHAR, SHORT, LONG, LONG_LONG, INTMAX, SIZE, PTRDIFF, LONG_DOUBLE };

enum outcome { MATCHED, NO_MATCH, NO_INPUT };

struct directive {
    int position; /* of the argument, from 1, or 0: the next one */
    int width;
    bool suppressed, allocates, grouped;
    enum length length;
    int conversion;
};

/* A number's characters, for strtol and strtod, which read bytes. */
struct text {
    char *data;
    size_t length, capacity;
    bool failed;
    char local[128];
};

struct scan {
    struct scan_source source;
    const void *format;
    size_t at; /* index into format */
    int options;
    long consumed;
    int assigned;
    va_list arguments, all_arguments;
    /* Addresses of the program's pointers that %m has set, freed when the call ends with EOF. */
    void ***allocated;
    size_t allocated_count;
};

/* ---- Input ---- */

static int next_slowly(struct scan *scan) {
    struct scan_source *source = &scan->source;
    int c;
    if (source->file != NULL) {
        c = source->wide ? (int)flotilla_fgetwc(source->file) : stream_get(source->file);
    } else if (source->wide) {
        c = *source->wides == L'\0' ? END : (int)*source->wides++;
    } else {
        c = *source->bytes == '\0' ? END : *source->bytes++;
    }
    if (c != END) scan->consumed++;
    return c;
}

static inline int next(struct scan *scan) {
    FILE *file = scan->source.file;
    if (scan->source.wide || file == NULL || file->_IO_read_ptr >= file->_IO_read_end) return next_slowly(scan);
    scan->consumed++;
    return (unsigned char)*file->_IO_read_ptr++;
}

static void give_back(struct scan *scan, int c) {
    struct scan_source *source = &scan->source;
    if (c == END) return;
    scan->consumed--;
    if (source->file == NULL) {
        if (source->wide) {
            source->wides--;
        } else {
            source->bytes--;
        }
    } else if (source->wide) {
        flotilla_ungetwc((wint_t)c, source->file);
    } else {
        FILE *file = source->file;
        if (file->_IO_read_ptr > file->_IO_read_base && (unsigned char)file->_IO_read_ptr[-1] == c) {
            file->_IO_read_ptr--;
            file->_flags &= ~STREAM_EOF;
        } else {
            flotilla_stream_push_back(file, c);
        }
    }
}

static bool is_space(const struct scan *scan, int c) {
    if ((unsigned)c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
    if (c == END) return false;
    return scan->source.wide ? iswspace((wint_t)c) : isspace(c);
}

static bool is_digit(int c) {
    return (unsigned)c - '0' < 10;
}

static int lower(int c) {
    return (unsigned)c - 'A' < 26 ? c + ('a' - 'A') : c;
}

static void skip_space(struct scan *scan) {
    int c;
    do c = next(scan);
    while (is_space(scan, c));
    give_back(scan, c);
}

/* ---- Format ---- */

static int format_at(const struct scan *scan, size_t index) {
    return scan->source.wide ? (int)((const wchar_t *)scan->format)[index]
                             : ((const unsigned char *)scan->format)[index];
}

static int here(const struct scan *scan) {
    return format_at(scan, scan->at);
}

static int parse_number(struct scan *scan) {
    int number = 0;
    while (is_digit(here(scan))) {
        int digit = here(scan) - '0';
        number = number > (INT_MAX - digit) / 10 ? INT_MAX : number * 10 + digit;
        scan->at++;
    }
    return number;
}

static enum length parse_length(struct scan *scan) {
    int c = here(scan);
    bool twice = c != 0 && format_at(scan, scan->at + 1) == c;
    switch (c) {
        case 'h':
            scan->at += twice ? 2 : 1;
            return twice ? CHAR : SHORT;
        case 'l':
            scan->at += twice ? 2 : 1;
            return twice ? LONG_LONG : LONG;
        case 'q':
            scan->at++;
            return LONG_LONG;
        case 'L':
            scan->at++;
            return LONG_DOUBLE;
        case 'j':
            scan->at++;
            return INTMAX;
        case 'z':
        case 'Z':
            scan->at++;
            return SIZE;
        case 't':
            scan->at++;
            return PTRDIFF;
        default:
            return DEFAULT;
    }
}

/* scan->at stands behind the '%'. */
static struct directive parse_directive(struct scan *scan) {
    struct directive directive = {.width = UNLIMITED};
    bool width_given = false;
    if (is_digit(here(scan))) {
        int number = parse_number(scan);
        if (here(scan) == '$') {
            scan->at++;
            directive.position = number;
        } else {
            directive.width = number;
            width_given = true;
        }
    }
    if (!width_given) {
        for (;; scan->at++) {
            int c = here(scan);
            if (c == '*') {
                directive.suppressed = true;
            } else if (c == '\'') {
                directive.grouped = true;
            } else if (c != 'I') {
                break;
            }
        }
        if (is_digit(here(scan))) directive.width = parse_number(scan);
    }
    if (directive.width == 0) directive.width = UNLIMITED;
    if (here(scan) == 'm') {
        directive.allocates = true;
        scan->at++;
    } else if (here(scan) == 'a' && (scan->options & SCAN_GNU_ALLOCATION) != 0) {
        int following = format_at(scan, scan->at + 1);
        if (following == 's' || following == 'S' || following == '[') {
            directive.allocates = true;
            scan->at++;
        }
    }
    directive.length = parse_length(scan);
    directive.conversion = here(scan);
    if (directive.conversion != 0) scan->at++;
    return directive;
}

/* ---- Arguments: all of them are pointers ---- */

static void *argument(struct scan *scan, const struct directive *directive) {
    if (directive->position == 0) return va_arg(scan->arguments, void *);
    va_list list;
    va_copy(list, scan->all_arguments);
    void *pointer = NULL;
    for (int i = 0; i < directive->position; i++) pointer = va_arg(list, void *);
    va_end(list);
    return pointer;
}

static void store(struct scan *scan, const struct directive *directive, long long value) {
    void *pointer = argument(scan, directive);
    switch (directive->length) {
        case CHAR:
            *(signed char *)pointer = (signed char)value;
            break;
        case SHORT:
            *(short *)pointer = (short)value;
            break;
        case DEFAULT:
            *(int *)pointer = (int)value;
            break;
        default:
            *(long long *)pointer = value;
            break;
    }
}

/* ---- Numbers ---- */

static bool text_grow(struct text *text) {
    size_t capacity = 2 * text->capacity;
    char *larger = malloc(capacity);
    if (larger == NULL) {
        text->failed = true;
        return false;
    }
    memcpy(larger, text->data, text->length);
    if (text->data != text->local) free(text->data);
    text->data = larger;
    text->capacity = capacity;
    return true;
}

static inline void append(struct text *text, int c) {
    if (text->length == text->capacity && !text_grow(text)) return;
    text->data[text->length++] = (char)c;
}

static void text_start(struct text *text) {
    text->data = text->local;
    text->length = 0;
    text->capacity = sizeof text->local;
    text->failed = false;
}

static void text_free(struct text *text) {
    if (text->data != text->local) free(text->data);
}

/* The next character of an item that may have *width more, or END. */
static int next_within(struct scan *scan, int *width) {
    if (*width == 0) return END;
    if (*width != UNLIMITED) --*width;
    return next(scan);
}

/* A character that the locale puts between digits or before a fraction, given in bytes. */
static int locale_character(const struct scan *scan, const char *string) {
    if (string[0] == '\0' || string[1] == '\0' || !scan->source.wide) return (unsigned char)string[0];
    mbstate_t state;
    memset(&state, 0, sizeof state);
    wchar_t wide = 0;
    return mbrtowc(&wide, string, strlen(string), &state) > MB_LEN_MAX ? 0 : (int)wide;
}

/* "(nil)", as %p prints a null pointer, whose first character was read. */
static bool match_nil(struct scan *scan, int c, int *width) {
    static const char nil[] = "(nil)";
    for (int i = 0; lower(c) == nil[i]; c = next_within(scan, width)) {
        if (nil[++i] == '\0') return true;
    }
    give_back(scan, c);
    return false;
}

static enum outcome scan_integer(struct scan *scan, const struct directive *directive, int base, bool is_signed) {
    int width = directive->width;
    struct text text;
    text_start(&text);
    int separator = directive->grouped ? locale_character(scan, nl_langinfo(THOUSEP)) : 0;
    int c = next_within(scan, &width);
    if (c == END) return NO_INPUT;
    if (c == '+' || c == '-') {
        append(&text, c);
        c = next_within(scan, &width);
    }
    if (c == '0') {
        append(&text, c);
        c = next_within(scan, &width);
        bool binary = (scan->options & SCAN_BINARY) != 0 && (base == 0 || base == 2) && lower(c) == 'b';
        if (binary || ((base == 0 || base == 16) && lower(c) == 'x')) {
            base = binary ? 2 : 16;
            c = next_within(scan, &width);
        } else if (base == 0) {
            base = 8;
        }
    }
    if (base == 0) base = 10;
    for (;; c = next_within(scan, &width)) {
        bool digit = is_digit(c) ? c - '0' < base : base == 16 && lower(c) >= 'a' && lower(c) <= 'f';
        if (digit) {
            append(&text, c);
        } else if (separator == 0 || c != separator || text.length == 0) {
            break;
        }
    }
    bool sign_only = text.length == 1 && (text.data[0] == '+' || text.data[0] == '-');
    if (text.length == 0 || sign_only) {
        bool may_be_nil = directive->conversion == 'p' && text.length == 0 && width >= 4;
        if (!may_be_nil || !match_nil(scan, c, &width)) {
            if (!may_be_nil) give_back(scan, c);
            return NO_MATCH;
        }
        append(&text, '0');
    } else {
        give_back(scan, c);
    }
    append(&text, '\0');
    enum outcome outcome = text.failed ? NO_MATCH : MATCHED;
    if (outcome == MATCHED) {
        long long value = is_signed ? strtoll(text.data, NULL, base) : (long long)strtoull(text.data, NULL, base);
        if (!directive->suppressed) {
            store(scan, directive, value);
            scan->assigned++;
        }
    }
    text_free(&text);
    return outcome;
}

/* The rest of a word whose first letter was read, in any case. */
static bool match_word(struct scan *scan, struct text *text, const char *rest, int *width) {
    for (; *rest != '\0'; rest++) {
        int c = next_within(scan, width);
        if (lower(c) != *rest) {
            return false;
        }
        append(text, c);
    }
    return true;
}

/* Reads the longest prefix of a floating-point number (C17 7.22.1.3); false when there is none. */
static bool read_float(struct scan *scan, const struct directive *directive, int c, int *width, struct text *text) {
    size_t sign = 0;
    if (c == '+' || c == '-') {
        append(text, c);
        sign = 1;
        c = next_within(scan, width);
        if (c == END) return false;
    }
    if (lower(c) == 'n') {
        append(text, c);
        return match_word(scan, text, "an", width);
    }
    if (lower(c) == 'i') {
        append(text, c);
        if (!match_word(scan, text, "nf", width)) return false;
        c = next_within(scan, width);
        if (lower(c) == 'i') {
            append(text, c);
            return match_word(scan, text, "nity", width);
        }
        give_back(scan, c);
        return true;
    }
    const char *radix = nl_langinfo(RADIXCHAR);
    int point = locale_character(scan, radix);
    int separator = directive->grouped ? locale_character(scan, nl_langinfo(THOUSEP)) : 0;
    int exponent_letter = 'e';
    bool hexadecimal = false, exponent = false, fraction = false, digits = false;
    if (c == '0') {
        append(text, c);
        digits = true;
        c = next_within(scan, width);
        if (lower(c) == 'x' && *width != 0) {
            append(text, c);
            hexadecimal = true;
            digits = false;
            exponent_letter = 'p';
            c = next_within(scan, width);
        }
    }
    for (;; c = next_within(scan, width)) {
        bool after_letter = exponent && text->length > 0 && text->data[text->length - 1] == exponent_letter;
        if (is_digit(c) || (hexadecimal && !exponent && lower(c) >= 'a' && lower(c) <= 'f')) {
            append(text, c);
            digits = true;
        } else if (after_letter && (c == '+' || c == '-')) {
            append(text, c);
        } else if (digits && !exponent && lower(c) == exponent_letter) {
            append(text, exponent_letter);
            exponent = fraction = true;
        } else if (c == point && !fraction && c != 0) {
            /* strtod wants the locale's point, in bytes. */
            append(text, (unsigned char)radix[0]);
            bool whole = true;
            for (int i = 1; radix[i] != '\0'; i++) {
                if (!scan->source.wide && next_within(scan, width) != (unsigned char)radix[i]) whole = false;
                append(text, (unsigned char)radix[i]);
            }
            if (!whole) return false;
            fraction = true;
        } else if (separator == 0 || c != separator || fraction) {
            break;
        }
    }
    give_back(scan, c);
    return text->length > sign && !(hexadecimal && text->length == sign + 2);
}

static enum outcome scan_float(struct scan *scan, const struct directive *directive) {
    int width = directive->width;
    int c = next_within(scan, &width);
    if (c == END) return NO_INPUT;
    struct text text;
    text_start(&text);
    bool matched = read_float(scan, directive, c, &width, &text);
    append(&text, '\0');
    if (text.failed) matched = false;
    if (matched) {
        char *end;
        if (directive->length == LONG_DOUBLE || directive->length == LONG_LONG) {
            long double value = strtold(text.data, &end);
            if (end != text.data && !directive->suppressed) *(long double *)argument(scan, directive) = value;
        } else if (directive->length == LONG) {
            double value = strtod(text.data, &end);
            if (end != text.data && !directive->suppressed) *(double *)argument(scan, directive) = value;
        } else {
            float value = strtof(text.data, &end);
            if (end != text.data && !directive->suppressed) *(float *)argument(scan, directive) = value;
        }
        matched = end != text.data;
        if (matched && !directive->suppressed) scan->assigned++;
    }
    text_free(&text);
    return matched ? MATCHED : NO_MATCH;
}

/* ---- Strings ---- */

/* Where the characters of %c, %s and %[ go: nowhere, the program's array, or memory that grows. */
struct target {
    char *data;
    size_t length, capacity; /* bytes */
    bool wide, discard, grows;
    bool failed;
    mbstate_t state;
};

static void target_bytes(struct target *target, const void *bytes, size_t size) {
    if (target->discard || target->failed) return;
    if (target->grows && target->length + size > target->capacity) {
        size_t capacity = 2 * target->capacity + size;
        char *larger = realloc(target->data, capacity);
        if (larger == NULL) {
            target->failed = true;
            return;
        }
        target->data = larger;
        target->capacity = capacity;
    }
    memcpy(target->data + target->length, bytes, size);
    target->length += size;
}

enum conversion_state { COMPLETE, INCOMPLETE, INVALID };

/* One input character in the target's kind of character. */
static enum conversion_state target_put(const struct scan *scan, struct target *target, int c) {
    if (scan->source.wide == target->wide) {
        if (target->wide) {
            wchar_t wide = (wchar_t)c;
            target_bytes(target, &wide, sizeof wide);
        } else {
            char byte = (char)c;
            target_bytes(target, &byte, 1);
        }
        return COMPLETE;
    }
    if (target->wide) {
        char byte = (char)c;
        wchar_t wide;
        size_t used = mbrtowc(&wide, &byte, 1, &target->state);
        if (used == (size_t)-1) return INVALID;
        if (used == (size_t)-2) return INCOMPLETE;
        target_bytes(target, &wide, sizeof wide);
        return COMPLETE;
    }
    char bytes[MB_LEN_MAX];
    size_t length = wcrtomb(bytes, (wchar_t)c, &target->state);
    if (length == (size_t)-1) return INVALID;
    target_bytes(target, bytes, length);
    return COMPLETE;
}

static void target_terminate(struct target *target) {
    static const wchar_t null = L'\0';
    target_bytes(target, &null, target->wide ? sizeof null : 1);
}

/* The characters between the brackets; scan->at stands behind the '['. */
struct set {
    size_t start, end;
    bool negated;
    bool bytes[256]; /* for narrow input */
};

static bool set_lists(const struct scan *scan, const struct set *set, int c) {
    for (size_t i = set->start; i < set->end; i++) {
        int first = format_at(scan, i);
        bool range = i + 2 < set->end && format_at(scan, i + 1) == '-' && first <= format_at(scan, i + 2);
        if (range ? c >= first && c <= format_at(scan, i + 2) : c == first) return true;
        /* The end of a range may start the next one, so it is looked at again. */
        if (range) i++;
    }
    return false;
}

static bool parse_set(struct scan *scan, struct set *set) {
    set->negated = here(scan) == '^';
    if (set->negated) scan->at++;
    set->start = scan->at;
    if (here(scan) == ']') scan->at++;
    while (here(scan) != ']') {
        if (here(scan) == 0) return false;
        scan->at++;
    }
    set->end = scan->at++;
    if (!scan->source.wide) {
        for (int c = 0; c < 256; c++) set->bytes[c] = set_lists(scan, set, c) != set->negated;
    }
    return true;
}

static bool accepts(const struct scan *scan, int conversion, const struct set *set, int c) {
    if (conversion == 'c') return true;
    if (conversion == 's') return !is_space(scan, c);
    return scan->source.wide ? set_lists(scan, set, c) != set->negated : set->bytes[c];
}

static bool remember(struct scan *scan, void **pointer) {
    void ***larger = realloc(scan->allocated, (scan->allocated_count + 1) * sizeof *larger);
    if (larger == NULL) return false;
    scan->allocated = larger;
    larger[scan->allocated_count++] = pointer;
    return true;
}

static enum outcome finish_string(struct scan *scan, const struct directive *directive, struct target *target,
                                  void **pointer) {
    if (directive->conversion != 'c') target_terminate(target);
    if (!directive->allocates || directive->suppressed) return MATCHED;
    if (target->failed || !remember(scan, pointer)) {
        errno = ENOMEM;
        free(target->data);
        *pointer = NULL;
        return NO_INPUT;
    }
    char *exact = realloc(target->data, target->length);
    *pointer = exact == NULL ? target->data : exact;
    return MATCHED;
}

static enum outcome scan_characters(struct scan *scan, const struct directive *directive, const struct set *set) {
    int conversion = directive->conversion;
    int width = conversion == 'c' && directive->width == UNLIMITED ? 1 : directive->width;
    struct target target = {.wide = directive->length == LONG || directive->length == LONG_LONG,
                            .discard = directive->suppressed,
                            .grows = directive->allocates};
    void **pointer = NULL;
    if (!directive->suppressed) {
        void *given = argument(scan, directive);
        if (directive->allocates) {
            pointer = given;
        } else {
            target.data = given;
        }
    }
    int c = next(scan);
    if (c == END) return NO_INPUT;
    size_t count = 0;
    bool invalid = false;
    enum conversion_state state = COMPLETE;
    while (c != END) {
        if (!accepts(scan, conversion, set, c)) {
            give_back(scan, c);
            break;
        }
        count++;
        state = target_put(scan, &target, c);
        invalid = state == INVALID;
        if (invalid) break;
        /* A width counts characters, which may be several bytes. */
        if (state == COMPLETE && width != UNLIMITED && --width == 0) break;
        c = next(scan);
    }
    invalid = invalid || state == INCOMPLETE;
    if (count == 0 || invalid) {
        if (invalid) errno = EILSEQ;
        if (directive->allocates) free(target.data);
        return NO_MATCH;
    }
    enum outcome outcome = finish_string(scan, directive, &target, pointer);
    if (outcome == MATCHED && !directive->suppressed) scan->assigned++;
    return outcome;
}

/* ---- The machine ---- */

static enum outcome convert(struct scan *scan, struct directive *directive) {
    struct set set;
    switch (directive->conversion) {
        case 'C':
        case 'S':
            directive->length = LONG;
            directive->conversion += 'a' - 'A';
            break;
        default:
            break;
    }
    int conversion = directive->conversion;
    if (conversion == 0) return NO_MATCH;
    if (conversion != 'c' && conversion != '[' && conversion != 'n') skip_space(scan);
    switch (conversion) {
        case 'd':
            return scan_integer(scan, directive, 10, true);
        case 'i':
            return scan_integer(scan, directive, 0, true);
        case 'u':
            return scan_integer(scan, directive, 10, false);
        case 'o':
            return scan_integer(scan, directive, 8, false);
        case 'x':
        case 'X':
            return scan_integer(scan, directive, 16, false);
        case 'b':
            return scan->options & SCAN_BINARY ? scan_integer(scan, directive, 2, false) : NO_MATCH;
        case 'p':
            directive->length = LONG;
            return scan_integer(scan, directive, 16, false);
        case 'a':
        case 'A':
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G':
            return scan_float(scan, directive);
        case '[':
            if (!parse_set(scan, &set)) return NO_MATCH;
            return scan_characters(scan, directive, &set);
        case 'c':
        case 's':
            return scan_characters(scan, directive, NULL);
        case 'n':
            if (!directive->suppressed) store(scan, directive, scan->consumed);
            return MATCHED;
        default:
            return NO_MATCH;
    }
}

static enum outcome match_literal(struct scan *scan, int expected) {
    int c = next(scan);
    if (c == expected) return MATCHED;
    give_back(scan, c);
    return c == END ? NO_INPUT : NO_MATCH;
}

static enum outcome run(struct scan *scan) {
    for (;;) {
        int f = here(scan);
        if (f == 0) return MATCHED;
        scan->at++;
        enum outcome outcome = MATCHED;
        if (is_space(scan, f)) {
            skip_space(scan);
        } else if (f != '%') {
            outcome = match_literal(scan, f);
        } else {
            struct directive directive = parse_directive(scan);
            if (directive.conversion == '%') {
                skip_space(scan);
                outcome = match_literal(scan, '%');
            } else {
                outcome = convert(scan, &directive);
            }
        }
        if (outcome != MATCHED) return outcome;
    }
}

int flotilla_scan(struct scan_source source, const void *format, int options, va_list list) {
    struct scan scan = {.source = source, .format = format, .options = options};
    if (source.file != NULL) {
        if (!stream_orient(source.file, source.wide ? 1 : -1)) return EOF;
        if (source.file->_flags & STREAM_NO_READS) return stream_fail(source.file, EBADF);
    }
    va_copy(scan.arguments, list);
    va_copy(scan.all_arguments, list);
    enum outcome outcome = run(&scan);
    va_end(scan.arguments);
    va_end(scan.all_arguments);
    int result = outcome == NO_INPUT && scan.assigned == 0 ? EOF : scan.assigned;
    if (result == EOF) {
        for (size_t i = 0; i < scan.allocated_count; i++) {
            free(*scan.allocated[i]);
            *scan.allocated[i] = NULL;
        }
    }
    free(scan.allocated);
    return result;
}
