! The Fortran interface by `use mpi`: sentinels, statuses, strings with their blanks, logicals, user operations and
! attributes as Fortran procedures, derived types, kinds, wait families, error handlers, assumed buffers of every type.
!
! test: ranks 1 2 4
! test: flotilla-ranks 13
module callbacks
    use mpi
    implicit none
    integer :: copies = 0, deletions = 0, handled = 0
contains
    subroutine larger(in, inout, length, type)
        integer :: length, type
        integer :: in(length), inout(length)
        integer :: i
        do i = 1, length
            inout(i) = max(in(i), inout(i))*1 + 0*type
        end do
    end subroutine larger

    subroutine copy(comm, keyval, extra, in, out, flag, ierror)
        integer :: comm, keyval, ierror
        integer(MPI_ADDRESS_KIND) :: extra, in, out
        logical :: flag
        copies = copies + 1 + 0*(comm + keyval)
        out = in + extra
        flag = .true.
        ierror = MPI_SUCCESS
    end subroutine copy

    subroutine remove(comm, keyval, value, extra, ierror)
        integer :: comm, keyval, ierror
        integer(MPI_ADDRESS_KIND) :: value, extra
        deletions = deletions + 1 + 0*(comm + keyval + int(value + extra))
        ierror = MPI_SUCCESS
    end subroutine remove

    subroutine handle(comm, code)
        integer :: comm, code
        handled = handled + 1 + 0*(comm + code)
    end subroutine handle
end module callbacks

program interface
    use mpi
    use callbacks
    implicit none
    integer :: rank, size, ierror, failures = 0, all_failures, left, right, i, length, code, class
    integer :: status(MPI_STATUS_SIZE), statuses(MPI_STATUS_SIZE, 4), requests(4), indices(4), index, done
    integer :: numbers(10), sums(10), comm, type, op, keyval, handler, group, info
    integer(MPI_ADDRESS_KIND) :: lower, extent, value
    real(8) :: doubles(4), total
    real :: singles(4)
    complex :: z, zsum
    logical :: flag, yes, any_yes
    character(len=MPI_MAX_ERROR_STRING) :: text
    character(len=20) :: word
    character(len=10) :: letters
    integer :: version, subversion

    call MPI_Initialized(flag, ierror)
    call expect(.not. flag, 'initialized before')
    call MPI_Init(ierror)
    call MPI_Initialized(flag, ierror)
    call expect(flag, 'initialized')
    call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierror)
    call MPI_Comm_size(MPI_COMM_WORLD, size, ierror)
    left = mod(rank + size - 1, size)
    right = mod(rank + 1, size)
    call MPI_Get_version(version, subversion, ierror)
    call expect(version >= 3, 'version')

    ! Statuses and buffers of several types.
    numbers = [(rank*100 + i, i=1, 10)]
    call MPI_Sendrecv(numbers, 10, MPI_INTEGER, right, 5, sums, 10, MPI_INTEGER, left, MPI_ANY_TAG, MPI_COMM_WORLD, &
                      status, ierror)
    call expect(status(MPI_SOURCE) == left .and. status(MPI_TAG) == 5 .and. sums(10) == left*100 + 10, 'sendrecv')
    call MPI_Get_count(status, MPI_INTEGER, length, ierror)
    call expect(length == 10, 'count')
    letters = 'rank ' // char(ichar('a') + rank)
    call MPI_Sendrecv_replace(letters, 10, MPI_CHARACTER, right, 6, left, 6, MPI_COMM_WORLD, MPI_STATUS_IGNORE, ierror)
    call expect(letters == 'rank ' // char(ichar('a') + left), 'characters')
    z = cmplx(rank, -rank)
    call MPI_Allreduce(z, zsum, 1, MPI_COMPLEX, MPI_SUM, MPI_COMM_WORLD, ierror)
    call expect(real(zsum) == size*(size - 1)/2, 'complex')
    yes = rank == size - 1
    call MPI_Allreduce(yes, any_yes, 1, MPI_LOGICAL, MPI_LOR, MPI_COMM_WORLD, ierror)
    call expect(any_yes, 'logical')
    singles = rank
    call MPI_Allreduce(MPI_IN_PLACE, singles, 4, MPI_REAL, MPI_MAX, MPI_COMM_WORLD, ierror)
    call expect(all(singles == size - 1), 'in place')

    ! In place gathers, MPI_BOTTOM, nonblocking families.
    doubles = 0
    if (size <= 4) then
        doubles(rank + 1) = rank + 0.5d0
        call MPI_Allgather(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, doubles, 1, MPI_DOUBLE_PRECISION, MPI_COMM_WORLD, ierror)
        call expect(all(doubles(1:size) == [(i + 0.5d0, i=0, size - 1)]), 'in place allgather')
    end if
    call MPI_Get_address(numbers, value, ierror)
    call MPI_Type_create_struct(1, [10], [value], [MPI_INTEGER], type, ierror)
    call MPI_Type_commit(type, ierror)
    numbers = merge(3, 0, rank == 0)
    call MPI_Bcast(MPI_BOTTOM, 1, type, 0, MPI_COMM_WORLD, ierror)
    call expect(all(numbers == 3), 'bottom')
    call MPI_Type_free(type, ierror)
    call expect(type == MPI_DATATYPE_NULL, 'type freed')
    do i = 1, 4
        call MPI_Irecv(sums(i), 1, MPI_INTEGER, left, i, MPI_COMM_WORLD, requests(i), ierror)
    end do
    do i = 4, 1, -1
        numbers(i) = rank*10 + i
        call MPI_Send(numbers(i), 1, MPI_INTEGER, right, i, MPI_COMM_WORLD, ierror)
    end do
    call MPI_Waitany(4, requests, index, status, ierror)
    call expect(index >= 1 .and. index <= 4 .and. status(MPI_TAG) == index, 'waitany counts from 1')
    call MPI_Waitsome(4, requests, done, indices, statuses, ierror)
    call expect(all(indices(1:done) >= 1), 'waitsome counts from 1')
    call MPI_Waitall(4, requests, MPI_STATUSES_IGNORE, ierror)
    call expect(all(sums(1:4) == [(left*10 + i, i=1, 4)]), 'values')
    call MPI_Testall(4, requests, flag, MPI_STATUSES_IGNORE, ierror)
    call expect(flag, 'testall')
    call MPI_Waitany(4, requests, index, status, ierror)
call expect(index < 0, 'nothing left')   ! MPICH 4.0.2 answers MPI_UNDEFINED + 1

    ! Derived types.
    call MPI_Type_vector(3, 1, 2, MPI_REAL8, type, ierror)
    call MPI_Type_get_extent(type, lower, extent, ierror)
    call expect(lower == 0 .and. extent == 40, 'extent')
    call MPI_Type_size(type, length, ierror)
    call expect(length == 24, 'size')
    call MPI_Type_free(type, ierror)
    call MPI_Type_create_f90_integer(9, type, ierror)
    call MPI_Type_size(type, length, ierror)
    call expect(length == 4, 'f90 integer')

    ! Procedures as arguments.
    call MPI_Op_create(larger, .true., op, ierror)
    numbers = [(mod(rank + i, size), i=1, 10)]
    call MPI_Allreduce(numbers, sums, 10, MPI_INTEGER, op, MPI_COMM_WORLD, ierror)
    call expect(all(sums == size - 1), 'user operation')
    call MPI_Op_free(op, ierror)
    call MPI_Comm_create_keyval(copy, remove, keyval, 5_MPI_ADDRESS_KIND, ierror)
    value = 1000
    call MPI_Comm_dup(MPI_COMM_WORLD, comm, ierror)
    call MPI_Comm_set_attr(comm, keyval, value, ierror)
    call MPI_Comm_dup(comm, group, ierror)
    call MPI_Comm_get_attr(group, keyval, value, flag, ierror)
    call expect(flag .and. value == 1005 .and. copies == 1, 'attribute copied')
    call MPI_Comm_free(group, ierror)
    call MPI_Comm_free(comm, ierror)
    call expect(deletions == 2, 'attributes deleted')
    call MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_TAG_UB, value, flag, ierror)
    call expect(flag .and. value >= 32767, 'tag_ub')

    ! Strings.
    call MPI_Comm_dup(MPI_COMM_WORLD, comm, ierror)
    call MPI_Comm_set_name(comm, 'my name   ', ierror)
    word = '####################'
    call MPI_Comm_get_name(comm, word, length, ierror)
    call expect(word == 'my name' .and. length == 7, 'name')
    call MPI_Info_create(info, ierror)
    call MPI_Info_set(info, ' key ', ' a value ', ierror)
    call MPI_Info_get(info, 'key', 20, word, flag, ierror)
    call expect(flag .and. word == 'a value', 'info')
    call MPI_Info_free(info, ierror)

    ! Errors.
    call MPI_Comm_create_errhandler(handle, handler, ierror)
    call MPI_Comm_set_errhandler(comm, handler, ierror)
    call MPI_Send(numbers, 1, MPI_INTEGER, size + 1, 0, comm, code)
    call expect(handled == 1 .and. code /= MPI_SUCCESS, 'handler')
    call MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN, ierror)
    call MPI_Send(numbers, -1, MPI_INTEGER, 0, 0, comm, code)
    call MPI_Error_class(code, class, ierror)
    call expect(class == MPI_ERR_COUNT, 'class')
    call MPI_Error_string(code, text, length, ierror)
    call expect(length > 0, 'string')
    call MPI_Errhandler_free(handler, ierror)
    call MPI_Comm_free(comm, ierror)
    call expect(comm == MPI_COMM_NULL, 'comm freed')

    total = MPI_Wtime()
    call expect(MPI_Wtime() >= total .and. MPI_Wtick() > 0, 'time')
    call MPI_Reduce(rank, length, 1, MPI_INTEGER, MPI_SUM, 0, MPI_COMM_WORLD, ierror)
    call MPI_Allreduce(failures, all_failures, 1, MPI_INTEGER, MPI_SUM, MPI_COMM_WORLD, ierror)
    if (rank == 0) print '(i0,a)', all_failures, ' failures'
    call MPI_Finalize(ierror)
    if (all_failures > 0) stop 1
contains
    subroutine expect(condition, what)
        logical, intent(in) :: condition
        character(len=*), intent(in) :: what
        if (.not. condition) then
            failures = failures + 1
            write (0, *) 'rank ', rank, ': ', what
        end if
    end subroutine expect
end program interface
