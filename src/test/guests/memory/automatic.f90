! Automatic arrays of six megabytes on the stack, in two ranks' hands at once.
! test: ranks 1 4
! test: flotilla-ranks 16
! test: stealing
! test: flags -fstack-arrays
program automatic
  use mpi
  implicit none
  integer :: rank, error, failures, all
  call MPI_Init(error)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, error)
  failures = 0
  call work(750 * 1024)
  call MPI_Allreduce(failures, all, 1, MPI_INTEGER, MPI_SUM, MPI_COMM_WORLD, error)
  if (rank == 0) print '(a,i0,a)', 'automatic: ', all, ' failures'
  call MPI_Finalize(error)
contains
  subroutine work(n)
    integer, intent(in) :: n
    real(8) :: values(n)
    integer :: i
    do i = 1, n
      values(i) = real(rank + 1, 8) * i
    end do
    call MPI_Barrier(MPI_COMM_WORLD, error)
    if (abs(sum(values) - real(rank + 1, 8) * n * (n + 1.0d0) / 2) > 1.0d-6 * n) failures = failures + 1
    call MPI_Barrier(MPI_COMM_WORLD, error)
    if (values(n) /= real(rank + 1, 8) * n) failures = failures + 1
  end subroutine
end program
