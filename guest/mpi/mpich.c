/* What MPICH's headers and its C++ library refer to besides MPI functions. */
#ifdef FLOTILLA_FACE_MPICH
#include "fortran.h"

static int unweighted;
static int weights_empty;
FLOTILLA_EXPORT int *const MPI_UNWEIGHTED = &unweighted;
FLOTILLA_EXPORT int *const MPI_WEIGHTS_EMPTY = &weights_empty;

/* MPI_STATUS_IGNORE of mpif.h, for C (MPI-3.1 section 17.2.5). */
FLOTILLA_EXPORT MPI_Fint *MPI_F_STATUS_IGNORE = mpipriv1_.status_ignore;
FLOTILLA_EXPORT MPI_Fint *MPI_F_STATUSES_IGNORE = mpipriv2_.statuses_ignore;

FLOTILLA_EXPORT MPI_F08_status MPIR_F08_MPI_STATUS_IGNORE_OBJ;
FLOTILLA_EXPORT MPI_F08_status MPIR_F08_MPI_STATUSES_IGNORE_OBJ[1];
FLOTILLA_EXPORT int MPIR_F08_MPI_IN_PLACE;
FLOTILLA_EXPORT int MPIR_F08_MPI_BOTTOM;
FLOTILLA_EXPORT MPI_F08_status *MPI_F08_STATUS_IGNORE = &MPIR_F08_MPI_STATUS_IGNORE_OBJ;
FLOTILLA_EXPORT MPI_F08_status *MPI_F08_STATUSES_IGNORE = MPIR_F08_MPI_STATUSES_IGNORE_OBJ;

static int all_handles;
FLOTILLA_EXPORT void *const MPI_T_PVAR_ALL_HANDLES = &all_handles;

/* MPI_DUP_FN in MPICH's mpi.h. */
FLOTILLA_EXPORT int MPIR_Dup_fn(MPI_Comm comm, int keyval, void *extra_state, void *value_in, void *value_out, int *flag);
int MPIR_Dup_fn(MPI_Comm comm, int keyval, void *extra_state, void *value_in, void *value_out, int *flag) {
    (void)comm, (void)keyval, (void)extra_state;
    *(void **)value_out = value_in;
    *flag = 1;
    return MPI_SUCCESS;
}

/* Fortran programs call these before MPI_Init when their compiler cannot share COMMON blocks; here there is nothing to learn. */
FLOTILLA_EXPORT int MPIR_F_NeedInit;
FLOTILLA_EXPORT void mpirinitf_(void);
void mpirinitf_(void) {}
FLOTILLA_EXPORT void mpirinitc_(void);
void mpirinitc_(void) {}

/*
 * Procedures of MPICH's module mpi that programs call under gfortran's names: MPI_Sizeof, and the comparisons of handle
 * types, which are structures of one INTEGER.
 */
#define SIZEOF(specific, bytes)                                                                         \
    FLOTILLA_EXPORT void __mpi_sizeofs_MOD_mpi_sizeof_##specific(void *, MPI_Fint *, MPI_Fint *);       \
    void __mpi_sizeofs_MOD_mpi_sizeof_##specific(void *x, MPI_Fint *size, MPI_Fint *ierror) {           \
        (void)x;                                                                                        \
        *size = (bytes);                                                                                \
        *ierror = MPI_SUCCESS;                                                                          \
    }
#define SIZEOF_BOTH(specific, bytes) SIZEOF(specific, bytes) SIZEOF(specific##v, bytes)

SIZEOF_BOTH(ch, 1)
SIZEOF_BOTH(l, 4)
SIZEOF_BOTH(i, 4)
SIZEOF_BOTH(i1, 1)
SIZEOF_BOTH(i2, 2)
SIZEOF_BOTH(i8, 8)
SIZEOF_BOTH(r, 4)
SIZEOF_BOTH(d, 8)
SIZEOF_BOTH(cx, 8)

#define COMPARE(type)                                                                                   \
    FLOTILLA_EXPORT MPI_Fint __mpi_constants_MOD_##type##eq(const MPI_Fint *, const MPI_Fint *);        \
    MPI_Fint __mpi_constants_MOD_##type##eq(const MPI_Fint *left, const MPI_Fint *right) {              \
        return *left == *right;                                                                         \
    }                                                                                                   \
    FLOTILLA_EXPORT MPI_Fint __mpi_constants_MOD_##type##neq(const MPI_Fint *, const MPI_Fint *);       \
    MPI_Fint __mpi_constants_MOD_##type##neq(const MPI_Fint *left, const MPI_Fint *right) {             \
        return *left != *right;                                                                         \
    }

COMPARE(comm)
COMPARE(datatype)
COMPARE(errhandler)
COMPARE(file)
COMPARE(group)
COMPARE(info)
COMPARE(message)
COMPARE(op)
COMPARE(request)
COMPARE(win)
#else
typedef int flotilla_not_mpich;
#endif
