! A Fortran program whose variables are all local to procedures without SAVE: its output belongs to the rank that printed it,
! although the ranks share libgfortran's units.
!
! test: ranks 1 4
! test: flotilla-ranks 8
subroutine work()
  use mpi
  implicit none
  integer :: rank, i, ierror
  double precision :: own, total
  character(len=40) :: text
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierror)
  own = rank
  call MPI_Allreduce(own, total, 1, MPI_DOUBLE_PRECISION, MPI_SUM, MPI_COMM_WORLD, ierror)
  write (text, '(a,i0)') 'internal ', rank
  do i = 1, 10
    call MPI_Barrier(MPI_COMM_WORLD, ierror)
    write (*, '(a,i0,a,i0,a,f6.1,1x,a)') 'rank ', rank, ' line ', i, ' total ', total, trim(text)
  end do
  print *, 'rank', rank, 'ends'
end subroutine

program print
  use mpi
  implicit none
  call start()
  call work()
  call finish()
contains
  subroutine start()
    integer :: ierror
    call MPI_Init(ierror)
  end subroutine
  subroutine finish()
    integer :: ierror
    call MPI_Finalize(ierror)
  end subroutine
end program
