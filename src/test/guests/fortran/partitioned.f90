! Partitioned communication from Fortran, with other numbers of partitions at the sender than at the receiver. Not by "use mpi": MPICH
! 4.0.2's has an integer for the flag of MPI_Parrived.
!
! test: ranks 1 2
! test: flotilla-ranks 5
program partitioned
    implicit none
    include 'mpif.h'
    integer, parameter :: total = 240
    integer :: rank, size, ierror, failures = 0, all_failures, left, right, i, round, got
    integer :: send, receive, requests(2), statuses(MPI_STATUS_SIZE, 2), status(MPI_STATUS_SIZE), order(3)
    integer(MPI_COUNT_KIND) :: count
    double precision :: out(total), in(total)
    logical :: here

    call MPI_Init(ierror)
    call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierror)
    call MPI_Comm_size(MPI_COMM_WORLD, size, ierror)
    right = mod(rank + 1, size)
    left = mod(rank + size - 1, size)

    count = total / 6
    call MPI_Psend_init(out, 6, count, MPI_DOUBLE_PRECISION, right, 3, MPI_COMM_WORLD, MPI_INFO_NULL, send, ierror)
    call check(ierror == MPI_SUCCESS, 'send')
    count = total / 4
    call MPI_Precv_init(in, 4, count, MPI_DOUBLE_PRECISION, left, 3, MPI_COMM_WORLD, MPI_INFO_NULL, receive, ierror)
    call check(ierror == MPI_SUCCESS, 'receive')
    order = [5, 1, 3]
    do round = 1, 3
        out = [(1000d0 * rank + 100 * round + 0.25d0 * i, i = 1, total)]
        in = -1
        call MPI_Start(receive, ierror)
        call MPI_Start(send, ierror)
        call MPI_Pready(0, send, ierror)
        call MPI_Pready_list(3, order, send, ierror)
        call MPI_Parrived(receive, 1, here, ierror)
        call check(.not. here, 'has not arrived')
        call MPI_Barrier(MPI_COMM_WORLD, ierror)
        call MPI_Pready_range(2, 2, send, ierror)
        call MPI_Pready(4, send, ierror)
        here = .false.
        do while (.not. here)
            call MPI_Parrived(receive, 1, here, ierror)
        end do
        call check(all(in(61:120) == [(1000d0 * left + 100 * round + 0.25d0 * i, i = 61, 120)]), 'partition')
        requests = [send, receive]
        call MPI_Waitall(2, requests, statuses, ierror)
        call check(all(requests == [send, receive]), 'requests stay')
        call check(all(in == [(1000d0 * left + 100 * round + 0.25d0 * i, i = 1, total)]), 'data')
        status = statuses(:, 2)
        call MPI_Get_count(status, MPI_DOUBLE_PRECISION, got, ierror)
        call check(got == total .and. status(MPI_SOURCE) == left .and. status(MPI_TAG) == 3, 'status')
    end do
    call MPI_Request_free(send, ierror)
    call MPI_Request_free(receive, ierror)
    call check(send == MPI_REQUEST_NULL .and. receive == MPI_REQUEST_NULL, 'freed')

    call MPI_Allreduce(failures, all_failures, 1, MPI_INTEGER, MPI_SUM, MPI_COMM_WORLD, ierror)
    if (rank == 0) print '(a,i0,a)', 'partitioned: ', all_failures, ' failures'
    call MPI_Finalize(ierror)
    if (all_failures /= 0) stop 1

contains

    subroutine check(good, what)
        logical, intent(in) :: good
        character(*), intent(in) :: what
        if (.not. good) then
            failures = failures + 1
            write (0, '(a,i0,2a)') 'rank ', rank, ': ', what
        end if
    end subroutine check
end program partitioned
