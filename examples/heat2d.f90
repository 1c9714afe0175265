! The heat equation on the unit square, explicit in time: five-point stencil, zero on the boundary, one block per rank
! on a Cartesian communicator, halos exchanged with derived types.
!
! The start is sin(pi x) sin(pi y), which keeps its shape and shrinks by a known factor in each step; the program
! compares, and says "correct" or "WRONG".
!
! usage: heat2d [POINTS [STEPS]]
module plate
    use, intrinsic :: iso_fortran_env, only: real64
    implicit none
    real(real64), parameter :: pi = 3.14159265358979323846_real64
    integer, save :: points = 200, steps = 500
    integer, save :: first(2), counts(2)
    integer, save :: rank = -1
    real(real64), allocatable, save :: now(:, :), next(:, :)
end module plate

program heat2d
    use mpi
    use plate
    implicit none
    integer :: grid, size, ierror, step, d, side
    integer :: blocks(2) = 0, coordinates(2), neighbours(2, 2), faces(2), requests(8)
    logical :: periods(2) = .false.
    real(real64) :: h, factor, mine, largest, expected
    logical :: wrong

    call MPI_Init(ierror)
    call MPI_Comm_size(MPI_COMM_WORLD, size, ierror)
    call read_arguments()
    call MPI_Dims_create(size, 2, blocks, ierror)
    call MPI_Cart_create(MPI_COMM_WORLD, 2, blocks, periods, .true., grid, ierror)
    call MPI_Comm_rank(grid, rank, ierror)
    call MPI_Cart_coords(grid, rank, 2, coordinates, ierror)
    do d = 1, 2
        call share(points, blocks(d), coordinates(d), first(d), counts(d))
        call MPI_Cart_shift(grid, d - 1, 1, neighbours(1, d), neighbours(2, d), ierror)
    end do
    if (rank == 0) print '(i0,a,i0,a,i0,a,i0,a)', points, 'x', points, ' points on ', size, ' ranks, ', steps, ' steps'

    h = 1.0_real64/(points + 1)
    call set_up()

    ! A column is contiguous, a row is not.
    call MPI_Type_vector(counts(2), 1, counts(1) + 2, MPI_DOUBLE_PRECISION, faces(1), ierror)
    call MPI_Type_contiguous(counts(1), MPI_DOUBLE_PRECISION, faces(2), ierror)
    call MPI_Type_commit(faces(1), ierror)
    call MPI_Type_commit(faces(2), ierror)

    do step = 1, steps
        call exchange_halo()
        call advance()
        if (mod(step, max(1, steps/5)) == 0) then
            mine = maxval(abs(now(1:counts(1), 1:counts(2))))
            call MPI_Reduce(mine, largest, 1, MPI_DOUBLE_PRECISION, MPI_MAX, 0, grid, ierror)
            if (rank == 0) print '(a,i6,a,es16.9)', 'step ', step, ': warmest ', largest
        end if
    end do

    mine = maxval(abs(now(1:counts(1), 1:counts(2))))
    call MPI_Allreduce(mine, largest, 1, MPI_DOUBLE_PRECISION, MPI_MAX, grid, ierror)
    factor = 1 - 2*0.2_real64*2*(1 - cos(pi*h))
    expected = factor**steps*sin(pi*h*((points + 1)/2))**2
    wrong = .not. abs(largest - expected) <= 1e-9_real64*expected
    if (rank == 0) print '(a,es16.9,a,es16.9,a,a)', 'warmest ', largest, ', expected ', expected, ': ', &
        merge('WRONG  ', 'correct', wrong)

    call MPI_Type_free(faces(1), ierror)
    call MPI_Type_free(faces(2), ierror)
    call MPI_Comm_free(grid, ierror)
    call MPI_Finalize(ierror)
    if (wrong) stop 1

contains

    subroutine read_arguments()
        character(len=32) :: text
        if (command_argument_count() >= 1) then
            call get_command_argument(1, text)
            read (text, *) points
        end if
        if (command_argument_count() >= 2) then
            call get_command_argument(2, text)
            read (text, *) steps
        end if
    end subroutine read_arguments

    subroutine share(total, parts, part, from, number)
        integer, intent(in) :: total, parts, part
        integer, intent(out) :: from, number
        number = total/parts
        from = part*number + min(part, mod(total, parts))
        if (part < mod(total, parts)) number = number + 1
    end subroutine share

    subroutine set_up()
        integer :: i, j
        allocate (now(0:counts(1) + 1, 0:counts(2) + 1), next(0:counts(1) + 1, 0:counts(2) + 1))
        now = 0
        next = 0
        do j = 1, counts(2)
            do i = 1, counts(1)
                now(i, j) = sin(pi*h*(first(1) + i))*sin(pi*h*(first(2) + j))
            end do
        end do
    end subroutine set_up

    subroutine exchange_halo()
        integer :: inner(2), outer(2), n
        n = 0
        do d = 1, 2
            do side = 1, 2
                inner = 1
                outer = 1
                inner(d) = merge(1, counts(d), side == 1)
                outer(d) = merge(0, counts(d) + 1, side == 1)
                n = n + 1
                call MPI_Irecv(now(outer(1), outer(2)), 1, faces(d), neighbours(side, d), 2*d + 2 - side, grid, &
                               requests(n), ierror)
                n = n + 1
                call MPI_Isend(now(inner(1), inner(2)), 1, faces(d), neighbours(side, d), 2*d + side - 1, grid, &
                               requests(n), ierror)
            end do
        end do
        call MPI_Waitall(n, requests, MPI_STATUSES_IGNORE, ierror)
    end subroutine exchange_halo

    subroutine advance()
        real(real64), allocatable :: swap(:, :)
        integer :: i, j
        do j = 1, counts(2)
            do i = 1, counts(1)
                next(i, j) = now(i, j) + 0.2_real64*(now(i - 1, j) + now(i + 1, j) + now(i, j - 1) + now(i, j + 1) &
                                                     - 4*now(i, j))
            end do
        end do
        call move_alloc(now, swap)
        call move_alloc(next, now)
        call move_alloc(swap, next)
    end subroutine advance
end program heat2d
