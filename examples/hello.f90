! Says hello from every rank. The rank is kept in a module variable, which each rank has for itself.
module position
    implicit none
    integer, save :: rank = -1
end module position

program hello
    use mpi
    use position
    implicit none
    integer :: size, ierror

    call MPI_Init(ierror)
    call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierror)
    call MPI_Comm_size(MPI_COMM_WORLD, size, ierror)
    call MPI_Barrier(MPI_COMM_WORLD, ierror)
    print '(a,i0,a,i0)', 'Hello from rank ', rank, ' of ', size
    call MPI_Finalize(ierror)
end program hello
