/* Starts a program again under Flotilla when the ordinary dynamic linker has started it. */
#define _GNU_SOURCE
#include "link.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

extern char **environ;

/* Set in the environment of the process that flotilla run becomes: a second start from there would go on for ever. */
static const char GUARD[] = "FLOTILLA_STARTED_FROM";

/*
 * COMMON blocks of mpif.h and the module. Programs define them; that this library has the names too makes the static
 * linker export theirs, so that the guest library can find them.
 */
FLOTILLA_EXPORT int flotilla_sentinels_[6 + 2 * 8];
FLOTILLA_EXPORT char flotilla_sentinels_c_[2];

/* Where code compiled for auto-tls finds variables of libc; without Flotilla, where they are. */
#define RANK_VARIABLE(name) \
    FLOTILLA_EXPORT __typeof__(name) *flotilla_rank_##name(void); \
    __typeof__(name) *flotilla_rank_##name(void) { return &name; }

RANK_VARIABLE(environ)
RANK_VARIABLE(optarg)
RANK_VARIABLE(optind)
RANK_VARIABLE(opterr)
RANK_VARIABLE(optopt)

/* Variables of which each PE has one: without Flotilla there is one. */
FLOTILLA_EXPORT void *flotilla_copy_of_pe(void *original, size_t size);
void *flotilla_copy_of_pe(void *original, size_t size)
{
    (void)size;
    return original;
}

#define FORTRAN_ONLY(name) \
    FLOTILLA_EXPORT void name##_(void); \
    void name##_(void) { flotilla_link_not_started(#name); } \
    extern __typeof(name##_) name##__ __attribute__((weak, alias(#name "_"), visibility("default")));

FORTRAN_ONLY(mpi_null_copy_fn)
FORTRAN_ONLY(mpi_dup_fn)
FORTRAN_ONLY(mpi_null_delete_fn)
FORTRAN_ONLY(mpi_comm_null_copy_fn)
FORTRAN_ONLY(mpi_comm_dup_fn)
FORTRAN_ONLY(mpi_comm_null_delete_fn)
FORTRAN_ONLY(mpi_type_null_copy_fn)
FORTRAN_ONLY(mpi_type_dup_fn)
FORTRAN_ONLY(mpi_type_null_delete_fn)
FORTRAN_ONLY(mpi_win_null_copy_fn)
FORTRAN_ONLY(mpi_win_dup_fn)
FORTRAN_ONLY(mpi_win_null_delete_fn)
FORTRAN_ONLY(mpi_conversion_fn_null)
FORTRAN_ONLY(mpi_f_sync_reg)
FORTRAN_ONLY(pmpi_f_sync_reg)
FORTRAN_ONLY(flotilla_sizeof_character)
FORTRAN_ONLY(flotilla_sizeof_logical)
FORTRAN_ONLY(flotilla_sizeof_integer1)
FORTRAN_ONLY(flotilla_sizeof_integer2)
FORTRAN_ONLY(flotilla_sizeof_integer4)
FORTRAN_ONLY(flotilla_sizeof_integer8)
FORTRAN_ONLY(flotilla_sizeof_real4)
FORTRAN_ONLY(flotilla_sizeof_real8)
FORTRAN_ONLY(flotilla_sizeof_real10)
FORTRAN_ONLY(flotilla_sizeof_real16)
FORTRAN_ONLY(flotilla_sizeof_complex4)
FORTRAN_ONLY(flotilla_sizeof_complex8)
FORTRAN_ONLY(flotilla_sizeof_complex10)
FORTRAN_ONLY(flotilla_sizeof_complex16)

void flotilla_link_not_started(const char *function) {
    fprintf(stderr, "flotilla: %s was called in a process that Flotilla did not start; start the program with: flotilla run -n 1 PROGRAM\n",
            function);
    exit(2);
}

static int is_launcher(char *path, const char *root) {
    return snprintf(path, PATH_MAX, "%s/bin/flotilla", root) < PATH_MAX && access(path, X_OK) == 0;
}

/* The launcher stands in bin/ of a folder above this library, in the source tree and where it is installed. */
static int find_launcher(char *path) {
    const char *home = getenv("FLOTILLA_HOME");
    if (home != NULL && *home != '\0') {
        return is_launcher(path, home);
    }
    Dl_info self;
    char folder[PATH_MAX];
    if (dladdr((void *)(uintptr_t)find_launcher, &self) == 0 || realpath(self.dli_fname, folder) == NULL) {
        return 0;
    }
    for (char *slash; (slash = strrchr(folder, '/')) != NULL && slash != folder;) {
        *slash = '\0';
        if (is_launcher(path, folder)) {
            return 1;
        }
    }
    return 0;
}

static void fail(const char *why, const char *program) {
    fprintf(stderr, "flotilla: %s cannot start as an MPI process: %s\n", program, why);
    _exit(2);
}

/* Visible from the program only when the library was loaded with it, not by a later dlopen. */
FLOTILLA_EXPORT int flotilla_link_loaded_with_program = 1;

static int loaded_with_program(void) {
    void *program = dlopen(NULL, RTLD_LAZY | RTLD_NOLOAD);
    if (program == NULL) {
        return 0;
    }
    void *found = dlsym(program, "flotilla_link_loaded_with_program");
    dlclose(program);
    return found != NULL;
}

__attribute__((constructor)) static void start_again(int argc, char **argv, char **envp) {
    (void)envp;
    if (argc < 1 || argv == NULL || !loaded_with_program()) {
        return; /* loaded late: MPI functions say so when they are called */
    }
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length < 0) {
        fail("its own file is not to be found under /proc/self/exe", argv[0]);
    }
    self[length] = '\0';
    const char *guard = getenv(GUARD);
    if (guard != NULL && strcmp(guard, self) == 0) {
        fail("flotilla run started it with the ordinary dynamic linker", argv[0]);
    }
    char launcher[PATH_MAX];
    if (!find_launcher(launcher)) {
        fail("bin/flotilla was not found above the MPI library; set FLOTILLA_HOME to the folder that has it", argv[0]);
    }
    char **arguments = calloc((size_t)argc + 5, sizeof *arguments);
    if (arguments == NULL || setenv(GUARD, self, 1) != 0) {
        fail("out of memory", argv[0]);
    }
    int n = 0;
    arguments[n++] = launcher;
    arguments[n++] = "run";
    arguments[n++] = "-n";
    arguments[n++] = "1";
    arguments[n++] = self;
    for (int i = 1; i < argc; i++) {
        arguments[n++] = argv[i];
    }
    arguments[n] = NULL;
    execve(launcher, arguments, environ);
    fprintf(stderr, "flotilla: %s: %s\n", launcher, strerror(errno));
    _exit(2);
}
