! Everything a Fortran program keeps: COMMON (named and blank, with BLOCK DATA), SAVE, initialized locals, DATA, module
! variables, allocatables, pointers, EQUIVALENCE, derived types with defaults, saved procedures' state.
!
! test: ranks 1 2 4
! test: flotilla-ranks 64
module kept
    implicit none
    integer :: module_variable = 5
    real(8), allocatable :: field(:, :)
    character(len=:), allocatable :: title
    integer, target :: pool(100) = 0
    integer, pointer :: window(:) => null()
    type :: particle
        integer :: id = -1
        real(8) :: position(3) = [1d0, 2d0, 3d0]
        integer, allocatable :: neighbours(:)
    end type particle
    type(particle), save :: particles(4)
contains
    integer function count_calls()
        integer, save :: calls = 100
        calls = calls + 1
        count_calls = calls
    end function count_calls

    integer function count_quietly()
        integer :: calls = 7   ! initialized, so saved
        calls = calls + 1
        count_quietly = calls
    end function count_quietly
end module kept

block data initial
    integer :: a, b(3)
    real(8) :: x
    common /named/ a, b, x
    data a /11/, b /1, 2, 3/, x /2.5d0/
end block data initial

subroutine change_common(rank)
    implicit none
    integer, intent(in) :: rank
    integer :: a, b(3), blank(10)
    real(8) :: x
    common /named/ a, b, x
    common blank
    a = a + rank
    b(2) = rank
    x = x*(rank + 1)
    blank = rank
end subroutine change_common

program state
    use mpi
    use kept
    implicit none
    integer :: rank, size, ierror, failures = 0, all_failures, i, dummy
    integer :: a, b(3), blank(10)
    real(8) :: x
    common /named/ a, b, x
    common blank
    integer :: word
    real :: same_place
    equivalence (word, same_place)
    integer, save :: saved = 3
    integer :: data_array(4)
    data data_array /4*9/

    call MPI_Init(ierror)
    call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierror)
    call MPI_Comm_size(MPI_COMM_WORLD, size, ierror)

    call expect(a == 11 .and. all(b == [1, 2, 3]) .and. x == 2.5d0, 'block data')
    call change_common(rank)
    module_variable = module_variable + rank
    allocate (field(10, rank + 1))
    field = rank
    title = repeat('x', rank + 1)
    window => pool(rank + 1:rank + 10)
    window = rank
    do i = 1, 4
        call expect(particles(i)%id == -1, 'default')
        particles(i)%id = rank*10 + i
        allocate (particles(i)%neighbours(rank + i))
    end do
    do i = 0, rank
        dummy = count_calls()
        dummy = count_quietly()
    end do
    same_place = rank
    saved = saved*(rank + 1)
    data_array(3) = rank

    call MPI_Barrier(MPI_COMM_WORLD, ierror)

    call expect(a == 11 + rank .and. b(2) == rank .and. x == 2.5d0*(rank + 1), 'named common')
    call expect(all(blank == rank), 'blank common')
    call expect(module_variable == 5 + rank, 'module variable')
    call expect(all(shape(field) == [10, rank + 1]) .and. all(field == rank), 'allocatable')
    call expect(len(title) == rank + 1, 'deferred length')
    call expect(associated(window) .and. sum(pool) == 10*rank, 'pointer')
    do i = 1, 4
        call expect(particles(i)%id == rank*10 + i .and. size_of(particles(i)%neighbours) == rank + i, 'derived type')
    end do
    call expect(count_calls() == 102 + rank, 'save')
    call expect(count_quietly() == 9 + rank, 'initialized local')
    call expect(same_place == rank, 'equivalence')
    call expect(saved == 3*(rank + 1), 'saved in the main program')
    call expect(data_array(3) == rank .and. data_array(1) == 9, 'data')

    call MPI_Allreduce(failures, all_failures, 1, MPI_INTEGER, MPI_SUM, MPI_COMM_WORLD, ierror)
    print '(a,i0,a,i0)', 'rank ', rank, ' module variable ', module_variable
    if (rank == 0) print '(i0,a)', all_failures, ' failures'
    call MPI_Finalize(ierror)
    if (all_failures > 0) stop 1
contains
    integer function size_of(array)
        integer, intent(in) :: array(:)
        size_of = ubound(array, 1)
    end function size_of

    subroutine expect(condition, what)
        logical, intent(in) :: condition
        character(len=*), intent(in) :: what
        if (.not. condition) then
            failures = failures + 1
            write (0, *) 'rank ', rank, ': ', what
        end if
    end subroutine expect
end program state
