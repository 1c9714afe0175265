/*
 * Which variables stay shared because of their name or the file that declares them: those of the system, and those that the
 * user's exclusion files list.
 */
#ifndef AUTO_TLS_RULES_H
#define AUTO_TLS_RULES_H

#include "gcc.h"

class rules {
public:
    /*
     * Reads an exclusion file: one NAME or FILE:NAME per line, both perhaps with *, ? and [...]; # starts a comment. Ends the
     * compilation when it can't be read.
     */
    void read(const char *path);

    /* What headers in this folder declare is not the program's. */
    void share_folder(const char *path);

    /* Whether the exclusion files name the variable. */
    bool excludes(tree variable) const;

    /* Whether the system, or a library that comes with it, defines the variable. */
    bool is_of_system(tree variable) const;

private:
    struct exclusion {
        std::string file; /* empty: any */
        std::string name;
    };
    std::vector<exclusion> exclusions;
    std::vector<std::string> folders = {"/usr/include/", "/usr/local/include/", "/usr/lib/"};
};

#endif
