/* What the C entry points of MPI are made with, for the face that is being compiled. */
#ifndef FLOTILLA_MPI_ENTRY_H
#define FLOTILLA_MPI_ENTRY_H

#include "flotilla.h"

#ifdef FLOTILLA_FACE_MPICH
#include "mpich_types.h"
#else
#include <mpi.h>
#endif
#include "flotilla_ampi.h"

/* A second name of a function, which the program may define itself: the profiling interface. */
#define FLOTILLA_ALIAS(name, function) \
    extern __typeof(function) name __attribute__((weak, alias(#function), visibility("default")))

/* In which language a callback or an attribute value was given (flotilla.mpi.core.Language). */
#define FLOTILLA_LANGUAGE_C 0
#define FLOTILLA_LANGUAGE_FORTRAN 1
#define FLOTILLA_LANGUAGE_FORTRAN_77 2

/* Where the host puts values of attributes that C gets a pointer to: one place for each predefined attribute, and the last for others. */
extern long flotilla_attribute_values[16];

/* Ends the job: the program called an MPI function that does not exist yet. */
int flotilla_missing(const char *name);

/* A double as arguments are handed over. */
static inline long flotilla_bits(double value) {
    long bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* MPI_UNWEIGHTED and MPI_WEIGHTS_EMPTY as the host knows them, whatever the face. */
static inline const int *flotilla_weights(const int *weights) {
#ifdef FLOTILLA_FACE_MPICH
    return weights == MPI_UNWEIGHTED ? (const int *)10 : weights == MPI_WEIGHTS_EMPTY ? (const int *)11 : weights;
#else
    return weights;
#endif
}

#endif
