#include "rules.h"

#include <cstdio>
#include <cstring>
#include <fnmatch.h>

static const char BLANKS[] = " \t\r\n\v\f";

static std::string trimmed(const std::string &text) {
    size_t first = text.find_first_not_of(BLANKS);
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(BLANKS) + 1 - first);
}

/* The colon that ends the file's name, not one of a C++ or Fortran name's double colons. */
static size_t separator(const std::string &line) {
    for (size_t at = 0; at < line.size(); at++) {
        if (line[at] != ':') continue;
        if (line[at + 1] != ':') return at;
        at++;
    }
    return std::string::npos;
}

void rules::read(const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL) fatal_error(UNKNOWN_LOCATION, "--privatize-exclude=%s: cannot be read: %m", path);
    char *text = NULL;
    size_t size = 0;
    for (int number = 1; getline(&text, &size, file) >= 0; number++) {
        std::string line = text;
        line = trimmed(line.substr(0, line.find('#')));
        if (line.empty()) continue;
        size_t colon = separator(line);
        exclusion entry;
        if (colon != std::string::npos) entry.file = trimmed(line.substr(0, colon));
        entry.name = trimmed(colon == std::string::npos ? line : line.substr(colon + 1));
        if (entry.name.empty() || (colon != std::string::npos && entry.file.empty()) || entry.name.find_first_of(BLANKS) != std::string::npos)
            fatal_error(UNKNOWN_LOCATION, "%s:%d: not NAME or FILE:NAME: %s", path, number, line.c_str());
        exclusions.push_back(entry);
    }
    bool failed = ferror(file);
    free(text);
    fclose(file);
    if (failed) fatal_error(UNKNOWN_LOCATION, "--privatize-exclude=%s: cannot be read: %m", path);
}

void rules::share_folder(const char *path) {
    folders.push_back(std::string(path) + "/");
}

/* The variable's name with those of the namespaces, classes, modules and functions around it. */
static std::string qualified_name(tree variable) {
    std::string name = IDENTIFIER_POINTER(DECL_NAME(variable));
    for (tree around = DECL_CONTEXT(variable); around != NULL_TREE && TREE_CODE(around) != TRANSLATION_UNIT_DECL;) {
        tree declaration = TYPE_P(around) ? TYPE_NAME(around) : around;
        if (declaration != NULL_TREE && DECL_P(declaration) && DECL_NAME(declaration) != NULL_TREE && TREE_CODE(around) != BLOCK)
            name = std::string(IDENTIFIER_POINTER(DECL_NAME(declaration))) + "::" + name;
        around = TYPE_P(around) ? TYPE_CONTEXT(around) : TREE_CODE(around) == BLOCK ? BLOCK_SUPERCONTEXT(around) : DECL_CONTEXT(around);
    }
    return name;
}

static bool matches(const std::string &pattern, const char *text) {
    return fnmatch(pattern.c_str(), text, 0) == 0;
}

/* A file matches by its whole path as the compiler has it, or by an end of it. */
static bool matches_path(const std::string &pattern, const char *path) {
    for (const char *part = path; part != NULL; part = strchr(part, '/')) {
        if (*part == '/' && part != path) part++;
        if (matches(pattern, part)) return true;
        if (*part == '/') part++;
    }
    return false;
}

bool rules::excludes(tree variable) const {
    if (exclusions.empty()) return false;
    const char *file = LOCATION_FILE(DECL_SOURCE_LOCATION(variable));
    const char *plain = IDENTIFIER_POINTER(DECL_NAME(variable));
    std::string qualified = qualified_name(variable);
    for (const exclusion &entry : exclusions) {
        if (!entry.file.empty() && (file == NULL || !matches_path(entry.file, file))) continue;
        /* gfortran adds an underscore to the names of COMMON blocks. */
        if (matches(entry.name, plain) || matches(entry.name, qualified.c_str()) || matches(entry.name + "_", plain)) return true;
    }
    return false;
}

/* Variables of libc that programs may declare for themselves, without a header. */
static bool is_of_libc(const char *name) {
    static const char *const NAMES[] = {
        "__environ", "__libc_enable_secure", "__libc_single_threaded", "__libc_stack_end", "__progname", "__progname_full",
        "_environ", "_res", "_sys_errlist", "_sys_nerr", "_sys_siglist", "argp_err_exit_status", "argp_program_bug_address",
        "argp_program_version", "argp_program_version_hook", "daylight", "environ", "errno", "error_message_count",
        "error_one_per_line", "error_print_progname", "getdate_err", "h_errno", "loc1", "loc2", "locs",
        "obstack_alloc_failed_handler", "obstack_exit_failure", "optarg", "opterr", "optind", "optopt",
        "program_invocation_name", "program_invocation_short_name", "re_syntax_options", "signgam", "stderr", "stdin", "stdout",
        "svc_fdset", "svc_max_pollfd", "svc_pollfd", "sys_errlist", "sys_nerr", "sys_siglist", "timezone", "tzname",
    };
    return std::binary_search(std::begin(NAMES), std::end(NAMES), std::string(name),
                              [](const std::string &a, const std::string &b) { return a < b; });
}

/* Names that the linker makes up: ends of sections. Programs declare them as characters or arrays without a size. */
static bool is_of_linker(tree variable, const char *name) {
    if (startswith(name, "__start_") || startswith(name, "__stop_")) return true;
    static const char *const NAMES[] = {
        "_DYNAMIC", "_GLOBAL_OFFSET_TABLE_", "__bss_start", "__data_start", "__dso_handle", "__ehdr_start", "__executable_start",
        "__fini_array_end", "__fini_array_start", "__init_array_end", "__init_array_start", "__preinit_array_end",
        "__preinit_array_start", "_start", "_edata", "_end", "_etext", "data_start", "edata", "end", "etext",
    };
    for (const char *known : NAMES) {
        if (strcmp(known, name) != 0) continue;
        tree type = TREE_TYPE(variable);
        return name[0] == '_' || !COMPLETE_TYPE_P(type) || TYPE_MODE(type) == TYPE_MODE(char_type_node);
    }
    return false;
}

bool rules::is_of_system(tree variable) const {
    if (in_system_header_at(DECL_SOURCE_LOCATION(variable))) return true;
    const char *file = LOCATION_FILE(DECL_SOURCE_LOCATION(variable));
    for (const std::string &folder : folders) {
        if (file != NULL && startswith(file, folder.c_str())) return true;
    }
    const char *name = IDENTIFIER_POINTER(DECL_NAME(variable));
    /* The COMMON blocks of mpif.h and of the module mpi. */
    if (startswith(name, "flotilla_sentinels")) return true;
    return DECL_EXTERNAL(variable) && (is_of_libc(name) || is_of_linker(variable, name));
}
