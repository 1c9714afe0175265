! Ends in the way that is asked for: kinds KIND MOMENT RANK, as kinds.c.
program kinds
  use mpi
  implicit none
  character(20) :: kind, moment, number
  integer :: who, rank, error
  call get_command_argument(1, kind)
  call get_command_argument(2, moment)
  call get_command_argument(3, number)
  read (number, *) who
  rank = who
  if (moment /= 'before') then
    call MPI_Init(error)
    call MPI_Comm_rank(MPI_COMM_WORLD, rank, error)
    write (*, '(a, i0, a)') 'rank ', rank, ', 0: starts'
    flush (6)
    call MPI_Barrier(MPI_COMM_WORLD, error)
    if (moment == 'between') then
      if (rank == who) call finish()
      if (rank /= who) call MPI_Barrier(MPI_COMM_WORLD, error)
      if (rank /= who) write (*, '(a)') 'must not be reached'
    end if
    if (moment /= 'between') call MPI_Finalize(error)
  end if
  write (*, '(a, i0, a)') 'rank ', rank, ', 1: goes on'
  if (rank /= who) kind = 'other'
  call finish()
contains
  subroutine finish()
    select case (kind)
    case ('exit')
      call exit(7)
    case ('exit0')
      call exit(0)
    case ('exitnone')
      call exit
    case ('stop')
      stop
    case ('stop7')
      stop 7
    case ('stoptext')
      stop 'with a text'
    case ('errorstop')
      error stop
    case ('errorstop7')
      error stop 7
    case ('errorstoptext')
      error stop 'with a text'
    case ('abort')
      call abort
    end select
  end subroutine
end program
