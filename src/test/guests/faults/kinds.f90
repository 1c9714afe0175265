! Ways to fail that Fortran has. Run by FaultTest.
! test: flags -fcheck=bounds
module heat
  implicit none
contains
  subroutine step(field, n)
    integer, intent(in) :: n
    real, intent(inout) :: field(n)
    integer :: i
    i = n + 4
    field(i) = 1.0
  end subroutine step

  subroutine divide(n)
    integer, intent(in) :: n
    print *, 7 / n
  end subroutine divide
end module heat

program kinds
  use mpi
  use heat
  implicit none
  integer :: rank, ierror
  character(len=32) :: how
  real :: field(8)
  call MPI_Init(ierror)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierror)
  call get_command_argument(1, how)
  call MPI_Barrier(MPI_COMM_WORLD, ierror)
  if (rank == 2) then
    if (how == 'bounds') call step(field, size(field))
    if (how == 'divide') call divide(rank - 2)
    if (how == 'outside') call outside(rank - 2)
  end if
  call MPI_Barrier(MPI_COMM_WORLD, ierror)
  call MPI_Finalize(ierror)
end program kinds

subroutine outside(n)
  integer, intent(in) :: n
  print *, 9 / n
end subroutine outside
