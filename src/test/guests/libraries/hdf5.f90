! HDF5 from Fortran: the interface is opened, used and closed by each rank at another time, with a file per rank.
!
! test: package libhdf5-dev
! test: flags -I/usr/include/hdf5/serial -L/usr/lib/x86_64-linux-gnu/hdf5/serial -lhdf5_fortran
! test: ranks 1 4
! test: flotilla-ranks 64
! test: stealing
program files
  use mpi
  use hdf5
  implicit none
  integer, parameter :: real64 = kind(1d0)
  integer :: ierr, error, rank, ranks, i, round, failures, all, unit
  integer(hid_t) :: file, space, set, part
  integer(hsize_t) :: shape(2), offset(2), count(2)
  integer(size_t) :: open_objects
  real(real64), allocatable :: field(:,:), again(:,:)
  character(len=80) :: path
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, ranks, ierr)
  failures = 0
  write(path, '(a, i0, a)') 'flotilla-test-', rank, '.h5'
  do round = 1, 2
    call h5open_f(error)
    shape = [7_hsize_t + mod(rank, 5), 6_hsize_t]
    allocate(field(shape(1), shape(2)), again(shape(1), shape(2)))
    do i = 1, int(shape(2))
      field(:, i) = rank + 0.5d0 * i + round
    end do
    call h5fcreate_f(trim(path), H5F_ACC_TRUNC_F, file, error)
    call check(error == 0)
    call h5screate_simple_f(2, shape, space, error)
    call h5dcreate_f(file, 'field', H5T_NATIVE_DOUBLE, space, set, error)
    call MPI_Barrier(MPI_COMM_WORLD, ierr)
    ! Column by column, with the ranks in between.
    do i = 1, int(shape(2))
      offset = [0_hsize_t, int(i - 1, hsize_t)]
      count = [shape(1), 1_hsize_t]
      call h5sselect_hyperslab_f(space, H5S_SELECT_SET_F, offset, count, error)
      call h5screate_simple_f(2, count, part, error)
      call h5dwrite_f(set, H5T_NATIVE_DOUBLE, field(:, i), count, error, part, space)
      call check(error == 0)
      call h5sclose_f(part, error)
      call MPI_Barrier(MPI_COMM_WORLD, ierr)
    end do
    call h5dclose_f(set, error)
    call h5sclose_f(space, error)
    call h5fclose_f(file, error)
    call h5fopen_f(trim(path), H5F_ACC_RDONLY_F, file, error)
    call h5dopen_f(file, 'field', set, error)
    call h5dread_f(set, H5T_NATIVE_DOUBLE, again, shape, error)
    call check(error == 0 .and. all_equal(field, again))
    call h5fget_obj_count_f(file, H5F_OBJ_ALL_F, open_objects, error)
    call check(open_objects == 2)
    call h5dclose_f(set, error)
    call h5fclose_f(file, error)
    call check(error == 0)
    ! Even ranks close the interface while odd ones still use it.
    if (mod(rank, 2) == 0) call h5close_f(error)
    call MPI_Barrier(MPI_COMM_WORLD, ierr)
    if (mod(rank, 2) /= 0) then
      call h5screate_simple_f(2, shape, space, error)
      call check(error == 0)
      call h5sclose_f(space, error)
      call h5close_f(error)
    end if
    call check(error == 0)
    deallocate(field, again)
  end do
  open(newunit=unit, file=trim(path))
  close(unit, status='delete')
  call MPI_Reduce(failures, all, 1, MPI_INTEGER, MPI_SUM, 0, MPI_COMM_WORLD, ierr)
  if (rank == 0) write(*, '(a, i0, a)') 'HDF5 in Fortran: ', all, ' failures'
  call MPI_Finalize(ierr)
  if (failures /= 0) error stop 1
contains
  subroutine check(condition)
    logical, intent(in) :: condition
    if (.not. condition) failures = failures + 1
  end subroutine

  logical function all_equal(a, b)
    real(real64), intent(in) :: a(:,:), b(:,:)
    all_equal = maxval(abs(a - b)) <= 0
  end function
end program
