! What --check-globals names of a Fortran program.
module kept
    implicit none
    integer :: counter = 1
    real(8) :: same = 2d0
end module kept

subroutine work(rank)
    use kept
    implicit none
    integer, intent(in) :: rank
    real(8) :: shared(4)
    integer, save :: calls = 0
    common /block/ shared
    calls = calls + rank
    counter = counter + calls
    shared(3) = rank
end subroutine work

program differing
    use mpi
    implicit none
    integer :: rank, ierror
    call MPI_Init(ierror)
    call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierror)
    call work(rank)
    call MPI_Barrier(MPI_COMM_WORLD, ierror)
    call MPI_Finalize(ierror)
end program differing
