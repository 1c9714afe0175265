/*
 * What the start of the program leaves for other parts, and what dlopen repeats of it.
 */
#ifndef FLOTILLA_RUNTIME_START_H
#define FLOTILLA_RUNTIME_START_H

#include "flotilla.h"

struct flotilla_start {
    int argc;
    char **argv;
    uint64_t images;                /* entries of the image table that are not dlopen's */
    const unsigned long *auxiliary; /* pairs of type and value, ended by AT_NULL */
};

extern struct flotilla_start flotilla_start_arguments;

/* IRELATIVE relocations: each word becomes what its resolver answers. */
void flotilla_apply_irelative(const struct flotilla_irelative *list, uint64_t count);

/* Calls constructors with (argc, argv, environment). */
void flotilla_run_init(flotilla_init_function *list, uint64_t count);

/* Sets program_invocation_name and its kin. */
void flotilla_name_program(char *name);

#endif
