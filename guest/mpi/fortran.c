/* Fortran's side of MPI, as far as it cannot be generated. */
#include "fortran.h"

#include <string.h>

/* COMMON blocks: the program's own take precedence (symbol resolution: it comes first). */
#ifdef FLOTILLA_FACE_MPICH
FLOTILLA_EXPORT __attribute__((weak)) struct flotilla_mpipriv1 mpipriv1_;
FLOTILLA_EXPORT __attribute__((weak)) struct flotilla_mpipriv2 mpipriv2_;
FLOTILLA_EXPORT __attribute__((weak)) char mpiprivc_[2];
FLOTILLA_EXPORT __attribute__((weak)) MPI_Fint mpifcmb5_;
FLOTILLA_EXPORT __attribute__((weak)) MPI_Fint mpifcmb9_;
#else
FLOTILLA_EXPORT __attribute__((weak)) struct flotilla_sentinels flotilla_sentinels_;
FLOTILLA_EXPORT __attribute__((weak)) char flotilla_sentinels_c_[2];
#endif

/* Functions of Fortran that are no subroutines with an error code. */

#ifdef FLOTILLA_FACE_MPICH
#define OTHER_SPELLINGS(lower, UPPER)      \
    FLOTILLA_ALIAS(lower##__, lower##_);   \
    FLOTILLA_ALIAS(lower, lower##_);       \
    FLOTILLA_ALIAS(UPPER, lower##_)
#else
#define OTHER_SPELLINGS(lower, UPPER) FLOTILLA_ALIAS(lower##__, lower##_)
#endif

/* The names mpi_x_ and pmpi_x_ of one C function. */
#define BOTH(lower, UPPER, result, parameters, call, Name)                                          \
    FLOTILLA_EXPORT result pmpi_##lower##_ parameters;                                              \
    FLOTILLA_EXPORT __attribute__((weak)) result mpi_##lower##_ parameters;                         \
    result pmpi_##lower##_ parameters { return P##Name call; }                                      \
    result mpi_##lower##_ parameters { return Name call; }                                          \
    OTHER_SPELLINGS(pmpi_##lower, PMPI_##UPPER);                                                    \
    OTHER_SPELLINGS(mpi_##lower, MPI_##UPPER)

BOTH(wtime, WTIME, double, (void), (), MPI_Wtime);
BOTH(wtick, WTICK, double, (void), (), MPI_Wtick);
BOTH(aint_add, AINT_ADD, MPI_Aint, (MPI_Aint *base, MPI_Aint *disp), (*base, *disp), MPI_Aint_add);
BOTH(aint_diff, AINT_DIFF, MPI_Aint, (MPI_Aint *addr1, MPI_Aint *addr2), (*addr1, *addr2), MPI_Aint_diff);

#define PCONTROL(name, UPPER, Name)                          \
    FLOTILLA_EXPORT void name##_(MPI_Fint *level);           \
    void name##_(MPI_Fint *level) { Name(*level); }          \
    OTHER_SPELLINGS(name, UPPER)

PCONTROL(pmpi_pcontrol, PMPI_PCONTROL, PMPI_Pcontrol);
PCONTROL(mpi_pcontrol, MPI_PCONTROL, MPI_Pcontrol);

/* MPI_F_sync_reg: a call that the compiler cannot look into, so that it keeps no variable in a register across it. */
#define SYNC_REG(name, UPPER)                  \
    FLOTILLA_EXPORT void name##_(void *buf);   \
    void name##_(void *buf) { (void)buf; }     \
    OTHER_SPELLINGS(name, UPPER)

SYNC_REG(pmpi_f_sync_reg, PMPI_F_SYNC_REG);
SYNC_REG(mpi_f_sync_reg, MPI_F_SYNC_REG);

/* Predefined attribute functions. They are usually told by their addresses, but a program may call them as well. */

#ifdef FLOTILLA_FACE_MPICH
#define PREDEFINED(lower, UPPER)           \
    OTHER_SPELLINGS(lower, UPPER);         \
    FLOTILLA_ALIAS(p##lower##_, lower##_); \
    OTHER_SPELLINGS(p##lower, P##UPPER)
#else
#define PREDEFINED(lower, UPPER) OTHER_SPELLINGS(lower, UPPER)
#endif

#define NULL_COPY(lower, UPPER, integer)                                                                              \
    FLOTILLA_EXPORT void lower##_(MPI_Fint *, MPI_Fint *, integer *, integer *, integer *, MPI_Fint *, MPI_Fint *);   \
    void lower##_(MPI_Fint *handle, MPI_Fint *keyval, integer *extra_state, integer *in, integer *out,                \
                  MPI_Fint *flag, MPI_Fint *ierror) {                                                                 \
        (void)handle, (void)keyval, (void)extra_state, (void)in, (void)out;                                           \
        *flag = 0;                                                                                                    \
        *ierror = MPI_SUCCESS;                                                                                        \
    }                                                                                                                 \
    PREDEFINED(lower, UPPER)

#define DUP(lower, UPPER, integer)                                                                                    \
    FLOTILLA_EXPORT void lower##_(MPI_Fint *, MPI_Fint *, integer *, integer *, integer *, MPI_Fint *, MPI_Fint *);   \
    void lower##_(MPI_Fint *handle, MPI_Fint *keyval, integer *extra_state, integer *in, integer *out,                \
                  MPI_Fint *flag, MPI_Fint *ierror) {                                                                 \
        (void)handle, (void)keyval, (void)extra_state;                                                                \
        *out = *in;                                                                                                   \
        *flag = 1;                                                                                                    \
        *ierror = MPI_SUCCESS;                                                                                        \
    }                                                                                                                 \
    PREDEFINED(lower, UPPER)

#define NULL_DELETE(lower, UPPER, integer)                                                                            \
    FLOTILLA_EXPORT void lower##_(MPI_Fint *, MPI_Fint *, integer *, integer *, MPI_Fint *);                          \
    void lower##_(MPI_Fint *handle, MPI_Fint *keyval, integer *value, integer *extra_state, MPI_Fint *ierror) {       \
        (void)handle, (void)keyval, (void)value, (void)extra_state;                                                   \
        *ierror = MPI_SUCCESS;                                                                                        \
    }                                                                                                                 \
    PREDEFINED(lower, UPPER)

NULL_COPY(mpi_null_copy_fn, MPI_NULL_COPY_FN, MPI_Fint);
DUP(mpi_dup_fn, MPI_DUP_FN, MPI_Fint);
NULL_DELETE(mpi_null_delete_fn, MPI_NULL_DELETE_FN, MPI_Fint);
NULL_COPY(mpi_comm_null_copy_fn, MPI_COMM_NULL_COPY_FN, MPI_Aint);
DUP(mpi_comm_dup_fn, MPI_COMM_DUP_FN, MPI_Aint);
NULL_DELETE(mpi_comm_null_delete_fn, MPI_COMM_NULL_DELETE_FN, MPI_Aint);
NULL_COPY(mpi_type_null_copy_fn, MPI_TYPE_NULL_COPY_FN, MPI_Aint);
DUP(mpi_type_dup_fn, MPI_TYPE_DUP_FN, MPI_Aint);
NULL_DELETE(mpi_type_null_delete_fn, MPI_TYPE_NULL_DELETE_FN, MPI_Aint);
NULL_COPY(mpi_win_null_copy_fn, MPI_WIN_NULL_COPY_FN, MPI_Aint);
DUP(mpi_win_dup_fn, MPI_WIN_DUP_FN, MPI_Aint);
NULL_DELETE(mpi_win_null_delete_fn, MPI_WIN_NULL_DELETE_FN, MPI_Aint);

FLOTILLA_EXPORT void mpi_conversion_fn_null_(void);
void mpi_conversion_fn_null_(void) {}
PREDEFINED(mpi_conversion_fn_null, MPI_CONVERSION_FN_NULL);

#define IS(name) (function == (flotilla_f_function *)name)

flotilla_f_function *flotilla_f_copy_function(flotilla_f_function *function) {
    if (IS(mpi_null_copy_fn_) || IS(mpi_comm_null_copy_fn_) || IS(mpi_type_null_copy_fn_) || IS(mpi_win_null_copy_fn_)) {
        return NULL;
    }
    if (IS(mpi_dup_fn_) || IS(mpi_comm_dup_fn_) || IS(mpi_type_dup_fn_) || IS(mpi_win_dup_fn_)) {
        return (flotilla_f_function *)1;
    }
    return function;
}

flotilla_f_function *flotilla_f_delete_function(flotilla_f_function *function) {
    if (IS(mpi_null_delete_fn_) || IS(mpi_comm_null_delete_fn_) || IS(mpi_type_null_delete_fn_)
            || IS(mpi_win_null_delete_fn_)) {
        return NULL;
    }
    return function;
}

void *flotilla_f_room(long bytes) {
    void *room = malloc(bytes > 0 ? (size_t)bytes : 1);
    if (room == NULL) {
        flotilla_abort("out of memory for the arguments of an MPI call");
    }
    return room;
}

char *flotilla_f_string(const char *text, size_t length) {
    while (length > 0 && text[length - 1] == ' ') {
        length--;
    }
    char *copy = flotilla_f_room((long)length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *flotilla_f_info_string(const char *text, size_t length) {
    while (length > 0 && text[0] == ' ') {
        text++;
        length--;
    }
    return flotilla_f_string(text, length);
}

void flotilla_f_string_out(char *to, size_t length, const char *text) {
    size_t used = strlen(text);
    used = used < length ? used : length;
    memcpy(to, text, used);
    memset(to + used, ' ', length - used);
}

MPI_Aint *flotilla_f_addresses(const MPI_Fint *addresses, int count) {
    MPI_Aint *wide = flotilla_f_room((long)count * (long)sizeof *wide);
    for (int i = 0; i < count; i++) {
        wide[i] = addresses[i];
    }
    return wide;
}

void **flotilla_f_handles(const MPI_Fint *handles, int count) {
    void **wide = flotilla_f_room((long)count * (long)sizeof *wide);
    for (int i = 0; i < count; i++) {
        wide[i] = (void *)(intptr_t)handles[i];
    }
    return wide;
}

void flotilla_f_handles_out(MPI_Fint *to, void **handles, int count) {
    for (int i = 0; i < count; i++) {
        to[i] = (MPI_Fint)(intptr_t)handles[i];
    }
    free(handles);
}

int flotilla_f_peers(MPI_Fint comm) {
    int inter = 0;
    int size = 0;
    PMPI_Comm_test_inter(FLOTILLA_F2C(MPI_Comm, comm), &inter);
    if (inter) {
        PMPI_Comm_remote_size(FLOTILLA_F2C(MPI_Comm, comm), &size);
    } else {
        PMPI_Comm_size(FLOTILLA_F2C(MPI_Comm, comm), &size);
    }
    return size;
}

/* Neighbours that a process receives from and sends to. */
static void degrees(MPI_Fint handle, int *in, int *out) {
    MPI_Comm comm = FLOTILLA_F2C(MPI_Comm, handle);
    int topology = MPI_UNDEFINED;
    int count = 0;
    PMPI_Topo_test(comm, &topology);
    if (topology == MPI_CART) {
        PMPI_Cartdim_get(comm, &count);
        *in = *out = 2 * count;
    } else if (topology == MPI_GRAPH) {
        int rank = 0;
        PMPI_Comm_rank(comm, &rank);
        PMPI_Graph_neighbors_count(comm, rank, &count);
        *in = *out = count;
    } else if (topology == MPI_DIST_GRAPH) {
        PMPI_Dist_graph_neighbors_count(comm, in, out, &count);
    }
}

int flotilla_f_indegree(MPI_Fint comm) {
    int in = 0;
    int out = 0;
    degrees(comm, &in, &out);
    return in;
}

int flotilla_f_outdegree(MPI_Fint comm) {
    int in = 0;
    int out = 0;
    degrees(comm, &in, &out);
    return out;
}

#ifndef FLOTILLA_FACE_MPICH
/* MPI_Sizeof of our module: one procedure for each type; the first argument is an array descriptor. */
#define SIZEOF(type, bytes)                                                                             \
    FLOTILLA_EXPORT void flotilla_sizeof_##type##_(const void *, MPI_Fint *, MPI_Fint *);               \
    void flotilla_sizeof_##type##_(const void *x, MPI_Fint *size, MPI_Fint *ierror) {                   \
        (void)x;                                                                                        \
        *size = (bytes);                                                                                \
        *ierror = MPI_SUCCESS;                                                                          \
    }

SIZEOF(character, 1)
SIZEOF(logical, 4)
SIZEOF(integer1, 1)
SIZEOF(integer2, 2)
SIZEOF(integer4, 4)
SIZEOF(integer8, 8)
SIZEOF(real4, 4)
SIZEOF(real8, 8)
SIZEOF(real10, 16)
SIZEOF(real16, 16)
SIZEOF(complex4, 8)
SIZEOF(complex8, 16)
SIZEOF(complex10, 32)
SIZEOF(complex16, 32)
#endif
