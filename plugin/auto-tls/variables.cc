#include "variables.h"

#include <cstring>

#include "constructed.h"
#include "libc.h"
#include "mutability.h"
#include "pe.h"
#include "scope.h"

tree variables::visit(tree *at, int *walk_subtrees, void *self) {
    if (TYPE_P(*at)) {
        *walk_subtrees = 0;
    } else if (VAR_P(*at)) {
        static_cast<variables *>(self)->add(*at);
    }
    return NULL_TREE;
}

void variables::add(tree variable) {
    /* Members of Fortran's COMMON and EQUIVALENCE, C++'s structured bindings: parts of something else. */
    if (DECL_HAS_VALUE_EXPR_P(variable)) {
        if (known.insert(variable).second) {
            tree value = DECL_VALUE_EXPR(variable);
            walk_tree_without_duplicates(&value, visit, this);
        }
        return;
    }
    if (!TREE_STATIC(variable) && !DECL_EXTERNAL(variable)) return;
    if (!known.insert(variable).second) return;
    all.push_back(variable);
    if (DECL_INITIAL(variable) != NULL_TREE && DECL_INITIAL(variable) != error_mark_node)
        walk_tree_without_duplicates(&DECL_INITIAL(variable), visit, this);
}

void variables::collect() {
    varpool_node *variable;
    FOR_EACH_VARIABLE(variable) add(variable->decl);
    /* What is only declared is not known to the symbol table before the code that uses it is looked at. */
    cgraph_node *function;
    FOR_EACH_FUNCTION(function) {
        if (DECL_SAVED_TREE(function->decl) != NULL_TREE) walk_tree_without_duplicates(&DECL_SAVED_TREE(function->decl), visit, this);
    }
}

static const char *assembler_name(tree variable) {
    return IDENTIFIER_POINTER(DECL_ASSEMBLER_NAME(variable));
}

/* The compiler's own: virtual tables, type information, data of the sanitizers. */
static bool is_of_compiler(tree variable) {
    if (DECL_NAME(variable) == NULL_TREE || DECL_IN_CONSTANT_POOL(variable)) return true;
    const char *name = assembler_name(variable);
    for (const char *prefix : {"_ZTV", "_ZTI", "_ZTS", "_ZTT", "_ZTC", "_ZTH", "_ZTW"}) {
        if (startswith(name, prefix)) return true;
    }
    return DECL_ARTIFICIAL(variable) && (name[0] == '*' || startswith(name, ".L"));
}

static bool has_assembler_label(tree variable) {
    return assembler_name(variable)[0] == '*';
}

static bool is_guard(tree variable) {
    return DECL_NAME(variable) != NULL_TREE && startswith(assembler_name(variable), "_ZGV");
}

variables::choice variables::first_choice(tree variable) const {
    if (is_thread_local(variable) || DECL_REGISTER(variable) || is_of_compiler(variable)) return choice::shared;
    switch (scope_of(variable)) {
    case scope::rank: return choice::is_private;
    case scope::pe: return choice::of_pe;
    case scope::node: return choice::shared;
    case scope::none: break;
    }
    if (has_assembler_label(variable) || DECL_SECTION_NAME(variable) != NULL) return choice::shared;
    if (the_rules.excludes(variable)) return choice::shared;
    if (is_rank_variable_of_libc(variable)) return choice::of_libc;
    if (the_rules.is_of_system(variable)) return choice::shared;
    if (is_seen_elsewhere(variable)) return can_hold_private_address(variable) ? choice::is_private : choice::shared;
    return is_constant(variable) ? choice::may_be_private : choice::is_private;
}

void variables::take(tree variable) {
    if (chosen.insert(variable).second) order.push_back(variable);
}

/* A guard says whether its variable has been initialized, so there are as many of the one as of the other. */
void variables::follow_guards() {
    std::map<std::string, tree> guarded;
    for (tree variable : all) {
        if (DECL_NAME(variable) == NULL_TREE || is_guard(variable)) continue;
        const char *name = assembler_name(variable);
        if (startswith(name, "_Z")) {
            guarded[name + 2] = variable;
        } else {
            guarded[std::to_string(strlen(name)) + name] = variable;
        }
    }
    for (tree guard : all) {
        if (!is_guard(guard)) continue;
        auto variable = guarded.find(assembler_name(guard) + strlen("_ZGV"));
        if (variable != guarded.end() && of_pe.count(variable->second) != 0) {
            error_at(DECL_SOURCE_LOCATION(variable->second), "%qD has a constructor, and of scope %<pe%> are variables with constant first values only",
                     variable->second);
        }
        if (variable == guarded.end() || chosen.count(variable->second) != 0) take(guard);
    }
}

static tree find_of_pe(tree *at, int *walk_subtrees, void *data) {
    if (TYPE_P(*at)) *walk_subtrees = 0;
    return VAR_P(*at) && static_cast<const std::set<tree> *>(data)->count(*at) != 0 ? *at : NULL_TREE;
}

/* Which PE's it would be is not known before the program runs. */
void variables::check_those_of_pe() const {
    for (tree variable : of_pe) {
        if (TYPE_SIZE_UNIT(TREE_TYPE(variable)) == NULL_TREE)
            error_at(DECL_SOURCE_LOCATION(variable), "%qD has no size here, and of scope %<pe%> are variables whose size is known", variable);
    }
    for (tree variable : all) {
        tree value = DECL_INITIAL(variable);
        if (value == NULL_TREE || value == error_mark_node) continue;
        tree found = walk_tree_without_duplicates(&value, find_of_pe, const_cast<std::set<tree> *>(&of_pe));
        if (found != NULL_TREE) {
            error_at(DECL_SOURCE_LOCATION(variable), "%qD is initialized with the address of %qD, of which each PE has its own", variable, found);
        }
    }
}

struct search {
    const variables *all;
    tree found;
};

static tree find_private(tree *at, int *walk_subtrees, void *data) {
    struct search *search = static_cast<struct search *>(data);
    if (TYPE_P(*at)) {
        *walk_subtrees = 0;
    } else if (VAR_P(*at)) {
        tree variable = *at;
        if (search->all->is_private(variable)) {
            search->found = variable;
        } else if (DECL_HAS_VALUE_EXPR_P(variable)) {
            tree value = DECL_VALUE_EXPR(variable);
            search->found = search->all->private_in(value);
        }
    }
    return search->found;
}

tree variables::private_in(tree expression) const {
    struct search search = {this, NULL_TREE};
    walk_tree_without_duplicates(&expression, find_private, &search);
    return search.found;
}

/*
 * A variable that holds the address of a rank's variable is the rank's, too, even a constant one, and so on for those that hold
 * the address of that.
 */
void variables::follow_initializers(const std::map<tree, choice> &choices) {
    for (bool more = true; more;) {
        more = false;
        for (tree variable : all) {
            tree value = DECL_INITIAL(variable);
            if (value == NULL_TREE || value == error_mark_node || chosen.count(variable) != 0) continue;
            if (choices.at(variable) == choice::may_be_private && private_in(value) != NULL_TREE) {
                take(variable);
                more = true;
            }
        }
    }
    for (tree variable : all) {
        tree value = DECL_INITIAL(variable);
        if (value == NULL_TREE || value == error_mark_node || DECL_EXTERNAL(variable) || is_private(variable) || is_of_compiler(variable)) continue;
        tree target = private_in(value);
        if (target == NULL_TREE) continue;
        error_at(DECL_SOURCE_LOCATION(variable),
                 "%qD is one for all ranks and is initialized with the address of %qD, of which each rank has its own; "
                 "exclude both from --privatize=auto-tls or neither",
                 variable, target);
    }
}

/*
 * Says what stays shared although the program may write to it, unless the user wanted that; and what cannot be shared, since the
 * constructors run in each rank.
 */
void variables::tell_shared(tree variable, bool constructed) const {
    if (DECL_EXTERNAL(variable) || DECL_ARTIFICIAL(variable) || is_private(variable) || is_of_compiler(variable) || the_rules.is_of_system(variable))
        return;
    location_t location = DECL_SOURCE_LOCATION(variable);
    bool wanted = scope_of(variable) != scope::none || the_rules.excludes(variable);
    if (constructed && (wanted || !is_seen_elsewhere(variable))) {
        error_at(location, "%qD is one for all ranks, and each of them would initialize it anew; make it a static variable of a function", variable);
    } else if (constructed) {
        warning_at(location, 0, "the constant %qD is shared by all ranks, and each of them computes it at its start", variable);
    } else if (!wanted && !is_constant(variable) && (has_assembler_label(variable) || DECL_SECTION_NAME(variable) != NULL)) {
        warning_at(location, 0, "%qD is shared by all ranks, since it has %s of its own; exclude it to say that it may be", variable,
                   has_assembler_label(variable) ? "an assembler name" : "a section");
    }
}

void variables::choose() {
    std::map<tree, choice> choices;
    for (tree variable : all) {
        choice first = is_guard(variable) ? choice::shared : first_choice(variable);
        choices[variable] = first;
        if (first == choice::is_private) take(variable);
        if (first == choice::of_pe) of_pe.insert(variable);
        if (first == choice::of_libc && chosen.insert(variable).second) of_libc.push_back(variable);
    }
    follow_initializers(choices);
    check_those_of_pe();
    follow_guards();
    std::set<tree> constructed = constructed_variables();
    for (tree variable : all) tell_shared(variable, constructed.count(variable) != 0);
}

void variables::make_private() const {
    for (tree variable : order) {
        set_decl_tls_model(variable, decl_default_tls_model(variable));
        /* An address that was made up before is that of a shared variable. */
        if (DECL_RTL_SET_P(variable)) SET_DECL_RTL(variable, NULL);
    }
    for (tree variable : of_libc) ask_guest_library_for(variable);
    for (tree variable : of_pe) ask_for_copy_of_pe(variable);
}
