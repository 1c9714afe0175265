/* What the Fortran entry points of MPI are made with. */
#ifndef FLOTILLA_MPI_FORTRAN_H
#define FLOTILLA_MPI_FORTRAN_H

#include <stdlib.h>

#include "entry.h"

#ifdef FLOTILLA_FACE_MPICH
/* The prototypes that mpi.h gives in the standard face. */
#include "mpich_prototypes.h"
#endif

#define FLOTILLA_F2C(type, handle) ((type)(intptr_t)(handle))
#define FLOTILLA_C2F(handle) ((MPI_Fint)(intptr_t)(handle))

/*
 * Fortran's MPI_BOTTOM, MPI_IN_PLACE, MPI_STATUS_IGNORE... are variables in COMMON blocks, told by their addresses. The
 * blocks are the program's own when it has them: ours are for programs that do not, and must lose to theirs.
 */
#ifdef FLOTILLA_FACE_MPICH
struct flotilla_mpipriv1 {
    MPI_Fint bottom;
    MPI_Fint in_place;
    MPI_Fint status_ignore[5];
};
struct flotilla_mpipriv2 {
    MPI_Fint statuses_ignore[5];
    MPI_Fint errcodes_ignore[1];
};
extern struct flotilla_mpipriv1 mpipriv1_;
extern struct flotilla_mpipriv2 mpipriv2_;
extern char mpiprivc_[2];
extern MPI_Fint mpifcmb5_; /* MPI_UNWEIGHTED */
extern MPI_Fint mpifcmb9_; /* MPI_WEIGHTS_EMPTY */

#define FLOTILLA_F_BOTTOM (&mpipriv1_.bottom)
#define FLOTILLA_F_IN_PLACE (&mpipriv1_.in_place)
#define FLOTILLA_F_STATUS_IGNORE (mpipriv1_.status_ignore)
#define FLOTILLA_F_STATUSES_IGNORE (mpipriv2_.statuses_ignore)
#define FLOTILLA_F_UNWEIGHTED (&mpifcmb5_)
#define FLOTILLA_F_WEIGHTS_EMPTY (&mpifcmb9_)
#else
/* The order of mpif.h and of the module. */
struct flotilla_sentinels {
    MPI_Fint bottom;
    MPI_Fint in_place;
    MPI_Fint buffer_automatic;
    MPI_Fint unweighted[1];
    MPI_Fint weights_empty[1];
    MPI_Fint errcodes_ignore[1];
    MPI_Fint status_ignore[MPI_F_STATUS_SIZE];
    MPI_Fint statuses_ignore[MPI_F_STATUS_SIZE];
};
extern struct flotilla_sentinels flotilla_sentinels_;
extern char flotilla_sentinels_c_[2];

#define FLOTILLA_F_BOTTOM (&flotilla_sentinels_.bottom)
#define FLOTILLA_F_IN_PLACE (&flotilla_sentinels_.in_place)
#define FLOTILLA_F_STATUS_IGNORE (flotilla_sentinels_.status_ignore)
#define FLOTILLA_F_STATUSES_IGNORE (flotilla_sentinels_.statuses_ignore)
#define FLOTILLA_F_UNWEIGHTED (flotilla_sentinels_.unweighted)
#define FLOTILLA_F_WEIGHTS_EMPTY (flotilla_sentinels_.weights_empty)
#endif

typedef void flotilla_f_function(void);

static inline void *flotilla_f_buffer(void *buffer) {
    if (buffer == FLOTILLA_F_IN_PLACE) {
        return MPI_IN_PLACE;
    }
#ifndef FLOTILLA_FACE_MPICH
    if (buffer == &flotilla_sentinels_.buffer_automatic) {
        return MPI_BUFFER_AUTOMATIC;
    }
#endif
    return buffer == FLOTILLA_F_BOTTOM ? MPI_BOTTOM : buffer;
}

static inline MPI_Status *flotilla_f_status(MPI_Fint *status) {
    return status == FLOTILLA_F_STATUS_IGNORE ? MPI_STATUS_IGNORE : (MPI_Status *)status;
}

static inline MPI_Status *flotilla_f_statuses(MPI_Fint *statuses) {
    return statuses == FLOTILLA_F_STATUSES_IGNORE ? MPI_STATUSES_IGNORE : (MPI_Status *)statuses;
}

static inline int *flotilla_f_weights(MPI_Fint *weights) {
    return weights == FLOTILLA_F_UNWEIGHTED ? MPI_UNWEIGHTED : weights == FLOTILLA_F_WEIGHTS_EMPTY ? MPI_WEIGHTS_EMPTY : weights;
}

/* The C value of Fortran's predefined attribute functions: 0 for the null functions, 1 for those that copy; others unchanged. */
flotilla_f_function *flotilla_f_copy_function(flotilla_f_function *function);
flotilla_f_function *flotilla_f_delete_function(flotilla_f_function *function);

/* Temporaries on the heap, which the caller frees. Room for at least one byte or element; out of memory ends the job. */
void *flotilla_f_room(long bytes);
char *flotilla_f_string(const char *text, size_t length); /* without blanks at the end */
char *flotilla_f_info_string(const char *text, size_t length); /* without blanks at both ends (MPI-3.1 chapter 9) */
MPI_Aint *flotilla_f_addresses(const MPI_Fint *addresses, int count);
void **flotilla_f_handles(const MPI_Fint *handles, int count);

/* Copies handles back, and frees them. */
void flotilla_f_handles_out(MPI_Fint *to, void **handles, int count);

/* Copies a C string, cut or padded with blanks. */
void flotilla_f_string_out(char *to, size_t length, const char *text);

/* How many partners a process has in an all-to-all call, or in a neighbourhood call. */
int flotilla_f_peers(MPI_Fint comm);
int flotilla_f_indegree(MPI_Fint comm);
int flotilla_f_outdegree(MPI_Fint comm);

#endif
