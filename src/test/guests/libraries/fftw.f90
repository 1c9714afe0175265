! FFTW from Fortran: a two-dimensional transform with the rows spread over the ranks and a transposition by MPI_Alltoall,
! against the transform of the whole on each rank.
!
! test: package libfftw3-dev
! test: flags -I/usr/include -lfftw3
! test: ranks 1 4
! test: flotilla-ranks 64
! test: stealing
program transform
  use, intrinsic :: iso_c_binding
  use mpi
  implicit none
  include 'fftw3.f03'
  integer :: ierr, rank, ranks, n, mine, i, j, p, round, failures, all
  type(C_PTR) :: rows, whole
  complex(C_DOUBLE_COMPLEX), allocatable :: field(:,:), slab(:,:), packed(:,:,:), gathered(:,:,:), reference(:,:)
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, ranks, ierr)
  mine = merge(1, 6, ranks > 16)
  n = ranks * mine
  failures = 0
  allocate(field(n, n), reference(n, n), slab(n, mine), packed(mine, mine, ranks), gathered(mine, mine, ranks))
  whole = fftw_plan_dft_2d(n, n, field, reference, FFTW_FORWARD, FFTW_ESTIMATE)
  rows = fftw_plan_many_dft(1, [n], mine, slab, [n], 1, n, slab, [n], 1, n, FFTW_FORWARD, FFTW_ESTIMATE)
  do round = 1, 2
    do j = 1, n
      do i = 1, n
        field(i, j) = cmplx(sin(0.1d0 * i * j + round), mod(i * 3 + j * 5, 7), C_DOUBLE_COMPLEX)
      end do
    end do
    slab = field(:, rank * mine + 1:(rank + 1) * mine)
    call fftw_execute_dft(whole, field, reference)
    call fftw_execute_dft(rows, slab, slab)
    ! Each rank's block, transposed.
    do p = 1, ranks
      do j = 1, mine
        packed(j, :, p) = slab((p - 1) * mine + 1:p * mine, j)
      end do
    end do
    call MPI_Alltoall(packed, mine * mine, MPI_DOUBLE_COMPLEX, gathered, mine * mine, MPI_DOUBLE_COMPLEX, &
      MPI_COMM_WORLD, ierr)
    do p = 1, ranks
      slab((p - 1) * mine + 1:p * mine, :) = gathered(:, :, p)
    end do
    call fftw_execute_dft(rows, slab, slab)
    if (maxval(abs(transpose(slab) - reference(rank * mine + 1:(rank + 1) * mine, :))) > 1d-9 * n) failures = failures + 1
  end do
  call fftw_destroy_plan(rows)
  call fftw_destroy_plan(whole)
  call MPI_Reduce(failures, all, 1, MPI_INTEGER, MPI_SUM, 0, MPI_COMM_WORLD, ierr)
  if (rank == 0) write(*, '(a, i0, a, i0, a)') 'FFTW in two dimensions of ', n, ': ', all, ' failures'
  call MPI_Finalize(ierr)
  if (failures /= 0) error stop 1
end program
