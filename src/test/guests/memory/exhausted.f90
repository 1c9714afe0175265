! Fills its heap, whose size MemoryTest gives: stat=, errmsg=, and there is room again.
program exhausted
  use mpi
  implicit none
  type block
    real(8), allocatable :: values(:)
  end type
  type(block) :: blocks(1000)
  integer :: rank, error, status, i, filled, round
  character(100) :: message
  call MPI_Init(error)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, error)
  do round = 1, 3
    do i = 1, 1000
      message = ''
      allocate(blocks(i)%values(10000 + 10 * i), stat = status, errmsg = message)
      if (status /= 0) exit
      blocks(i)%values = rank + i
    end do
    filled = i - 1
    if (status == 0 .or. message == '' .or. filled < 200) error stop 1
    call MPI_Barrier(MPI_COMM_WORLD, error)
    do i = 1, filled
      if (any(blocks(i)%values /= rank + i)) error stop 2
      deallocate(blocks(i)%values)
    end do
    allocate(blocks(1)%values(3500000), stat = status)
    if (status /= 0) error stop 3
    deallocate(blocks(1)%values)
  end do
  print '(a,i0)', 'full and empty again ', rank
  call MPI_Finalize(error)
end program
