/* Sorting and searching with callbacks; qsort is stable in glibc before 2.37, which the reference run shows. */
#define _GNU_SOURCE
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wide {
    int key;
    int order;
    char rest[40];
};

static int comparisons;

static int by_key(const void *a, const void *b) {
    comparisons++;
    return ((const struct wide *)a)->key - ((const struct wide *)b)->key;
}

static int by_value(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

static int by_value_from(const void *a, const void *b, void *base) {
    return abs(*(const int *)a - *(int *)base) - abs(*(const int *)b - *(int *)base);
}

static int by_text(const void *a, const void *b) { return strcmp(a, b); }

static void visit(const void *node, VISIT which, int level) {
    static const char *const names[] = {"preorder", "postorder", "endorder", "leaf"};
    printf("%s %s %d\n", *(const char *const *)node, names[which], level);
}

static void count(const void *node, VISIT which, void *closure) {
    (void)node;
    if (which == postorder || which == leaf) ++*(int *)closure;
}

static void drop(void *key) { printf("drop %s\n", (char *)key); }

int main(void) {
    int values[50];
    for (int i = 0; i < 50; i++) values[i] = i * 37 % 50;
    qsort(values, 50, sizeof values[0], by_value);
    for (int i = 0; i < 50; i++) printf("%d ", values[i]);
    int key = 17, absent = 70;
    printf("| %td %d\n", (int *)bsearch(&key, values, 50, sizeof key, by_value) - values,
           bsearch(&absent, values, 50, sizeof key, by_value) == NULL);
    int middle = 25;
    qsort_r(values, 50, sizeof values[0], by_value_from, &middle);
    for (int i = 0; i < 10; i++) printf("%d ", values[i]);
    printf("\n");

    struct wide *records = malloc(1000 * sizeof *records);
    for (int i = 0; i < 1000; i++) records[i] = (struct wide){i * 7919 % 10, i, ""};
    qsort(records, 1000, sizeof *records, by_key);
    int stable = 1;
    for (int i = 1; i < 1000; i++) {
        stable &= records[i - 1].key < records[i].key ||
                  (records[i - 1].key == records[i].key && records[i - 1].order < records[i].order);
    }
    printf("stable %d comparisons %d\n", stable, comparisons);
    free(records);

    size_t used = 3;
    int table[8] = {5, 3, 9};
    key = 4;
    int *found = lsearch(&key, table, &used, sizeof key, by_value);
    printf("lsearch %td %zu %d\n", found - table, used, lfind(&absent, table, &used, sizeof key, by_value) == NULL);

    static const char *const words[] = {"oak", "elm", "ash", "fir", "yew", "box", "bay", "fig", "nut", "tea", "rye"};
    void *root = NULL;
    for (int i = 0; i < 11; i++) tsearch(words[i], &root, by_text);
    twalk(root, visit);
    printf("find %s %d\n", *(char **)tfind("fig", &root, by_text), tfind("zzz", &root, by_text) == NULL);
    printf("delete %d %d\n", tdelete("fig", &root, by_text) != NULL, tdelete("zzz", &root, by_text) == NULL);
    int nodes = 0;
    twalk_r(root, count, &nodes);
    printf("nodes %d\n", nodes);
    tdestroy(root, drop);

    printf("hcreate %d\n", hcreate(50) != 0);
    for (int i = 0; i < 11; i++) hsearch((ENTRY){(char *)words[i], (void *)(long)i}, ENTER);
    ENTRY *entry = hsearch((ENTRY){(char *)"yew", NULL}, FIND);
    printf("hsearch %ld %d\n", entry == NULL ? -1 : (long)entry->data,
           hsearch((ENTRY){(char *)"none", NULL}, FIND) == NULL);
    hdestroy();
    return 0;
}
