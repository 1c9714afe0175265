#include "libc.h"

#include <cstring>

/* The name without the underscores of glibc's aliases, or NULL. */
static const char *known_name(tree variable) {
    const char *name = IDENTIFIER_POINTER(DECL_NAME(variable));
    if (strcmp(name, "__environ") == 0 || strcmp(name, "_environ") == 0) return "environ";
    for (const char *known : {"environ", "optarg", "opterr", "optind", "optopt"}) {
        if (strcmp(name, known) == 0) return known;
    }
    return NULL;
}

bool is_rank_variable_of_libc(tree variable) {
    return DECL_EXTERNAL(variable) && TREE_PUBLIC(variable) && known_name(variable) != NULL;
}

/* The address stays the same while the rank runs, so that the compiler may ask once. */
void ask_guest_library_for(tree variable) {
    tree type = TREE_TYPE(variable);
    std::string name = std::string("flotilla_rank_") + known_name(variable);
    tree function = build_fn_decl(name.c_str(), build_function_type_list(build_pointer_type(type), NULL_TREE));
    SET_DECL_ASSEMBLER_NAME(function, get_identifier(name.c_str()));
    TREE_READONLY(function) = 1;
    TREE_NOTHROW(function) = 1;
    DECL_ARTIFICIAL(function) = 1;
    SET_DECL_VALUE_EXPR(variable, build1(INDIRECT_REF, type, build_call_expr(function, 0)));
    DECL_HAS_VALUE_EXPR_P(variable) = 1;
}
