#include "constructed.h"

#include <cstring>

static tree variable_of(tree expression) {
    STRIP_NOPS(expression);
    if (TREE_CODE(expression) == ADDR_EXPR) expression = TREE_OPERAND(expression, 0);
    tree base = get_base_address(expression);
    return base != NULL_TREE && VAR_P(base) && TREE_STATIC(base) ? base : NULL_TREE;
}

/* A nameless pointer is set to the start of an array, whose elements a loop constructs. */
static bool is_pointer_through_array(tree expression) {
    if (TREE_CODE(expression) != INIT_EXPR && TREE_CODE(expression) != MODIFY_EXPR) return false;
    tree pointer = TREE_OPERAND(expression, 0), array = TREE_OPERAND(expression, 1);
    if (!VAR_P(pointer) || TREE_STATIC(pointer) || DECL_NAME(pointer) != NULL_TREE) return false;
    STRIP_NOPS(array);
    return TREE_CODE(array) == ADDR_EXPR && TREE_CODE(TREE_TYPE(TREE_OPERAND(array, 0))) == ARRAY_TYPE;
}

static tree visit(tree *at, int *walk_subtrees, void *data) {
    tree target = NULL_TREE;
    if (TYPE_P(*at)) {
        *walk_subtrees = 0;
    } else if (is_pointer_through_array(*at)) {
        target = TREE_OPERAND(*at, 1);
    } else if (TREE_CODE(*at) == INIT_EXPR) {
        target = TREE_OPERAND(*at, 0);
    } else if (TREE_CODE(*at) == CALL_EXPR) {
        tree function = get_callee_fndecl(*at);
        if (function == NULL_TREE || DECL_NAME(function) == NULL_TREE) return NULL_TREE;
        if (DECL_CXX_CONSTRUCTOR_P(function) && call_expr_nargs(*at) > 0) target = CALL_EXPR_ARG(*at, 0);
        /* The destructor of an object that needs no constructor. */
        if (strcmp(IDENTIFIER_POINTER(DECL_NAME(function)), "__cxa_atexit") == 0 && call_expr_nargs(*at) > 1) target = CALL_EXPR_ARG(*at, 1);
    }
    if (target != NULL_TREE && (target = variable_of(target)) != NULL_TREE) static_cast<std::set<tree> *>(data)->insert(target);
    return NULL_TREE;
}

static tree visit_any(tree *at, int *, void *data) {
    if (VAR_P(*at) && TREE_STATIC(*at) && decl_function_context(*at) == NULL_TREE) static_cast<std::set<tree> *>(data)->insert(*at);
    return NULL_TREE;
}

std::set<tree> constructed_variables() {
    std::set<tree> found;
    cgraph_node *node;
    FOR_EACH_FUNCTION(node) {
        tree function = node->decl;
        /* What the C++ front end makes of a file's constructors. */
        if (!DECL_ARTIFICIAL(function) || DECL_NAME(function) == NULL_TREE || DECL_SAVED_TREE(function) == NULL_TREE) continue;
        const char *name = IDENTIFIER_POINTER(DECL_NAME(function));
        if (startswith(name, "__static_initialization_and_destruction")) {
            walk_tree_without_duplicates(&DECL_SAVED_TREE(function), visit, &found);
        } else if (startswith(name, "__tcf_")) {
            /* The destructors of an array. */
            walk_tree_without_duplicates(&DECL_SAVED_TREE(function), visit_any, &found);
        }
    }
    return found;
}
