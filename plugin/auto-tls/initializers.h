/*
 * Initial values that hold addresses of the ranks' variables: no constants any more.
 */
#ifndef AUTO_TLS_INITIALIZERS_H
#define AUTO_TLS_INITIALIZERS_H

#include "variables.h"

/*
 * Takes the addresses of ranks' variables out of the initial values of others and has a function write them, which every rank
 * runs at its start before all constructors.
 */
void initialize_at_start(const variables &all);

#endif
