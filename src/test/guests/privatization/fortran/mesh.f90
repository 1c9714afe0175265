! A mesh with all that a module's variables may be.
module mesh
    use kinds
    implicit none
    private
    public :: prepare, total, width, weighted, combine, generic_sum, field, origin, steps, scale_of, next_number, names, &
        operator(.plus.)
    integer :: rank = -1, size = 0
    integer, public :: marks(cells) = [10, 20, 30, 40, 50, 60] ! one for each cell
    integer, save :: steps = 3, unused_one, origin
    real(dp), allocatable, target :: field(:, :)
    real(dp), dimension(:), pointer :: row => null()
    type(particle) :: swarm(3)
    type(pair), protected, public :: ends = pair(1, cells)
    character(len=8) :: names(2) = ['first   ', 'second  ']
    complex(dp) :: wave = (1.0_dp, -2.0_dp)
    logical, public :: ready = .false.
    real(dp) matrix(2, 2)
    integer(int64) big
    data matrix /1.0d0, 2.0d0, 3.0d0, 4.0d0/, big /5000000000_int64/
    public :: big
    save :: big
    interface generic_sum
        module procedure sum_integers, sum_reals
    end interface generic_sum
    interface operator(.plus.)
        module procedure plus
    end interface
contains
    subroutine prepare(me, all)
        integer, intent(in) :: me, all
        integer, save :: prepared = 0
        integer :: i
        prepared = prepared + 1
        rank = me
        size = all
        origin = 100*me
        allocate (field(cells, steps))
        field = 0
        do i = 1, cells
            field(i, :) = marks(i)*prepared + me
        end do
        row => field(:, 1)
        swarm%owner = me
        swarm(2)%position = swarm(2)%position + me
        ready = .true.
        ends = pair(me, me + cells)
        wave = wave*me
        matrix(1, 2) = matrix(1, 2) + me
        call inner(i)
    contains
        subroutine inner(last)
            integer, intent(in) :: last
            integer, save :: inside = 7
            inside = inside + last + rank
            unused_one = inside
        end subroutine inner
    end subroutine prepare

    real(dp) function total()
        total = sum(field) + sum(row) + sum(swarm%position) + sum(swarm%owner) + ends%left + ends%right &
            + real(wave, dp) + sum(matrix) + unused_one
        total = total + real(next_number(), dp)
    end function total

    integer function next_number() result(number)
        integer :: last = 0
        last = last + 1 + rank
        number = last
    end function next_number

    pure real(dp) function width(i)
        integer, intent(in) :: i
        width = marks(i) + origin
    end function width

    elemental integer function weighted(i)
        integer, intent(in) :: i
        weighted = i*steps + rank
    end function weighted

    ! The array's bound is one of the module's variables.
    subroutine scale_of(values, answer)
        real(dp), intent(in) :: values(steps)
        real(dp), intent(out) :: answer
        real(dp) :: work(steps)
        work = values*rank
        answer = sum(work)
    end subroutine scale_of

    ! For MPI_Op_create, which hands nothing on.
    subroutine combine(in, inout, length, type)
        integer :: length, type
        integer :: in(length), inout(length)
        inout = inout + in + origin*0 + merge(1, 0, ready)
    end subroutine combine

    integer function sum_integers(values)
        integer, intent(in) :: values(:)
        sum_integers = sum(values) + rank
    end function sum_integers

    real(dp) function sum_reals(values)
        real(dp), intent(in) :: values(:)
        sum_reals = sum(values) - rank
    end function sum_reals

    integer function plus(one, other)
        type(pair), intent(in) :: one, other
        plus = one%left + other%right + origin
    end function plus
end module mesh

! Modules that use modules, with new names.
module solver
    use mesh, only: prepare, total, grid => field, marks, count => steps, width
    use kinds
    implicit none
    real(dp) :: residual = 1.0_dp/3
    real(dp), allocatable :: history(:)
    integer, parameter :: longest = 5
contains
    recursive subroutine solve(depth)
        integer, intent(in) :: depth
        include 'blocks.inc'
        calls = calls + 1
        if (.not. allocated(history)) allocate (history(0))
        residual = residual + width(1)*viscosity + sum(grid(1:2, count))
        history = [history, residual]
        if (depth > 1) call solve(depth - 1)
        if (depth == longest) label = 'deepest'
    end subroutine solve
end module solver
