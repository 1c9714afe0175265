! allocate and deallocate: contents, stat= and errmsg=, sizes that cannot be, growth by assignment and by move_alloc.
! test: ranks 1 4
! test: flotilla-ranks 64
! test: stealing
program allocation
  use mpi
  use iso_c_binding
  use iso_fortran_env, only: int64
  implicit none
  type node
    integer, allocatable :: values(:)
    type(node), pointer :: next => null()
  end type
  integer :: rank, error, failures, all, status, i
  integer, allocatable :: small(:), grown(:), other(:), matrix(:, :)
  real(8), allocatable :: large(:)
  character(:), allocatable :: text
  character(200) :: message
  type(node), pointer :: first, new
  integer(int64) :: huge_count
  type(c_ptr) :: memory
  integer(MPI_ADDRESS_KIND) :: bytes
  integer, pointer :: words(:)

  call MPI_Init(error)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, error)
  failures = 0

  allocate(small(10), source = rank)
  allocate(matrix(-1:1, 0:99), stat = status)
  call check(status == 0 .and. lbound(matrix, 1) == -1 .and. size(matrix) == 300)
  matrix = rank
  call MPI_Barrier(MPI_COMM_WORLD, error)
  call check(all_are(small, rank) .and. all_are(reshape(matrix, [300]), rank))

  message = 'untouched'
  allocate(small(5), stat = status, errmsg = message)
  call check(status /= 0 .and. index(message, 'allocate') > 0)
  deallocate(small)
  message = 'untouched'
  deallocate(small, stat = status, errmsg = message)
  call check(status /= 0 .and. index(message, 'deallocate') > 0)

  ! More than there are addresses, and so many that the number of bytes is no number.
  huge_count = 2_int64**46
  message = 'untouched'
  allocate(large(huge_count), stat = status, errmsg = message)
  call check(status /= 0 .and. .not. allocated(large) .and. message /= 'untouched')
  huge_count = 2_int64**61
  allocate(large(huge_count), stat = status)
  call check(status /= 0 .and. .not. allocated(large))
  allocate(large(1000), stat = status)
  call check(status == 0)
  large = rank

  grown = [integer ::]
  do i = 1, 500
    grown = [grown, i + rank]
    if (mod(i, 100) == 0) call MPI_Barrier(MPI_COMM_WORLD, error)
  end do
  call check(size(grown) == 500 .and. sum(grown) == 125250 + 500 * rank)
  call move_alloc(grown, other)
  call check(.not. allocated(grown) .and. other(500) == 500 + rank)
  text = ''
  do i = 1, 200
    text = text // achar(iachar('a') + mod(i + rank, 26))
  end do
  call check(len(text) == 200 .and. text(200:200) == achar(iachar('a') + mod(200 + rank, 26)))

  nullify(first)
  do i = 1, 100
    allocate(new)
    allocate(new%values(i))
    new%values = rank
    new%next => first
    first => new
  end do
  call MPI_Barrier(MPI_COMM_WORLD, error)
  do while (associated(first))
    call check(all_are(first%values, rank))
    new => first%next
    deallocate(first)
    first => new
  end do
  call check(large(1000) == rank)

  bytes = 4000
  call MPI_Alloc_mem(bytes, MPI_INFO_NULL, memory, error)
  call check(error == MPI_SUCCESS .and. c_associated(memory))
  call c_f_pointer(memory, words, [1000])
  words = rank
  call MPI_Barrier(MPI_COMM_WORLD, error)
  call check(all_are(words, rank))
  call MPI_Free_mem(words, error)
  call check(error == MPI_SUCCESS)

  call MPI_Allreduce(failures, all, 1, MPI_INTEGER, MPI_SUM, MPI_COMM_WORLD, error)
  if (rank == 0) print '(a,i0,a)', 'allocation: ', all, ' failures'
  call MPI_Finalize(error)
contains
  subroutine check(condition)
    logical, intent(in) :: condition
    integer, save :: number = 0
    number = number + 1
    if (.not. condition) then
      failures = failures + 1
      write(0, '(a,i0,a,i0,a)') 'rank ', rank, ': check ', number, ' failed'
    end if
  end subroutine
  logical function all_are(values, value)
    integer, intent(in) :: values(:), value
    all_are = count(values == value) == size(values)
  end function
end program
