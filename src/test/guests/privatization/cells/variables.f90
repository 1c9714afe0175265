! Whether a rank has its own module variables and COMMON blocks (argument "fortran"), or saved variables ("saved"). With OpenMP they
! are threadprivate.
module state
    implicit none
    integer :: in_module = -1
    !$omp threadprivate(in_module)
contains
    integer function saved(set, value)
        logical, intent(in) :: set
        integer, intent(in) :: value
        integer, save :: kept = -1
        !$omp threadprivate(kept)
        if (set) kept = value
        saved = kept
    end function
end module

program variables
    use mpi
    use state
    implicit none
    integer :: rank, error, mine, all, in_common, ignored
    character(len=8) :: kind
    common /block/ in_common
    !$omp threadprivate(/block/)
    call MPI_Init(error)
    call MPI_Comm_rank(MPI_COMM_WORLD, rank, error)
    call MPI_Barrier(MPI_COMM_WORLD, error)
    in_module = rank
    in_common = rank
    ignored = saved(.true., rank)
    call MPI_Barrier(MPI_COMM_WORLD, error)
    mine = 0
    call get_command_argument(1, kind)
    if (kind == 'fortran') then
        if (in_module == rank .and. in_common == rank) mine = 1
    else if (kind == 'saved') then
        if (saved(.false., 0) == rank) mine = 1
    end if
    call MPI_Allreduce(mine, all, 1, MPI_INTEGER, MPI_MIN, MPI_COMM_WORLD, error)
    if (rank == 0) print '(2a)', trim(kind), merge(': private', ': shared ', all == 1)
    call MPI_Finalize(error)
end program
