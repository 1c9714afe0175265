/*
 * Thread-specific data.
 */
#ifndef FLOTILLA_THREADS_KEYS_H
#define FLOTILLA_THREADS_KEYS_H

/* Runs the destructors of what pthread_setspecific stored, as the end of a thread does. */
void flotilla_destroy_specific(void);

#endif
