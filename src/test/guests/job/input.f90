! A Fortran rank 0 reads its parameters from standard input, as many a batch code.
!
! test: ranks 1 3
! test: flotilla-ranks 6
! test: stdin 12 0.5 'a title'
! test: stdin &more x = 3, /
program input
    use mpi
    implicit none
    integer :: rank, ierror, n = 0, x = 0
    real :: f = 0
    character(len=20) :: title = ''
    namelist /more/ x
    call MPI_Init(ierror)
    call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierror)
    if (rank == 0) then
        read (*, *) n, f, title
        read (*, more)
    end if
    call MPI_Bcast(n, 1, MPI_INTEGER, 0, MPI_COMM_WORLD, ierror)
    call MPI_Bcast(x, 1, MPI_INTEGER, 0, MPI_COMM_WORLD, ierror)
    call MPI_Bcast(title, len(title), MPI_CHARACTER, 0, MPI_COMM_WORLD, ierror)
    print '(a,i0,a,i0,a,i0,a,a)', 'rank ', rank, ': ', n, ' ', x, ' ', trim(title)
    call MPI_Finalize(ierror)
end program input
