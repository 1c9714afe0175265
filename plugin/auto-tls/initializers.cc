#include "initializers.h"

namespace {

class writer {
public:
    explicit writer(const variables &v) : all(v) {}

    void initialize(tree variable) {
        tree value = DECL_INITIAL(variable);
        if (DECL_EXTERNAL(variable) || value == NULL_TREE || value == error_mark_node || all.private_in(value) == NULL_TREE) return;
        /* The compiler must not take the initial value for the variable's. */
        TREE_READONLY(variable) = 0;
        DECL_INITIAL(variable) = without_addresses(value, variable);
    }

    /* Makes the function of what has been collected. */
    void finish() {
        if (statements != NULL_TREE) cgraph_build_static_cdtor('I', statements, 0);
    }

private:
    const variables &all;
    tree statements = NULL_TREE;

    /* What remains of the initial value of the variable's part `place`; the rest is written there. */
    tree without_addresses(tree value, tree place) {
        if (all.private_in(value) == NULL_TREE) return value;
        if (TREE_CODE(value) != CONSTRUCTOR || VECTOR_TYPE_P(TREE_TYPE(value))) {
            tree type = TREE_TYPE(place);
            tree written = converted(type, value);
            append_to_statement_list(build2(MODIFY_EXPR, type, place, written), &statements);
            return build_zero_cst(type);
        }
        /* Initial values may be shared by several variables. */
        value = copy_node(value);
        CONSTRUCTOR_ELTS(value) = vec_safe_copy(CONSTRUCTOR_ELTS(value));
        bool array = TREE_CODE(TREE_TYPE(value)) == ARRAY_TYPE;
        tree next = array ? first_index(TREE_TYPE(value)) : NULL_TREE;
        for (unsigned i = 0; i < CONSTRUCTOR_NELTS(value); i++) {
            constructor_elt *element = CONSTRUCTOR_ELT(value, i);
            if (!array) {
                element->value = without_addresses(element->value, member(place, element->index));
                continue;
            }
            tree low = element->index == NULL_TREE ? next : element->index, high = low;
            if (TREE_CODE(low) == RANGE_EXPR) {
                high = TREE_OPERAND(low, 1);
                low = TREE_OPERAND(low, 0);
            }
            tree original = element->value;
            for (tree index = low; !tree_int_cst_lt(high, index); index = int_const_binop(PLUS_EXPR, index, build_one_cst(TREE_TYPE(index))))
                element->value = without_addresses(original, entry(place, index));
            next = int_const_binop(PLUS_EXPR, high, build_one_cst(TREE_TYPE(high)));
        }
        TREE_CONSTANT(value) = 0;
        return value;
    }

    static tree converted(tree type, tree value) {
        value = unshare_expr(value);
        if (TYPE_MAIN_VARIANT(type) == TYPE_MAIN_VARIANT(TREE_TYPE(value)) || AGGREGATE_TYPE_P(type)) return value;
        return fold_convert(type, value);
    }

    static tree first_index(tree array) {
        tree domain = TYPE_DOMAIN(array);
        return domain != NULL_TREE && TYPE_MIN_VALUE(domain) != NULL_TREE ? TYPE_MIN_VALUE(domain) : size_zero_node;
    }

    static tree member(tree place, tree field) {
        return build3(COMPONENT_REF, TREE_TYPE(field), unshare_expr(place), field, NULL_TREE);
    }

    static tree entry(tree place, tree index) {
        return build4(ARRAY_REF, TREE_TYPE(TREE_TYPE(place)), unshare_expr(place), index, NULL_TREE, NULL_TREE);
    }
};

}

void initialize_at_start(const variables &all) {
    writer writer(all);
    for (tree variable : all.privates()) writer.initialize(variable);
    writer.finish();
}
