! For gdb: as waiting.c.
module exchange
    use mpi
    implicit none
    integer, save :: global_rank
    integer, volatile :: got
contains
    subroutine receive(from)
        integer, intent(in) :: from
        integer :: ierror
        integer, volatile :: tag
        double precision, volatile :: weight(3)
        tag = 42 + global_rank
        weight = global_rank * 1.5d0
        call MPI_Recv(got, 1, MPI_INTEGER, from, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE, ierror) ! here they wait
        if (weight(2) < 0) stop 4
    end subroutine
end module

program waiting
    use exchange
    implicit none
    integer :: ierror, nprocs, i
    character(len=1) :: line
    call MPI_Init(ierror)
    call MPI_Comm_rank(MPI_COMM_WORLD, global_rank, ierror)
    call MPI_Comm_size(MPI_COMM_WORLD, nprocs, ierror)
    call MPI_Barrier(MPI_COMM_WORLD, ierror)
    if (global_rank == 0) then
        print '(a)', 'ready'
        flush (6)
        read '(a)', line
        do i = 1, nprocs - 1
            call MPI_Send(i, 1, MPI_INTEGER, i, 42 + i, MPI_COMM_WORLD, ierror)
        end do
    else
        call receive(0)
        if (got /= global_rank) call MPI_Abort(MPI_COMM_WORLD, 3, ierror)
    end if
    call MPI_Finalize(ierror)
    stop 5
end program
