/*
 * The variables of a file with static storage, and which of them become each rank's.
 */
#ifndef AUTO_TLS_VARIABLES_H
#define AUTO_TLS_VARIABLES_H

#include "gcc.h"
#include "rules.h"

class variables {
public:
    explicit variables(const rules &r) : the_rules(r) {}

    /* Finds every variable that the file defines or refers to. */
    void collect();

    /* Decides about each of them; what can't be made right is an error that names the variable. */
    void choose();

    /* Gives those that become the ranks' thread-local storage, or has the guest library asked for them. */
    void make_private() const;

    bool is_private(tree variable) const { return chosen.count(variable) != 0 || is_thread_local(variable); }

    /* A variable that becomes the ranks' and that an expression refers to, or NULL_TREE. */
    tree private_in(tree expression) const;

    /* Those that become thread-local, in the order in which they were found. */
    const std::vector<tree> &privates() const { return order; }

private:
    enum class choice { shared, may_be_private, is_private, of_libc, of_pe };

    const rules &the_rules;
    std::vector<tree> all;
    std::set<tree> known;
    std::set<tree> chosen;  /* all that become the ranks' */
    std::vector<tree> order; /* those of them that become thread-local */
    std::vector<tree> of_libc; /* those of them that libc defines */
    std::set<tree> of_pe;      /* of which each PE has one */

    static bool is_thread_local(tree variable) {
        return (TREE_STATIC(variable) || DECL_EXTERNAL(variable)) && varpool_node::get(variable) != NULL && DECL_THREAD_LOCAL_P(variable);
    }
    static tree visit(tree *at, int *walk_subtrees, void *self);
    void add(tree variable);
    choice first_choice(tree variable) const;
    void take(tree variable);
    void follow_guards();
    void check_those_of_pe() const;
    void follow_initializers(const std::map<tree, choice> &choices);
    void tell_shared(tree variable, bool constructed) const;
};

#endif
