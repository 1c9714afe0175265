/*
 * The program's own name, as error messages give it.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <string.h>

#include "flotilla.h"
#include "start.h"

static char none[] = "";

FLOTILLA_EXPORT char *__progname_full = none;
FLOTILLA_EXPORT char *__progname = none;
extern char *program_invocation_name __attribute__((alias("__progname_full"), visibility("default")));
extern char *program_invocation_short_name __attribute__((alias("__progname"), visibility("default")));

void flotilla_name_program(char *name) {
    if (name == NULL) return;
    char *slash = strrchr(name, '/');
    __progname_full = name;
    __progname = slash == NULL ? name : slash + 1;
    /* The thread's name, which stays when a program changes the variables. */
    char thread[16] = "";
    const char *file = flotilla_control->program_path;
    slash = strrchr(file, '/');
    strncpy(thread, slash == NULL ? file : slash + 1, sizeof thread - 1);
    pthread_setname_np(pthread_self(), thread);
}
