/*
 * A plugin of GCC that gives every mutable global and static variable thread-local storage, so that each of Flotilla's ranks has
 * its own where all of them share the program (flotilla cc|c++|fort --privatize=auto-tls).
 *
 * Everything is done between the front end and the rest of the compiler: when a file has been parsed and nothing has been
 * gimplified. The languages' own rules for thread-local variables (constant initializers, lazy construction) do not apply, as
 * their front ends never hear of it; constructors and initializers run at the start of each rank, before main.
 */
#include "gcc.h"

#include <cstring>

#include "initializers.h"
#include "rules.h"
#include "scope.h"
#include "variables.h"

int plugin_is_GPL_compatible;

static void (*parse_file)(void);
static rules the_rules;

/*
 * The mark by which the run-time system knows programs and libraries that were compiled so: an ELF note, one for each file
 * linked. Owner "Flotilla", type 1, without a description.
 */
static void leave_mark() {
    const char note[] = "\t.pushsection .note.flotilla.auto-tls,\"aG\",@note,flotilla.auto-tls,comdat\n"
                        "\t.balign 4\n\t.long 9, 0, 1\n\t.asciz \"Flotilla\"\n\t.balign 4\n\t.popsection";
    symtab->finalize_toplevel_asm(build_string(strlen(note) + 1, note));
}

static void parse_and_privatize() {
    parse_file();
    if (seen_error() || flag_syntax_only) return;
    variables all(the_rules);
    all.collect();
    all.choose();
    if (seen_error()) return;
    all.make_private();
    initialize_at_start(all);
    leave_mark();
}

/* What would not work is refused before anything is parsed. */
static void check_options(void *, void *) {
    if (flag_lto != NULL || flag_generate_lto)
        fatal_error(UNKNOWN_LOCATION, "--privatize=auto-tls does not work with -flto; compile without it");
    if (profile_arc_flag)
        fatal_error(UNKNOWN_LOCATION, "--privatize=auto-tls does not work with --coverage and -fprofile-arcs, whose counters are the program's; compile without them");
    if (!targetm.have_tls)
        fatal_error(UNKNOWN_LOCATION, "--privatize=auto-tls needs a target with thread-local storage");
    if (ix86_cmodel == CM_MEDIUM || ix86_cmodel == CM_MEDIUM_PIC)
        fatal_error(UNKNOWN_LOCATION, "--privatize=auto-tls does not work with -mcmodel=medium, which GCC has no large thread-local variables for; compile without it");
    if (flag_openmp)
        warning(0, "with --privatize=auto-tls the OpenMP threads of a rank do not share its global and static variables");
}

int plugin_init(struct plugin_name_args *info, struct plugin_gcc_version *version) {
    if (!plugin_default_version_check(version, &gcc_version)) {
        error("the plugin for --privatize=auto-tls was built for GCC %s (%s), and this is %s (%s); remove %qs to have it built anew",
              gcc_version.basever, gcc_version.datestamp, version->basever, version->datestamp, info->full_name);
        return 1;
    }
    for (int i = 0; i < info->argc; i++) {
        const struct plugin_argument &argument = info->argv[i];
        if (strcmp(argument.key, "exclude") == 0 && argument.value != NULL) {
            the_rules.read(argument.value);
        } else if (strcmp(argument.key, "shared-folder") == 0 && argument.value != NULL) {
            the_rules.share_folder(argument.value);
        } else {
            error("the plugin %qs has no argument %qs", info->base_name, argument.key);
            return 1;
        }
    }
    parse_file = lang_hooks.parse_file;
    lang_hooks.parse_file = parse_and_privatize;
    register_callback(info->base_name, PLUGIN_ATTRIBUTES, register_scope_attribute, NULL);
    register_callback(info->base_name, PLUGIN_START_UNIT, check_options, NULL);
    return 0;
}
