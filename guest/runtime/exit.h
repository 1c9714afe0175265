/*
 * The end of a rank, for other parts of the guest library.
 */
#ifndef FLOTILLA_RUNTIME_EXIT_H
#define FLOTILLA_RUNTIME_EXIT_H

/* Runs registered functions and destructors, flushes the streams, ends the rank. */
_Noreturn void flotilla_exit(int status);

/* Ends the rank at once. */
_Noreturn void flotilla__exit(int status);

/* Destructors of thread_local objects, newest first. */
void flotilla_run_thread_destructors(void);

#endif
