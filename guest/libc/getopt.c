/*
 * getopt, getopt_long and getopt_long_only with GNU's permutation of arguments and glibc's messages. The state (optarg,
 * optind, opterr, optopt and what is hidden behind them) is the rank's.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "environment.h"
#include "flotilla.h"
#include "names.h"
#include "own.h"

FLOTILLA_EXPORT char *optarg;
FLOTILLA_EXPORT int optind = 1;
FLOTILLA_EXPORT int opterr = 1;
FLOTILLA_EXPORT int optopt = '?';

static char *own_optarg;
static int own_optind = 1, own_opterr = 1, own_optopt = '?';

FLOTILLA_RANK_VARIABLE(optarg, own_optarg)
FLOTILLA_RANK_VARIABLE(optind, own_optind)
FLOTILLA_RANK_VARIABLE(opterr, own_opterr)
FLOTILLA_RANK_VARIABLE(optopt, own_optopt)

#define optarg (*flotilla_rank_optarg())
#define optind (*flotilla_rank_optind())
#define opterr (*flotilla_rank_opterr())
#define optopt (*flotilla_rank_optopt())

enum order { STOP_AT_OPERAND, PERMUTE, OPERANDS_AS_OPTION_1 };

static bool started;
static enum order order;
static char *next;                   /* the rest of a group of short options, or NULL */
static int skipped_start, skipped_end; /* operands passed over, to be moved behind the options */

/* How a scan was asked for. */
struct request {
    int argc;
    char **argv;
    const char *shorts; /* without the characters that choose the order */
    const struct option *longs;
    int *long_index;
    bool single_dash_too; /* getopt_long_only */
    bool silent;
    bool posixly_correct;
};

/* Moves the skipped operands behind the options that were found after them: argv[skipped_start..optind) is rotated. */
static void move_operands(char **argv) {
    int operands = skipped_end - skipped_start, options = optind - skipped_end;
    /* Rotation by three reversals. */
    int bounds[3][2] = {{skipped_start, skipped_end}, {skipped_end, optind}, {skipped_start, optind}};
    for (int i = 0; i < 3; i++) {
        for (int low = bounds[i][0], high = bounds[i][1] - 1; low < high; low++, high--) {
            char *argument = argv[low];
            argv[low] = argv[high];
            argv[high] = argument;
        }
    }
    skipped_start += options;
    skipped_end = skipped_start + operands;
}

static void start(const char *shorts, bool posixly_correct) {
    if (optind == 0) optind = 1;
    skipped_start = skipped_end = optind;
    next = NULL;
    if (*shorts == '-') {
        order = OPERANDS_AS_OPTION_1;
    } else if (*shorts == '+' || posixly_correct || flotilla_getenv("POSIXLY_CORRECT") != NULL) {
        order = STOP_AT_OPERAND;
    } else {
        order = PERMUTE;
    }
    started = true;
}

static const char *argument_name(const struct request *request) {
    return request->argv[0];
}

/* ---- Long options ---- */

static bool means_the_same(const struct request *request, const struct option *a, const struct option *b) {
    return !request->single_dash_too && a->has_arg == b->has_arg && a->flag == b->flag && a->val == b->val;
}

/* Names the first of the candidates and those that mean something else. */
static int ambiguous(const struct request *request, const struct option *first, const char *prefix, size_t length) {
    if (!request->silent) {
        fprintf(stderr, "%s: option '%s%s' is ambiguous; possibilities:", argument_name(request), prefix, next);
        for (const struct option *option = request->longs; option->name != NULL; option++) {
            if (strncmp(option->name, next, length) != 0) continue;
            if (option != first && means_the_same(request, option, first)) continue;
            fprintf(stderr, " '%s%s'", prefix, option->name);
        }
        fprintf(stderr, "\n");
    }
    next += strlen(next);
    optind++;
    optopt = 0;
    return '?';
}

/* The option named so, exactly or by an abbreviation that fits one only (or several that mean the same). */
static const struct option *find_long(const struct request *request, size_t length, int *index, bool *several) {
    const struct option *found = NULL;
    *several = false;
    for (int i = 0; request->longs[i].name != NULL; i++) {
        const struct option *option = &request->longs[i];
        if (strncmp(option->name, next, length) != 0) continue;
        if (strlen(option->name) == length) {
            *index = i;
            *several = false;
            return option;
        }
        if (found == NULL) {
            found = option;
            *index = i;
        } else if (!means_the_same(request, option, found)) {
            *several = true;
        }
    }
    return found;
}

/* Handles the long option at next; -1 when it may be a group of short options instead. */
static int long_option(const struct request *request, const char *prefix) {
    size_t length = strcspn(next, "=");
    int index = 0;
    bool several;
    const struct option *option = find_long(request, length, &index, &several);
    if (several) return ambiguous(request, option, prefix, length);
    if (option == NULL) {
        if (request->single_dash_too && request->argv[optind][1] != '-' && strchr(request->shorts, *next) != NULL) {
            return -1;
        }
        if (!request->silent) {
            fprintf(stderr, "%s: unrecognized option '%s%s'\n", argument_name(request), prefix, next);
        }
        next = NULL;
        optind++;
        optopt = 0;
        return '?';
    }
    const char *value = next[length] == '=' ? next + length + 1 : NULL;
    next = NULL;
    optind++;
    if (value != NULL) {
        if (option->has_arg == no_argument) {
            if (!request->silent) {
                fprintf(stderr, "%s: option '%s%s' doesn't allow an argument\n", argument_name(request), prefix,
                        option->name);
            }
            optopt = option->val;
            return '?';
        }
        optarg = (char *)value;
    } else if (option->has_arg == required_argument) {
        if (optind >= request->argc) {
            if (!request->silent) {
                fprintf(stderr, "%s: option '%s%s' requires an argument\n", argument_name(request), prefix,
                        option->name);
            }
            optopt = option->val;
            return request->shorts[0] == ':' ? ':' : '?';
        }
        optarg = request->argv[optind++];
    }
    if (request->long_index != NULL) *request->long_index = index;
    if (option->flag == NULL) return option->val;
    *option->flag = option->val;
    return 0;
}

/* ---- Short options ---- */

static int missing_argument(const struct request *request, char letter) {
    if (!request->silent) {
        fprintf(stderr, "%s: option requires an argument -- '%c'\n", argument_name(request), letter);
    }
    optopt = (unsigned char)letter;
    return request->shorts[0] == ':' ? ':' : '?';
}

static int short_option(const struct request *request) {
    char letter = *next++;
    const char *entry = letter == ':' || letter == ';' ? NULL : strchr(request->shorts, letter);
    if (*next == '\0') optind++;
    if (entry == NULL) {
        if (!request->silent) fprintf(stderr, "%s: invalid option -- '%c'\n", argument_name(request), letter);
        optopt = (unsigned char)letter;
        return '?';
    }
    /* "W;": -W name is --name. */
    if (entry[1] == ';' && letter == 'W' && request->longs != NULL) {
        if (*next == '\0') {
            if (optind >= request->argc) return missing_argument(request, letter);
            next = request->argv[optind];
        }
        optarg = NULL;
        struct request long_only = *request;
        long_only.single_dash_too = false;
        return long_option(&long_only, "-W ");
    }
    if (entry[1] != ':') return letter;
    if (*next != '\0') {
        optarg = next;
        optind++;
    } else if (entry[2] == ':') {
        optarg = NULL;
    } else if (optind >= request->argc) {
        next = NULL;
        return missing_argument(request, letter);
    } else {
        optarg = request->argv[optind++];
    }
    next = NULL;
    return letter;
}

/* ---- The scan ---- */

static bool is_operand(const char *argument) {
    return argument[0] != '-' || argument[1] == '\0';
}

/* Goes to the next argument that is an option; answers 0 then, -1 at the end, 1 for an operand to be returned. */
static int next_argument(const struct request *request) {
    int argc = request->argc;
    char **argv = request->argv;
    if (skipped_end > optind) skipped_end = optind;
    if (skipped_start > optind) skipped_start = optind;
    if (order == PERMUTE) {
        if (skipped_start != skipped_end && skipped_end != optind) {
            move_operands(argv);
        } else if (skipped_end != optind) {
            skipped_start = optind;
        }
        while (optind < argc && is_operand(argv[optind])) optind++;
        skipped_end = optind;
    }
    if (optind != argc && strcmp(argv[optind], "--") == 0) {
        optind++;
        if (skipped_start != skipped_end && skipped_end != optind) {
            move_operands(argv);
        } else if (skipped_start == skipped_end) {
            skipped_start = optind;
        }
        skipped_end = argc;
        optind = argc;
    }
    if (optind == argc) {
        if (skipped_start != skipped_end) optind = skipped_start;
        return -1;
    }
    if (!is_operand(argv[optind])) return 0;
    if (order == STOP_AT_OPERAND) return -1;
    optarg = argv[optind++];
    return 1;
}

static int scan(struct request *request) {
    if (request->argc < 1) return -1;
    optarg = NULL;
    if (optind == 0 || !started) start(request->shorts, request->posixly_correct);
    if (*request->shorts == '-' || *request->shorts == '+') request->shorts++;
    request->silent = opterr == 0 || request->shorts[0] == ':';
    if (next != NULL && *next != '\0') return short_option(request);

    int kind = next_argument(request);
    if (kind != 0) return kind;
    char *argument = request->argv[optind];
    if (request->longs != NULL) {
        if (argument[1] == '-') {
            next = argument + 2;
            return long_option(request, "--");
        }
        if (request->single_dash_too && (argument[2] != '\0' || strchr(request->shorts, argument[1]) == NULL)) {
            next = argument + 1;
            int result = long_option(request, "-");
            if (result != -1) return result;
        }
    }
    next = argument + 1;
    return short_option(request);
}

int flotilla_getopt(int argc, char *const *argv, const char *shorts) {
    struct request request = {.argc = argc, .argv = (char **)argv, .shorts = shorts};
    return scan(&request);
}

int flotilla_posix_getopt(int argc, char *const *argv, const char *shorts) {
    struct request request = {.argc = argc, .argv = (char **)argv, .shorts = shorts, .posixly_correct = true};
    return scan(&request);
}

int flotilla_getopt_long(int argc, char *const *argv, const char *shorts, const struct option *longs, int *index) {
    struct request request = {argc, (char **)argv, shorts, longs, index, false, false, false};
    return scan(&request);
}

int flotilla_getopt_long_only(int argc, char *const *argv, const char *shorts, const struct option *longs,
                              int *index) {
    struct request request = {argc, (char **)argv, shorts, longs, index, true, false, false};
    return scan(&request);
}

FLOTILLA_NAMES(flotilla_getopt, getopt)
FLOTILLA_NAMES(flotilla_posix_getopt, __posix_getopt)
FLOTILLA_NAMES(flotilla_getopt_long, getopt_long)
FLOTILLA_NAMES(flotilla_getopt_long_only, getopt_long_only)
