! Every rank keeps known values in module variables, a COMMON block, saved and allocatable arrays, and has units open: formatted,
! direct and stream. It exchanges messages with its neighbours and checks everything in each round. Meanwhile ranks move.
module kept
    implicit none
    integer, save :: failures = 0, rank, ranks
    real(8), allocatable, save :: heap(:)
    integer, save :: table(1000)
contains
    subroutine check(right, what)
        logical, intent(in) :: right
        character(len=*), intent(in) :: what
        if (.not. right) then
            failures = failures + 1
            write (0, '(a, i0, 2a)') 'rank ', rank, ': soak.f90: ', what
        end if
    end subroutine

    integer function value(owner, round, i)
        integer, intent(in) :: owner, round, i
        value = owner * 1000003 + round * 101 + i
    end function

    integer function calls()
        integer, save :: count = 0
        count = count + 1
        calls = count
    end function
end module

program soak
    use mpi
    use kept
    implicit none
    integer :: ierr, rounds, round, i, next, before, total, everybody, stream, got, shared
    integer :: requests(2), status(MPI_STATUS_SIZE)
    integer, allocatable :: out(:), in(:)
    real(8) :: number
    character(len=40) :: argument, name, line, expected
    common /block/ shared
    call MPI_Init(ierr)
    call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
    call MPI_Comm_size(MPI_COMM_WORLD, ranks, ierr)
    rounds = 100
    if (command_argument_count() > 0) then
        call get_command_argument(1, argument)
        read (argument, *) rounds
    end if
    next = mod(rank + 1, ranks)
    before = mod(rank + ranks - 1, ranks)
    allocate (heap(20000))
    heap = [(i * 0.5d0 + rank, i = 1, 20000)]
    table = [(rank + i, i = 1, 1000)]
    shared = 11 + rank
    write (name, '(a, i0)') 'soak.f90.', rank
    open (10, file=trim(name)//'.formatted', form='formatted', status='replace')
    open (11, file=trim(name)//'.direct', form='unformatted', access='direct', recl=8, status='replace')
    open (newunit=stream, file=trim(name)//'.stream', access='stream', status='replace')
    do round = 1, rounds
        call ring(10, 1)
        call ring(5000, 2)
        call ring(60000, 3)
        call MPI_Allreduce(rank, everybody, 1, MPI_INTEGER, MPI_SUM, MPI_COMM_WORLD, ierr)
        call check(everybody == ranks * (ranks - 1) / 2, 'allreduce')
        write (10, '(a, i5, f12.4)') 'step', round, heap(round)
        write (11, rec=round) heap(round)
        write (stream, pos=4 * round - 3) value(rank, round, 0)
        call MPI_Barrier(MPI_COMM_WORLD, ierr)
        read (11, rec=(round + 1) / 2) number
        call check(number == heap((round + 1) / 2), 'direct access')
        read (stream, pos=4 * ((round + 1) / 2) - 3) got
        call check(got == value(rank, (round + 1) / 2, 0), 'stream access')
        call check(all(heap == [(i * 0.5d0 + rank, i = 1, 20000)]), 'heap')
        call check(all(table == [(rank + i, i = 1, 1000)]), 'module variable')
        call check(shared == 11 + rank, 'common block')
        call check(calls() == round, 'saved local')
    end do
    rewind (10)
    do round = 1, rounds
        read (10, '(a)') line
        write (expected, '(a, i5, f12.4)') 'step', round, heap(round)
        call check(line == expected, 'formatted file')
    end do
    close (10, status='delete')
    close (11, status='delete')
    close (stream, status='delete')
    call MPI_Reduce(failures, total, 1, MPI_INTEGER, MPI_SUM, 0, MPI_COMM_WORLD, ierr)
    if (rank == 0) print '(i0, a, i0, a)', rounds, ' rounds, ', total, ' failures'
    call MPI_Finalize(ierr)
    if (failures /= 0) stop 1
contains
    subroutine ring(count, tag)
        integer, intent(in) :: count, tag
        integer :: both(MPI_STATUS_SIZE, 2), length
        allocate (out(count), in(count))
        out = [(value(rank, round, i), i = 1, count)]
        if (mod(round, 2) == 0) then
            call MPI_Sendrecv(out, count, MPI_INTEGER, next, tag, in, count, MPI_INTEGER, before, tag, MPI_COMM_WORLD, status, ierr)
        else
            call MPI_Irecv(in, count, MPI_INTEGER, MPI_ANY_SOURCE, tag, MPI_COMM_WORLD, requests(1), ierr)
            call MPI_Isend(out, count, MPI_INTEGER, next, tag, MPI_COMM_WORLD, requests(2), ierr)
            call MPI_Waitall(2, requests, both, ierr)
            status = both(:, 1)
        end if
        call MPI_Get_count(status, MPI_INTEGER, length, ierr)
        call check(length == count .and. status(MPI_SOURCE) == before, 'status')
        call check(all(in == [(value(before, round, i), i = 1, count)]), 'message')
        deallocate (out, in)
    end subroutine
end program
