/* MPI functions that need no host: time, addresses, conversions. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "entry.h"

long flotilla_attribute_values[16];

int flotilla_missing(const char *name) {
    flotilla_trap1(FLOTILLA_OP_MISSING, (long)name);
    return MPI_ERR_OTHER;
}

FLOTILLA_EXPORT double PMPI_Wtime(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
FLOTILLA_ALIAS(MPI_Wtime, PMPI_Wtime);

FLOTILLA_EXPORT double PMPI_Wtick(void) {
    struct timespec tick;
    clock_getres(CLOCK_MONOTONIC, &tick);
    return (double)tick.tv_sec + 1e-9 * (double)tick.tv_nsec;
}
FLOTILLA_ALIAS(MPI_Wtick, PMPI_Wtick);

FLOTILLA_EXPORT MPI_Aint PMPI_Aint_add(MPI_Aint base, MPI_Aint disp) {
    return (MPI_Aint)((unsigned long)base + (unsigned long)disp);
}
FLOTILLA_ALIAS(MPI_Aint_add, PMPI_Aint_add);

FLOTILLA_EXPORT MPI_Aint PMPI_Aint_diff(MPI_Aint addr1, MPI_Aint addr2) {
    return (MPI_Aint)((unsigned long)addr1 - (unsigned long)addr2);
}
FLOTILLA_ALIAS(MPI_Aint_diff, PMPI_Aint_diff);

/* The slot's heap is as good as any memory can be: what lies there moves with the rank. */
FLOTILLA_EXPORT int PMPI_Alloc_mem(MPI_Aint size, MPI_Info info, void *baseptr) {
    (void)info;
    if (size < 0) {
        return MPI_ERR_ARG;
    }
    void *memory = malloc(size > 0 ? (size_t)size : 1);
    *(void **)baseptr = memory;
    return memory != NULL ? MPI_SUCCESS : MPI_ERR_NO_MEM;
}
FLOTILLA_ALIAS(MPI_Alloc_mem, PMPI_Alloc_mem);

FLOTILLA_EXPORT int PMPI_Free_mem(void *base) {
    free(base);
    return MPI_SUCCESS;
}
FLOTILLA_ALIAS(MPI_Free_mem, PMPI_Free_mem);

FLOTILLA_EXPORT int PMPI_Get_address(const void *location, MPI_Aint *address) {
    *address = (MPI_Aint)location;
    return MPI_SUCCESS;
}
FLOTILLA_ALIAS(MPI_Get_address, PMPI_Get_address);

FLOTILLA_EXPORT int PMPI_Address(const void *location, MPI_Aint *address) {
    *address = (MPI_Aint)location;
    return MPI_SUCCESS;
}
FLOTILLA_ALIAS(MPI_Address, PMPI_Address);

FLOTILLA_EXPORT int PMPI_Pcontrol(int level, ...) {
    (void)level;
    return MPI_SUCCESS;
}
FLOTILLA_ALIAS(MPI_Pcontrol, PMPI_Pcontrol);

/* A Fortran status is the C structure as integers, in every face. */

static int convert_status(const void *from, void *to) {
    if (from == (const void *)MPI_STATUS_IGNORE || from == NULL || to == NULL) {
        return MPI_ERR_ARG;
    }
    memcpy(to, from, sizeof(MPI_Status));
    return MPI_SUCCESS;
}

FLOTILLA_EXPORT int PMPI_Status_c2f(const MPI_Status *c_status, MPI_Fint *f_status) {
    return convert_status(c_status, f_status);
}
FLOTILLA_ALIAS(MPI_Status_c2f, PMPI_Status_c2f);

FLOTILLA_EXPORT int PMPI_Status_f2c(const MPI_Fint *f_status, MPI_Status *c_status) {
    return convert_status(f_status, c_status);
}
FLOTILLA_ALIAS(MPI_Status_f2c, PMPI_Status_f2c);

#ifdef FLOTILLA_FACE_MPICH
FLOTILLA_EXPORT int PMPI_Status_c2f08(const MPI_Status *c_status, MPI_F08_status *f08_status) {
    return convert_status(c_status, f08_status);
}
FLOTILLA_ALIAS(MPI_Status_c2f08, PMPI_Status_c2f08);

FLOTILLA_EXPORT int PMPI_Status_f082c(const MPI_F08_status *f08_status, MPI_Status *c_status) {
    return convert_status(f08_status, c_status);
}
FLOTILLA_ALIAS(MPI_Status_f082c, PMPI_Status_f082c);

FLOTILLA_EXPORT int PMPI_Status_f082f(const MPI_F08_status *f08_status, MPI_Fint *f_status) {
    return convert_status(f08_status, f_status);
}
FLOTILLA_ALIAS(MPI_Status_f082f, PMPI_Status_f082f);

FLOTILLA_EXPORT int PMPI_Status_f2f08(const MPI_Fint *f_status, MPI_F08_status *f08_status) {
    return convert_status(f_status, f08_status);
}
FLOTILLA_ALIAS(MPI_Status_f2f08, PMPI_Status_f2f08);
#endif

/* The INTEGER of a Fortran handle is the value of the C handle. */

#define CONVERT(prefix, type)                                          \
    FLOTILLA_EXPORT MPI_Fint PMPI_##prefix##_c2f(type handle) {        \
        return (MPI_Fint)(intptr_t)handle;                             \
    }                                                                  \
    FLOTILLA_ALIAS(MPI_##prefix##_c2f, PMPI_##prefix##_c2f);           \
    FLOTILLA_EXPORT type PMPI_##prefix##_f2c(MPI_Fint handle) {        \
        return (type)(intptr_t)handle;                                 \
    }                                                                  \
    FLOTILLA_ALIAS(MPI_##prefix##_f2c, PMPI_##prefix##_f2c);

#ifdef FLOTILLA_FACE_MPICH
#define CONVERT_INT(prefix, type)
#else
#define CONVERT_INT(prefix, type)                                      \
    FLOTILLA_EXPORT int PMPI_##prefix##_toint(type handle) {           \
        return (int)(intptr_t)handle;                                  \
    }                                                                  \
    FLOTILLA_ALIAS(MPI_##prefix##_toint, PMPI_##prefix##_toint);       \
    FLOTILLA_EXPORT type PMPI_##prefix##_fromint(int handle) {         \
        return (type)(intptr_t)handle;                                 \
    }                                                                  \
    FLOTILLA_ALIAS(MPI_##prefix##_fromint, PMPI_##prefix##_fromint);
#endif

#define CONVERT_BOTH(prefix, type) CONVERT(prefix, type) CONVERT_INT(prefix, type)

CONVERT_BOTH(Comm, MPI_Comm)
CONVERT_BOTH(Type, MPI_Datatype)
CONVERT_BOTH(Group, MPI_Group)
CONVERT_BOTH(Request, MPI_Request)
CONVERT_BOTH(Op, MPI_Op)
CONVERT_BOTH(Info, MPI_Info)
CONVERT_BOTH(Errhandler, MPI_Errhandler)
CONVERT_BOTH(Message, MPI_Message)
CONVERT_BOTH(Win, MPI_Win)
CONVERT_BOTH(File, MPI_File)
CONVERT_BOTH(Session, MPI_Session)
