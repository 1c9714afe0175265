/*
 * tsearch and its kin: red-black trees. Nodes with two red children are split on the way down (L. Guibas, R. Sedgewick,
 * "A Dichromatic Framework for Balanced Trees", 1978), as in glibc, because twalk shows the levels.
 */
#define _GNU_SOURCE
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>

#include "flotilla.h"
#include "heap.h"
#include "names.h"

struct node {
    const void *key; /* first: a pointer to a node is used as a pointer to a key */
    struct node *child[2];
    bool red;
};

/* More levels than a tree in 48 bits of addresses can have. */
#define DEEPEST 100

static bool is_red(const struct node *node) {
    return node != NULL && node->red;
}

/* The node's child of that side takes its place. */
static void raise_child(struct node **place, int side) {
    struct node *node = *place, *child = node->child[side];
    node->child[side] = child->child[!side];
    child->child[!side] = node;
    *place = child;
}

/* The places of a node, its parent and its grandparent, and which child the first two are. */
struct path {
    struct node **place, **parent, **grandparent;
    int side, parent_side;
};

/* The node has become red: one or two rotations if its parent is red too. */
static void repair(const struct path *path) {
    if (path->parent == NULL || !(*path->parent)->red) return;
    struct node *grandparent = *path->grandparent;
    if (path->side != path->parent_side) raise_child(path->parent, path->side);
    raise_child(path->grandparent, path->parent_side);
    (*path->grandparent)->red = false;
    grandparent->red = true;
}

static void split(const struct path *path) {
    struct node *node = *path->place;
    if (!is_red(node->child[0]) || !is_red(node->child[1])) return;
    node->red = true;
    node->child[0]->red = node->child[1]->red = false;
    repair(path);
}

void *flotilla_tsearch(const void *key, void **root, __compar_fn_t compare) {
    if (root == NULL) return NULL;
    struct path path = {.place = (struct node **)root};
    if (*path.place != NULL) (*path.place)->red = false;
    while (*path.place != NULL) {
        struct node *node = *path.place;
        int order = compare(key, node->key);
        if (order == 0) return node;
        /* After a rotation the places above are stale. They are not used then: the children of a node just split are
         * black and not split themselves, so the next red pair is at least three levels further down. */
        split(&path);
        int side = order > 0;
        path = (struct path){&node->child[side], path.place, path.parent, side, path.side};
    }
    struct node *added = flotilla_malloc(sizeof *added);
    if (added == NULL) return NULL;
    *added = (struct node){.key = key, .red = true};
    *path.place = added;
    repair(&path);
    return added;
}

void *flotilla_tfind(const void *key, void *const *root, __compar_fn_t compare) {
    if (root == NULL) return NULL;
    for (struct node *node = *root; node != NULL;) {
        int order = compare(key, node->key);
        if (order == 0) return node;
        node = node->child[order > 0];
    }
    return NULL;
}

/* The subtree at places[depth] has one black node too few on each way down. */
static void restore_blackness(struct node **places[], int sides[], int depth) {
    while (depth > 0) {
        struct node **parent_place = places[depth - 1], *parent = *parent_place;
        int side = sides[depth];
        struct node *sibling = parent->child[!side];
        if (sibling->red) {
            sibling->red = false;
            parent->red = true;
            raise_child(parent_place, !side);
            places[depth] = &sibling->child[side];
            sides[depth] = side;
            depth++;
            places[depth] = &parent->child[side];
            sides[depth] = side;
            continue;
        }
        if (!is_red(sibling->child[0]) && !is_red(sibling->child[1])) {
            sibling->red = true;
            if (parent->red) {
                parent->red = false;
                return;
            }
            depth--;
            continue;
        }
        if (!is_red(sibling->child[!side])) {
            raise_child(&parent->child[!side], side);
            sibling->red = true;
            sibling = parent->child[!side];
        }
        sibling->red = parent->red;
        parent->red = false;
        sibling->child[!side]->red = false;
        raise_child(parent_place, !side);
        return;
    }
}

void *flotilla_tdelete(const void *key, void **root, __compar_fn_t compare) {
    struct node **places[DEEPEST];
    int sides[DEEPEST], depth = 0;
    if (root == NULL || *root == NULL) return NULL;
    places[0] = (struct node **)root;
    sides[0] = 0;
    for (int order; (order = compare(key, (*places[depth])->key)) != 0;) {
        struct node *node = *places[depth++];
        places[depth] = &node->child[order > 0];
        sides[depth] = order > 0;
        if (*places[depth] == NULL) return NULL;
    }
    struct node *found = *places[depth];
    /* Anything but NULL will do when the root goes. */
    void *parent = depth == 0 ? (void *)root : (void *)*places[depth - 1];
    if (found->child[0] != NULL && found->child[1] != NULL) {
        places[++depth] = &found->child[1];
        sides[depth] = 1;
        while ((*places[depth])->child[0] != NULL) {
            struct node *node = *places[depth++];
            places[depth] = &node->child[0];
            sides[depth] = 0;
        }
    }
    struct node *removed = *places[depth];
    struct node *orphan = removed->child[removed->child[0] == NULL];
    found->key = removed->key;
    *places[depth] = orphan;
    if (is_red(orphan)) {
        orphan->red = false;
    } else if (!removed->red) {
        restore_blackness(places, sides, depth);
    }
    flotilla_free(removed);
    return parent;
}

static void walk(const struct node *node, void (*action)(const void *, VISIT, int), int level) {
    if (node->child[0] == NULL && node->child[1] == NULL) {
        action(node, leaf, level);
        return;
    }
    action(node, preorder, level);
    if (node->child[0] != NULL) walk(node->child[0], action, level + 1);
    action(node, postorder, level);
    if (node->child[1] != NULL) walk(node->child[1], action, level + 1);
    action(node, endorder, level);
}

void flotilla_twalk(const void *root, void (*action)(const void *, VISIT, int)) {
    if (root != NULL && action != NULL) walk(root, action, 0);
}

static void walk_r(const struct node *node, void (*action)(const void *, VISIT, void *), void *closure) {
    if (node->child[0] == NULL && node->child[1] == NULL) {
        action(node, leaf, closure);
        return;
    }
    action(node, preorder, closure);
    if (node->child[0] != NULL) walk_r(node->child[0], action, closure);
    action(node, postorder, closure);
    if (node->child[1] != NULL) walk_r(node->child[1], action, closure);
    action(node, endorder, closure);
}

void flotilla_twalk_r(const void *root, void (*action)(const void *, VISIT, void *), void *closure) {
    if (root != NULL && action != NULL) walk_r(root, action, closure);
}

void flotilla_tdestroy(void *root, void (*free_key)(void *)) {
    struct node *node = root;
    if (node == NULL) return;
    flotilla_tdestroy(node->child[0], free_key);
    flotilla_tdestroy(node->child[1], free_key);
    free_key((void *)node->key);
    flotilla_free(node);
}

FLOTILLA_NAMES(flotilla_tsearch, tsearch, __tsearch)
FLOTILLA_NAMES(flotilla_tfind, tfind, __tfind)
FLOTILLA_NAMES(flotilla_tdelete, tdelete, __tdelete)
FLOTILLA_NAMES(flotilla_twalk, twalk, __twalk)
FLOTILLA_NAMES(flotilla_twalk_r, twalk_r, __twalk_r)
FLOTILLA_NAMES(flotilla_tdestroy, tdestroy, __tdestroy)
