#include "pe.h"

/* What PEs' copies begin as takes over the variable's name and first value; the variable itself is only a way of asking. */
static tree original_of(tree variable) {
    tree assembler_name = DECL_ASSEMBLER_NAME(variable);
    /* The copy is made first: what is taken out of the symbol table loses its first value. */
    tree original = copy_node(variable);
    varpool_node *known = varpool_node::get(variable);
    if (known != NULL) known->remove();
    SET_DECL_ASSEMBLER_NAME(original, assembler_name);
    if (DECL_RTL_SET_P(variable)) SET_DECL_RTL(variable, NULL);
    if (DECL_RTL_SET_P(original)) SET_DECL_RTL(original, NULL);
    DECL_IGNORED_P(original) = 1;
    TREE_ADDRESSABLE(original) = 1;
    if (DECL_EXTERNAL(original)) {
        varpool_node::get_create(original);
    } else {
        DECL_PRESERVE_P(original) = 1;
        varpool_node::finalize_decl(original);
    }
    return original;
}

/* The function may answer another address each time, so the compiler asks at each access. */
void ask_for_copy_of_pe(tree variable) {
    tree type = TREE_TYPE(variable);
    tree original = original_of(variable);
    tree function = build_fn_decl("flotilla_copy_of_pe", build_function_type_list(ptr_type_node, ptr_type_node, size_type_node, NULL_TREE));
    SET_DECL_ASSEMBLER_NAME(function, get_identifier("flotilla_copy_of_pe"));
    TREE_NOTHROW(function) = 1;
    DECL_ARTIFICIAL(function) = 1;
    tree call = build_call_expr(function, 2, build_fold_addr_expr(original), TYPE_SIZE_UNIT(type));
    SET_DECL_VALUE_EXPR(variable, build1(INDIRECT_REF, type, fold_convert(build_pointer_type(type), call)));
    DECL_HAS_VALUE_EXPR_P(variable) = 1;
    DECL_IGNORED_P(variable) = 1;
}
