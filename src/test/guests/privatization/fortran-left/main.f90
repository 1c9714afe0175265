! Variables that cannot move, each for a reason of its own, and some that can.
module things
    implicit none
    type :: base
        integer :: n = 1
    end type base
    abstract interface
        subroutine action()
        end subroutine action
    end interface
    integer, volatile :: watched = 1
    integer :: index = 0
    integer :: listed = 2
    namelist /settings/ listed
    integer :: first(4) = 0, overlaid(4)
    equivalence (first, overlaid)
    class(base), allocatable :: any
    procedure(action), pointer :: hook => null()
    integer, target :: aimed = 3
    integer, pointer :: arrow => aimed
    integer, bind(c, name='things_shared') :: shared_with_c = 4
    integer :: bound = 2
    integer :: offset = 5
    integer :: partly(3)
    data partly(2) /7/
    integer :: kind_of = 8
    integer, parameter :: its_kind = kind(kind_of)
    integer :: moves = 9
    interface operator(.shifted.)
        module procedure shifted
    end interface
    interface fill
        module procedure fill_some
    end interface fill
    interface
        module subroutine apart(n)
            integer, intent(inout) :: n
        end subroutine apart
    end interface
    integer :: distant = 11
contains
    pure integer function shifted(n)
        integer, intent(in) :: n
        shifted = n + offset
    end function shifted

    subroutine fill_some(sum)
        integer, intent(out) :: sum
        integer :: work(bound)
        work = moves
        sum = size(work)*work(1)
    end subroutine fill_some

    subroutine hooked()
        integer, save :: hooks = 0
        hooks = hooks + 1
        moves = moves + hooks
    end subroutine hooked
end module things

submodule(things) far
contains
    module subroutine apart(n)
        integer, intent(inout) :: n
        n = n + distant
    end subroutine apart
end submodule far

subroutine inside(answer)
    implicit none
    integer, intent(out) :: answer
    type :: local
        integer :: n = 6
    end type local
    type(local), save :: secret
    integer, target, save :: seen = 1
    integer, pointer :: eye
    real :: a, b
    common /shape/ a, b
    secret%n = secret%n + 1
    eye => seen
    eye = eye + 1
    a = 1
    b = 2
    block
        integer, save :: deep = 1
        deep = deep + 1
        answer = secret%n + seen + deep
    end block
end subroutine inside

program left
    use things
    implicit none
    integer :: answer, filled, reshaped(2), far_away
    integer :: i
    common /counter/ i, total
    integer :: total
    common /shape/ reshaped
    reshaped = 0
    total = 0
    do i = 1, 3
        total = total + i
    end do
    do index = 1, 2
        total = total + index
    end do
    watched = watched + 1
    overlaid(2) = 5
    allocate (any)
    hook => hooked
    call hook()
    arrow = arrow + 1
    call fill(filled)
    call inside(answer)
    far_away = 1
    call apart(far_away)
    partly(1) = 1
    partly(3) = 3
    kind_of = kind_of + its_kind
    write (*, '(*(i0,1x))') total, watched, first, any%n, aimed, shared_with_c, .shifted.1, filled, answer, partly, &
        kind_of, moves, listed, far_away, merge(0, 1, reshaped(1) == 0)
    write (*, nml=settings)
end program left
