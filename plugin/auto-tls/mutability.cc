#include "mutability.h"

static bool is_constant_type(tree type) {
    return TYPE_READONLY(strip_array_types(type)) || TREE_CODE(type) == REFERENCE_TYPE;
}

bool is_constant(tree variable) {
    return TREE_READONLY(variable);
}

bool is_seen_elsewhere(tree variable) {
    if (!TREE_PUBLIC(variable) && !DECL_EXTERNAL(variable)) return false;
    return decl_function_context(variable) == NULL_TREE && (TREE_READONLY(variable) || is_constant_type(TREE_TYPE(variable)));
}

/* C++'s keyword; its front end's headers, which name the flag DECL_MUTABLE_P, go with no other front end's. */
static bool is_mutable_member(tree field) {
    return lang_GNU_CXX() && DECL_LANG_FLAG_0(field);
}

static bool has_room(tree type) {
    switch (TREE_CODE(type)) {
    case POINTER_TYPE:
    case REFERENCE_TYPE: return !FUNC_OR_METHOD_TYPE_P(TREE_TYPE(type));
    case ARRAY_TYPE:
    case VECTOR_TYPE:
    case COMPLEX_TYPE: return has_room(TREE_TYPE(type));
    case RECORD_TYPE:
    case UNION_TYPE:
    case QUAL_UNION_TYPE:
        if (!COMPLETE_TYPE_P(type)) return true;
        for (tree field = TYPE_FIELDS(type); field != NULL_TREE; field = DECL_CHAIN(field)) {
            if (TREE_CODE(field) != FIELD_DECL) continue;
            if (is_mutable_member(field)) return true;
            /* Not the pointer to the virtual table. */
            if (!DECL_VIRTUAL_P(field) && has_room(TREE_TYPE(field))) return true;
        }
        /* A class with constructors is written when it is constructed. */
        return TYPE_NEEDS_CONSTRUCTING(type);
    default: return false;
    }
}

bool can_hold_private_address(tree variable) {
    return has_room(TREE_TYPE(variable));
}
