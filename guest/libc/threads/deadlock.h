/*
 * While a rank is one thread, what waits for another thread waits forever, and the job should hear of it. Only where ranks
 * share their images another rank may end the wait.
 */
#ifndef FLOTILLA_THREADS_DEADLOCK_H
#define FLOTILLA_THREADS_DEADLOCK_H

#include "flotilla.h"

#define flotilla_deadlock(what) flotilla_abort("deadlock: " what ", and the rank has no other thread")

#endif
