#include "scope.h"

#include <cstring>

static const char *const NAME = "flotilla_scope";

static const char *word(tree arguments) {
    tree value = arguments == NULL_TREE ? NULL_TREE : TREE_VALUE(arguments);
    if (value == NULL_TREE) return "";
    if (TREE_CODE(value) == IDENTIFIER_NODE) return IDENTIFIER_POINTER(value);
    return TREE_CODE(value) == STRING_CST ? TREE_STRING_POINTER(value) : "";
}

static tree check(tree *node, tree name, tree arguments, int, bool *no_more) {
    const char *said = word(arguments);
    *no_more = true;
    if (!VAR_P(*node) || !(TREE_STATIC(*node) || DECL_EXTERNAL(*node))) {
        error("%qE is for global and static variables, which %q+D is not", name, *node);
    } else if (strcmp(said, "rank") != 0 && strcmp(said, "pe") != 0 && strcmp(said, "node") != 0) {
        error_at(DECL_SOURCE_LOCATION(*node), "%qD: the scope is %<rank%>, %<pe%> or %<node%>, not %qs", *node, said);
    } else {
        *no_more = false;
    }
    return NULL_TREE;
}

static struct attribute_spec specification = {NAME, 1, 1, true, false, false, false, check, NULL};

void register_scope_attribute(void *, void *) {
    register_attribute(&specification);
}

scope scope_of(tree variable) {
    tree attribute = lookup_attribute(NAME, DECL_ATTRIBUTES(variable));
    if (attribute == NULL_TREE) return scope::none;
    const char *said = word(TREE_VALUE(attribute));
    return strcmp(said, "rank") == 0 ? scope::rank : strcmp(said, "pe") == 0 ? scope::pe : scope::node;
}
