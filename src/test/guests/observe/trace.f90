! Calls of MPI from Fortran for a trace.
program trace
   use mpi
   implicit none
   integer :: rank, error, value, requests(1), status(MPI_STATUS_SIZE)
   call MPI_Init(error)
   call MPI_Comm_rank(MPI_COMM_WORLD, rank, error)
   value = rank
   call MPI_Allreduce(MPI_IN_PLACE, value, 1, MPI_INTEGER, MPI_SUM, MPI_COMM_WORLD, error)
   call MPI_Comm_set_name(MPI_COMM_WORLD, 'all  ', error)
   call MPI_Irecv(value, 1, MPI_DOUBLE_PRECISION, MPI_PROC_NULL, 3, MPI_COMM_WORLD, requests(1), error)
   call MPI_Wait(requests(1), status, error)
   call MPI_Finalize(error)
end program
