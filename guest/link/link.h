/*
 * The library that programs are linked with. The loader of Flotilla puts the guest library in its place; the ordinary
 * dynamic linker finds this one, whose constructor starts the program again under Flotilla, as a job of one rank.
 */
#ifndef FLOTILLA_LINK_H
#define FLOTILLA_LINK_H

#define FLOTILLA_EXPORT __attribute__((visibility("default")))

/* Says that MPI cannot work here, and ends the process with status 2. */
__attribute__((noreturn)) void flotilla_link_not_started(const char *function);

/* An MPI function in C: reached only when the library was loaded into a process that runs already. */
#define FLOTILLA_LINK_FUNCTION(pmpi, mpi)                      \
    FLOTILLA_EXPORT void pmpi(void);                           \
    void pmpi(void) { flotilla_link_not_started(#mpi); }       \
    extern __typeof(pmpi) mpi __attribute__((weak, alias(#pmpi), visibility("default")));

/* A function that has no other names. */
#define FLOTILLA_LINK_PLAIN(function, name) \
    FLOTILLA_EXPORT void function(void);    \
    void function(void) { flotilla_link_not_started(#name); }

/* The names of its Fortran binding. */
#define FLOTILLA_LINK_FORTRAN(pmpi, mpi, name)                                                         \
    FLOTILLA_EXPORT void pmpi##_(void);                                                                \
    void pmpi##_(void) { flotilla_link_not_started(#name); }                                           \
    extern __typeof(pmpi##_) pmpi##__ __attribute__((weak, alias(#pmpi "_"), visibility("default")));  \
    extern __typeof(pmpi##_) mpi##_ __attribute__((weak, alias(#pmpi "_"), visibility("default")));    \
    extern __typeof(pmpi##_) mpi##__ __attribute__((weak, alias(#pmpi "_"), visibility("default")));

#endif
