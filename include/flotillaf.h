! flotilla.h for Fortran, fixed and free form: hints for AMPI_MIGRATE.
      integer AMPI_INFO_LB_SYNC
      parameter (AMPI_INFO_LB_SYNC=-101)
      integer AMPI_INFO_LB_ASYNC
      parameter (AMPI_INFO_LB_ASYNC=-102)
      integer AMPI_INFO_CHKPT_IN_MEMORY
      parameter (AMPI_INFO_CHKPT_IN_MEMORY=-103)
