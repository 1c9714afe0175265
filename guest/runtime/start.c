/*
 * Start of a program: what the dynamic loader and libc do between e_entry and main.
 */
#include <stdlib.h>
#include <string.h>

#include "environment.h"
#include "flotilla.h"
#include "heap.h"
#include "shared.h"
#include "start.h"

typedef int (*main_function)(int, char **, char **);

extern char **__environ;

struct flotilla_start flotilla_start_arguments;

/* Data that glibc exports and programs or libraries read. */
FLOTILLA_EXPORT void *__libc_stack_end;
FLOTILLA_EXPORT int __libc_enable_secure;
FLOTILLA_EXPORT char __libc_single_threaded = 1;

void flotilla_apply_irelative(const struct flotilla_irelative *list, uint64_t count) {
    for (uint64_t i = 0; i < count; i++) *list[i].where = list[i].resolver();
}

void flotilla_run_init(flotilla_init_function *list, uint64_t count) {
    const struct flotilla_start *start = &flotilla_start_arguments;
    for (uint64_t i = 0; i < count; i++) list[i](start->argc, start->argv, *flotilla_environment());
}

static const unsigned long *after_environment(char **environment) {
    while (*environment != NULL) environment++;
    return (const unsigned long *)(environment + 1);
}

/*
 * ELF start (System V ABI, "Dynamic Linking: Initialization and Termination Functions"). init is the old
 * __libc_csu_init of programs linked before glibc 2.34, which runs the program's own init list itself.
 */
FLOTILLA_EXPORT int __libc_start_main(main_function main_, int argc, char **argv,
                                      int (*init)(int, char **, char **), void (*fini)(void),
                                      void (*rtld_fini)(void), void *stack_end) {
    struct flotilla_control *control = flotilla_control;
    (void)fini;
    (void)rtld_fini;
    char **environment = argv + argc + 1;
    flotilla_start_arguments.argc = argc;
    flotilla_start_arguments.argv = argv;
    flotilla_start_arguments.images = control->image_count;
    flotilla_start_arguments.auxiliary = after_environment(environment);
    *flotilla_environment() = environment;
    bool first = flotilla_shared_start();
    if (first) {
        /* Variables of libc's interface: there is one of each where images are shared. */
        __environ = environment;
        __libc_stack_end = stack_end;
        if (flotilla_is_sharing()) __libc_single_threaded = 0;
        flotilla_name_program(argv[0]);
    }
    flotilla_heap_options(flotilla_getenv("MALLOC_PERTURB_"), flotilla_getenv("MALLOC_CHECK_"));
    /* Which of them every rank runs, when some of its variables are its own (methods swap and auto-tls). */
    uint64_t own = control->rank_init_count;
    uint64_t of_program = init == NULL ? 0 : control->program_init_count;
    if (first || own != 0) flotilla_apply_irelative(control->irelative_list, control->irelative_count);
    if (first) {
        flotilla_run_init(control->preinit_list, control->preinit_count);
        flotilla_run_init(control->init_list, control->init_count - (own != 0 ? own : of_program));
        if (own == 0 && init != NULL) init(argc, argv, environment);
        flotilla_shared_first();
    }
    if (own != 0) {
        flotilla_run_init(control->init_list + control->init_count - own, own - of_program);
        if (init != NULL) init(argc, argv, environment);
    }
    if (first) flotilla_shared_started();

    exit(main_(argc, argv, environment));
}
