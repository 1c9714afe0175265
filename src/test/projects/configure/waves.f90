! The same from Fortran, with the signals made on rank 0.
program waves
  use mpi
  implicit none
  integer, external :: strongest
  integer :: ierr, rank, ranks, i, n, found, expected
  real(kind(1d0)), allocatable :: all(:), signal(:)
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, ranks, ierr)
  n = 96
  allocate(all(merge(n * ranks, 0, rank == 0)), signal(n))
  if (rank == 0) all = [(cos(2 * acos(-1d0) * (5 + (i - 1) / n) * mod(i - 1, n) / n), i = 1, n * ranks)]
  call MPI_Scatter(all, n, MPI_DOUBLE_PRECISION, signal, n, MPI_DOUBLE_PRECISION, 0, MPI_COMM_WORLD, ierr)
  found = strongest(n, signal)
  expected = 5 + rank
  print '(a, i0, a, i0, a, i0)', 'rank ', rank, ': ', found, ', expected ', expected
  call MPI_Finalize(ierr)
  if (found /= expected) error stop 1
end program
