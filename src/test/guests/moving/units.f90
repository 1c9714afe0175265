! Leaves its process whenever it yields, with units open: formatted, unformatted, direct access, scratch is what cannot go.
module elsewhere
    use iso_c_binding
    implicit none
    interface
        integer(c_int) function sched_yield() bind(c)
            import c_int
        end function
    end interface
    integer, save :: moves = 0
    real(8), allocatable, save :: kept(:)
contains
    subroutine move()
        if (sched_yield() == 0) moves = moves + 1
    end subroutine
end module

program units
    use elsewhere
    implicit none
    integer :: i, value, failures
    real(8) :: number
    character(len=200) :: folder
    character(len=40) :: line
    failures = 0
    call get_command_argument(1, folder)
    allocate (kept(100000))
    kept = [(i * 0.5d0, i = 1, 100000)]
    open (10, file=trim(folder)//'/formatted', form='formatted', status='replace')
    open (11, file=trim(folder)//'/direct', form='unformatted', access='direct', recl=8, status='replace')
    open (newunit=value, file=trim(folder)//'/stream', access='stream', status='replace')
    do i = 1, 20
        write (10, '(a, i5, f12.4)') 'step', i, kept(i)
        write (11, rec=i) kept(i * 100)
        write (value) i
        call move()
        print '(a, i0)', 'step ', i
    end do
    rewind (10)
    do i = 1, 20
        read (10, '(a)') line
        call move()
        write (folder, '(a, i5, f12.4)') 'step', i, kept(i)
        if (line /= folder(1:40)) failures = failures + 1
        read (11, rec=i) number
        if (number /= kept(i * 100)) failures = failures + 1
    end do
    if (any(kept /= [(i * 0.5d0, i = 1, 100000)])) failures = failures + 1
    if (moves /= 40) failures = failures + 1
    print '(i0, a)', failures, ' failures'
    if (failures /= 0) stop 1
end program
