/* Types of MPICH's ABI: what its entry points take. Programs are compiled with MPICH's own mpi.h. */
#ifndef FLOTILLA_MPICH_TYPES_H
#define FLOTILLA_MPICH_TYPES_H

#include "mpich_abi.h"

typedef long MPI_Aint;
typedef long MPI_Offset;
typedef long MPI_Count;
typedef int MPI_Fint;

typedef int MPI_Comm;
typedef int MPI_Datatype;
typedef int MPI_Errhandler;
typedef int MPI_Group;
typedef int MPI_Info;
typedef int MPI_Message;
typedef int MPI_Op;
typedef int MPI_Request;
typedef int MPI_Session;
typedef int MPI_Win;
typedef struct ADIOI_FileD *MPI_File;

typedef struct MPI_Status {
    int count_lo;
    int count_hi_and_cancelled;
    int MPI_SOURCE;
    int MPI_TAG;
    int MPI_ERROR;
} MPI_Status;

typedef MPI_Status MPI_F08_status;

_Static_assert(sizeof(MPI_Status) == 20, "MPI_Status differs from MpichAbi.java");

#define MPI_SUCCESS 0
#define MPI_ERR_ARG 12
#define MPI_ERR_OTHER 15
#define MPI_ERR_NO_MEM 34
/* In MPICH a variable of the library. */
extern void *const MPI_T_PVAR_ALL_HANDLES __attribute__((visibility("default")));
#define MPI_T_ERR_NOT_INITIALIZED 60
#define MPI_T_ERR_INVALID_INDEX 62
#define MPI_T_ERR_INVALID_HANDLE 64
#define MPI_T_ERR_INVALID_SESSION 67
#define MPI_T_ERR_INVALID_NAME 73
#define MPI_BOTTOM ((void *)0)
#define MPI_IN_PLACE ((void *)-1)
#define MPI_STATUS_IGNORE ((MPI_Status *)1)
#define MPI_STATUSES_IGNORE ((MPI_Status *)1)
extern int *const MPI_UNWEIGHTED;
extern int *const MPI_WEIGHTS_EMPTY;

/* Callbacks: their types matter to nobody here. */
typedef void MPII_Proxy(void);
typedef void MPI_User_function(void);
typedef void MPI_Handler_function(void);
typedef void MPI_Comm_errhandler_function(void);
typedef void MPI_Win_errhandler_function(void);
typedef void MPI_File_errhandler_function(void);
typedef void MPI_Session_errhandler_function(void);
typedef void MPI_Copy_function(void);
typedef void MPI_Delete_function(void);
typedef void MPI_Comm_copy_attr_function(void);
typedef void MPI_Comm_delete_attr_function(void);
typedef void MPI_Type_copy_attr_function(void);
typedef void MPI_Type_delete_attr_function(void);
typedef void MPI_Win_copy_attr_function(void);
typedef void MPI_Win_delete_attr_function(void);
typedef void MPI_Grequest_query_function(void);
typedef void MPI_Grequest_free_function(void);
typedef void MPI_Grequest_cancel_function(void);
typedef void MPI_Datarep_conversion_function(void);
typedef void MPI_Datarep_extent_function(void);

typedef void *MPI_T_enum;
typedef void *MPI_T_cvar_handle;
typedef void *MPI_T_pvar_handle;
typedef void *MPI_T_pvar_session;
typedef void *MPI_T_event_registration;
typedef void *MPI_T_event_instance;
typedef int MPI_T_cb_safety;
typedef int MPI_T_source_order;
typedef void MPI_T_event_cb_function(void);
typedef void MPI_T_event_free_cb_function(void);
typedef void MPI_T_event_dropped_cb_function(void);

#endif
