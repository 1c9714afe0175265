/*
 * The variables at file and namespace scope that code initializes when the program starts.
 */
#ifndef AUTO_TLS_CONSTRUCTED_H
#define AUTO_TLS_CONSTRUCTED_H

#include "gcc.h"

/* Those of the file that is being compiled. */
std::set<tree> constructed_variables();

#endif
