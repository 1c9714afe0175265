! LAPACK from Fortran: least squares and singular values of another size on each rank, and an XERBLA of the program's own,
! which the library must call instead of its own, in the rank whose argument was wrong.
!
! test: package libopenblas0-pthread
! test: flags -l:libopenblas.so.0
! test: environment OPENBLAS_NUM_THREADS=1
! test: ranks 1 4
! test: flotilla-ranks 64
! test: stealing
module complaints
  implicit none
  integer :: calls = 0, parameter_number = 0
  character(len=6) :: routine = ' '
end module

subroutine xerbla(name, info)
  use complaints
  implicit none
  character(len=*) :: name
  integer :: info
  calls = calls + 1
  routine = name
  parameter_number = info
end subroutine

program lapack
  use mpi
  use complaints
  implicit none
  integer, parameter :: real64 = kind(1d0)
  integer :: ierr, rank, ranks, m, n, i, j, k, info, failures, all
  real(real64), allocatable :: a(:,:), b(:,:), s(:), u(:,:), vt(:,:), work(:), x(:)
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, ranks, ierr)
  failures = 0
  do k = 1, 3
    n = 6 + mod(rank, 5) + k
    m = 3 * n
    allocate(a(m, n), b(m, 1), x(n), s(n), u(m, n), vt(n, n), work(20 * m))
    do j = 1, n
      do i = 1, m
        a(i, j) = cos(0.37d0 * i * j + rank) + merge(4d0, 0d0, i == j)
      end do
      x(j) = j + rank
    end do
    b(:, 1) = matmul(a, x)
    call MPI_Barrier(MPI_COMM_WORLD, ierr)
    call dgels('N', m, n, 1, a, m, b, m, work, size(work), info)
    if (info /= 0 .or. maxval(abs(b(1:n, 1) - x)) > 1d-8) failures = failures + 1
    do j = 1, n
      do i = 1, m
        a(i, j) = merge(dble(j + rank), 0d0, i == j)
      end do
    end do
    call MPI_Barrier(MPI_COMM_WORLD, ierr)
    call dgesvd('S', 'S', m, n, a, m, s, u, m, vt, n, work, size(work), info)
    if (info /= 0) failures = failures + 1
    do i = 1, n
      if (abs(s(i) - (n + 1 - i + rank)) > 1d-10) failures = failures + 1
    end do
    deallocate(a, b, x, s, u, vt, work)
  end do
  ! Even ranks pass a bad order, odd ones a bad leading dimension.
  allocate(a(2, 2), b(2, 1))
  a = 1
  b = 1
  call MPI_Barrier(MPI_COMM_WORLD, ierr)
  if (mod(rank, 2) == 0) then
    call dpotrf('U', -1, a, 2, info)
  else
    call dgetrf(2, 2, a, 1, [0, 0], info)
  end if
  call MPI_Barrier(MPI_COMM_WORLD, ierr)
  write(*, '(a, i0, a, i0, 3a, i0, a, i0)') 'rank ', rank, ': ', calls, ' complaint of ', trim(routine), &
    ' about parameter ', parameter_number, ', info ', info
  call MPI_Reduce(failures, all, 1, MPI_INTEGER, MPI_SUM, 0, MPI_COMM_WORLD, ierr)
  if (rank == 0) write(*, '(a, i0, a)') 'LAPACK: ', all, ' failures'
  call MPI_Finalize(ierr)
  if (failures /= 0) error stop 1
end program
