! STOP and exit with codes in each rank, after MPI_Finalize; what was written before is complete. The job's status is the bits of all.
!
! test: ranks 1 4
! test: flotilla-ranks 64
! test: stealing
! test: exit 6
program ends
  use mpi
  implicit none
  integer :: error, rank
  call MPI_Init(error)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, error)
  call MPI_Barrier(MPI_COMM_WORLD, error)
  call MPI_Finalize(error)
  write (*, '(a, i0)') 'the last line of rank ', rank
  select case (mod(rank, 3))
  case (0)
    call exit(6)
  case (1)
    stop 2
  case default
    stop
  end select
end program
