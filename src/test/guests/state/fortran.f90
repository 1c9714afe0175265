! What Fortran's library keeps and asks of the system: working directory, environment, arguments, clock, random numbers,
! units.
!
! test: ranks 1 4
! test: flotilla-ranks 64
! test: stealing
program state
    use mpi
    implicit none
    integer :: rank, ranks, error, failures = 0, all_failures, length, status, values(8), i, seed_size, unit
    integer, allocatable :: seed(:)
    character(len=256) :: home, folder, text, own, expected
    double precision :: numbers(4), again(4), alone(3)
    logical :: there

    call MPI_Init(error)
    call MPI_Comm_rank(MPI_COMM_WORLD, rank, error)
    call MPI_Comm_size(MPI_COMM_WORLD, ranks, error)

    call getcwd(home)
    write (own, '(a,i0)') 'fortran-state-', rank
    call execute_command_line('mkdir -p ' // trim(own))
    call check(chdir_to(own) == 0, 'chdir')
    call interleave
    call getcwd(folder)
    expected = trim(home) // '/' // trim(own)
    call check(folder == expected, 'getcwd: ' // trim(folder))
    open (newunit=unit, file='number', status='replace', action='write')
    write (unit, *) rank
    call interleave
    close (unit)
    call interleave
    open (newunit=unit, file='number', status='old', action='read')
    read (unit, *) i
    call check(i == rank, 'a relative file name')
    close (unit, status='delete')
    inquire (file='number', exist=there)
    call check(.not. there, 'inquire')

    ! Nobody has seeded: the sequence differs from process to process; seeded, it is the seed's.
    call random_seed(size=seed_size)
    allocate (seed(seed_size))
    seed = 1234 + rank
    call random_seed(put=seed)
    call random_number(numbers)
    call interleave
    call random_seed(put=seed)
    do i = 1, 4
        call random_number(again(i))
        call interleave
    end do
    call check(all(numbers == again), 'random_number')
    call srand(42)
    alone(1) = rand()
    call interleave
    alone(2) = rand()
    call srand(42)
    call check(alone(1) == rand() .and. alone(2) == rand(), 'rand')

    call get_environment_variable('PATH', length=length, status=status)
    call check(status == 0 .and. length > 0, 'get_environment_variable')
    call set_variable('TZ', merge('AAA-5', 'BBB+3', mod(rank, 2) == 1))
    call interleave
    call get_environment_variable('TZ', text)
    call check(text == merge('AAA-5', 'BBB+3', mod(rank, 2) == 1), 'TZ')
    call reset_zone
    call interleave
    call date_and_time(zone=text(1:5), values=values)
    call check(values(4) == merge(300, -180, mod(rank, 2) == 1), 'the zone of date_and_time')
    call check(text(1:5) == merge('+0500', '-0300', mod(rank, 2) == 1), 'the zone as text')

    write (text, '(a,i0)') 'internal ', rank
    call interleave
    write (expected, '(a,i0)') 'internal ', rank
    call check(text == expected, 'internal files')
    call check(chdir_to('..') == 0, 'chdir back')
    call execute_command_line('rmdir ' // trim(own), exitstat=status)
    call check(status == 0, 'rmdir')

    call MPI_Allreduce(failures, all_failures, 1, MPI_INTEGER, MPI_SUM, MPI_COMM_WORLD, error)
    if (rank == 0) print '(a,i0)', 'failures: ', all_failures
    call MPI_Finalize(error)
    if (all_failures /= 0) stop 1

contains

    integer function chdir_to(name)
        character(len=*), intent(in) :: name
        call chdir(trim(name), chdir_to)
    end function

    subroutine set_variable(name, value)
        use iso_c_binding
        character(len=*), intent(in) :: name, value
        interface
            integer(c_int) function setenv(name, value, replace) bind(c)
                import
                character(kind=c_char), intent(in) :: name(*), value(*)
                integer(c_int), value :: replace
            end function
        end interface
        call check(setenv(trim(name) // c_null_char, trim(value) // c_null_char, 1) == 0, 'setenv')
    end subroutine

    ! localtime_r, which Fortran's library uses, need not look at TZ again.
    subroutine reset_zone
        interface
            subroutine tzset() bind(c)
            end subroutine
        end interface
        call tzset
    end subroutine

    subroutine check(good, what)
        logical, intent(in) :: good
        character(len=*), intent(in) :: what
        if (good) return
        failures = failures + 1
        write (0, '(a,i0,2a)') 'rank ', rank, ': ', what
    end subroutine

    subroutine interleave
        integer :: k, received
        do k = 1, 3
            call MPI_Sendrecv(rank, 1, MPI_INTEGER, mod(rank + 1, ranks), 5, received, 1, MPI_INTEGER, &
                              mod(rank + ranks - 1, ranks), 5, MPI_COMM_WORLD, MPI_STATUS_IGNORE, error)
            call MPI_Barrier(MPI_COMM_WORLD, error)
        end do
    end subroutine
end program
