/*
 * The end of a rank, for other parts of the guest library.
 */
#ifndef FLOTILLA_RUNTIME_EXIT_H
#define FLOTILLA_RUNTIME_EXIT_H

#include <stdbool.h>
#include <stdint.h>

/* Runs registered functions and destructors, flushes the streams, ends the rank. */
_Noreturn void flotilla_exit(int status);

/* Ends the rank at once. */
_Noreturn void flotilla__exit(int status);

/* Whether thread_local objects of the image at these addresses wait for their destructors. */
bool flotilla_has_thread_destructors(uintptr_t start, uintptr_t end);

/* Destructors of thread_local objects, newest first. */
void flotilla_run_thread_destructors(void);

#endif
