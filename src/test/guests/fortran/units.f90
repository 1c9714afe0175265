! Each rank writes and reads its own unit 10, keeps fifty units open at once, uses NAMELIST, internal, direct-access,
! unformatted and scratch files, NEWUNIT, INQUIRE and REWIND.
!
! test: ranks 1 2 4
! test: flotilla-ranks 8
program units
    use mpi
    implicit none
    integer :: rank, size, ierror, failures = 0, all_failures, i, j, value, unit, got, status
    character(len=64) :: name, line
    logical :: opened
    real(8) :: numbers(8), read_back(8)
    integer :: nx = 0, ny = 0
    real(8) :: dt = 0
    character(len=16) :: label = ''
    namelist /settings/ nx, ny, dt, label

    call MPI_Init(ierror)
    call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierror)
    call MPI_Comm_size(MPI_COMM_WORLD, size, ierror)

    write (name, '(a,i0,a)') 'units-', rank, '.txt'
    open (10, file=name, status='replace', action='readwrite')
    do i = 1, 20
        write (10, '(a,1x,i6,1x,f10.4,1x,es12.4)') 'line', rank*1000 + i, rank + i/8d0, 1d0/i
        if (mod(i, 5) == 0) call MPI_Barrier(MPI_COMM_WORLD, ierror)
    end do
    rewind (10)
    do i = 1, 20
        read (10, '(a4,1x,i6,1x,f10.4)') line, value, numbers(1)
        call expect(line(1:4) == 'line' .and. value == rank*1000 + i .and. numbers(1) == rank + i/8d0, 'unit 10')
    end do
    read (10, *, iostat=status) value
    call expect(is_iostat_end(status), 'end of file')
    close (10, status='delete')

    do i = 1, 50
        write (name, '(a,i0,a,i0)') 'units-', rank, '-', i
        open (100 + i, file=name, status='replace')
        write (100 + i, *) rank, i
    end do
    call MPI_Barrier(MPI_COMM_WORLD, ierror)
    do i = 50, 1, -1
        rewind (100 + i)
        read (100 + i, *) value, got
        call expect(value == rank .and. got == i, 'fifty units')
        inquire (100 + i, opened=opened)
        call expect(opened, 'inquire')
        close (100 + i, status='delete')
    end do

    write (name, '(a,i0,a)') 'units-', rank, '.nml'
    open (newunit=unit, file=name, status='replace')
    write (unit, '(a,i0,a,i0,a)') '&settings nx = ', 100 + rank, ', ny = ', 7, ', dt = 0.25, label = "a label" /'
    rewind (unit)
    read (unit, nml=settings)
    call expect(nx == 100 + rank .and. ny == 7 .and. dt == 0.25d0 .and. label == 'a label', 'namelist')
    close (unit, status='delete')

    open (newunit=unit, status='scratch', form='unformatted', access='stream')
    numbers = [(rank + i*0.5d0, i=1, 8)]
    write (unit) numbers
    rewind (unit)
    call MPI_Barrier(MPI_COMM_WORLD, ierror)
    read (unit) read_back
    call expect(all(numbers == read_back), 'stream')
    close (unit)

    open (newunit=unit, status='scratch', form='unformatted', access='direct', recl=16)
    do j = 5, 1, -1
        write (unit, rec=j) rank, j, rank + j, 0
    end do
    read (unit, rec=3) value, got
    call expect(value == rank .and. got == 3, 'direct access')
    close (unit)

    write (line, '(i8.8)') rank
    read (line, *) value
    call expect(value == rank, 'internal file')

    do i = 0, 2
        write (*, '(a,i0,a,i0)', advance='no') 'rank ', rank, ' line ', i
        write (*, '(a,3(1x,f6.2))') ':', rank*1.0, i*1.0, rank/4.0
    end do
    call flush(6)

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
end program units
