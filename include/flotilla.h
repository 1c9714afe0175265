/*
 * What programs may ask of Flotilla beside MPI: the functions of Adaptive MPI (AMPI) for migration and load balancing, which no
 * program needs, as ranks move without them (docs/migration.md). A program written for AMPI is compiled with
 *
 *     flotilla cc -DAMPI -include flotilla.h ...
 */
#ifndef FLOTILLA_PUBLIC_H
#define FLOTILLA_PUBLIC_H

#include <mpi.h>

/* Hints for AMPI_Migrate, as if made by MPI_Info_set with "ampi_load_balance" and "sync" or "async", or with "ampi_checkpoint". */
#define AMPI_INFO_LB_SYNC ((MPI_Info)(long)-101)
#define AMPI_INFO_LB_ASYNC ((MPI_Info)(long)-102)
#define AMPI_INFO_CHKPT_IN_MEMORY ((MPI_Info)(long)-103)

#ifdef __cplusplus
extern "C" {
#endif
#include "flotilla_ampi.h"
#ifdef __cplusplus
}
#endif

#endif
