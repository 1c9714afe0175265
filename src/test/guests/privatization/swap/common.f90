! Fortran with --privatize=swap: COMMON, named, blank and with BLOCK DATA, and module variables are each rank's own.
module kept
    implicit none
    integer :: module_variable = 5
    real(8), allocatable :: field(:)
    integer, target :: pool(100) = 0
    integer, pointer :: window(:) => null()
end module kept

block data initial
    integer :: a, b(3)
    real(8) :: x
    common /named/ a, b, x
    data a /11/, b /1, 2, 3/, x /2.5d0/
end block data initial

subroutine change(rank)
    use kept
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
    module_variable = module_variable + rank
    allocate (field(rank + 1))
    field = rank
    window => pool(rank + 1:)
    window(1) = rank
end subroutine change

subroutine show(rank)
    use kept
    implicit none
    integer, intent(in) :: rank
    integer :: a, b(3), blank(10)
    real(8) :: x
    common /named/ a, b, x
    common blank
    character(len=120) :: line
    write (line, '(a,i0,a,4(1x,i0),1x,f5.1,5(1x,i0))') 'rank ', rank, ':', a, b, x, blank(10), module_variable, size(field), &
        size(window), window(1)
    print '(a)', trim(line)
end subroutine show

program common_blocks
    use mpi
    implicit none
    integer :: ierror
    call MPI_Init(ierror)
    call work()
    call MPI_Finalize(ierror)
contains
    subroutine work()
        integer :: rank, total, status
        call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierror)
        ! Known to MPI by their addresses, which are each rank's own.
        total = rank
        call MPI_Allreduce(MPI_IN_PLACE, total, 1, MPI_INTEGER, MPI_SUM, MPI_COMM_WORLD, ierror)
        call MPI_Sendrecv(total, 1, MPI_INTEGER, rank, 0, status, 1, MPI_INTEGER, rank, 0, MPI_COMM_WORLD, &
            MPI_STATUS_IGNORE, ierror)
        if (status /= total .or. total < rank) print *, 'rank ', rank, ': a sum of ', total, status
        call change(rank)
        call MPI_Barrier(MPI_COMM_WORLD, ierror)
        call MPI_Barrier(MPI_COMM_WORLD, ierror)
        call show(rank)
    end subroutine work
end program common_blocks
