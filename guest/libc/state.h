/*
 * What the kernel and the host's libc keep for each thread: the rank's working directory, umask and locale, which the
 * host gives to whatever thread runs the rank (guest/host/state.c).
 */
#ifndef FLOTILLA_LIBC_STATE_H
#define FLOTILLA_LIBC_STATE_H

#include <stdint.h>

struct flotilla_control;

/* A number for a new state, which no other rank uses and this one has not used before. */
uint64_t flotilla_state_number(void);

/* Has the calling thread take the state in its control block, whose number is new; answers 0 or an errno. */
int flotilla_state_enter(void);

/* A thread that has just begun: its locale is the rank's. */
void flotilla_locale_begin_thread(void);

#endif
