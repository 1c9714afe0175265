/*
 * How many of a variable there shall be in a program compiled with --privatize=auto-tls (docs/privatization.md):
 *
 *     flotilla_scope(rank) int steps;                one for each rank, which is what a variable is without this
 *     flotilla_scope(pe) static long visits;         one for each PE, used by whichever rank runs there
 *     flotilla_scope(node) static double *table;     one for each process of the job, shared by its ranks
 *
 * The same must stand where the variable is declared and where it is defined. Other compilations ignore it.
 */
#ifndef FLOTILLA_SCOPE_H
#define FLOTILLA_SCOPE_H

#if defined(__has_attribute)
#if __has_attribute(flotilla_scope)
#define flotilla_scope(scope) __attribute__((flotilla_scope(#scope)))
#endif
#endif
#ifndef flotilla_scope
#define flotilla_scope(scope)
#endif

#endif
