! Each rank prints what it has; what it would share with others is wrong.
program weather
    use mpi
    use mesh
    use solver, only: solve, residual, history
    use kinds
    implicit none
    interface
        subroutine accumulate(value, sum)
            double precision :: value, sum
        end subroutine accumulate
    end interface
    integer :: me, all, ierror, operation, i
    integer :: mine(4) = 1, everyone(4)
    real(dp) :: kept, answer, large(10000)
    real(dp), external :: twice
    type(particle) :: probe
    integer, save :: rounds = 2

    call MPI_Init(ierror)
    call MPI_Comm_rank(MPI_COMM_WORLD, me, ierror)
    call MPI_Comm_size(MPI_COMM_WORLD, all, ierror)
    call prepare(me, all)
    call MPI_Barrier(MPI_COMM_WORLD, ierror)
    large = me
    probe%position = probe%position + me
    rounds = rounds + me
    call MPI_Barrier(MPI_COMM_WORLD, ierror)
    mine = mine*me + rounds
    call MPI_Op_create(combine, .true., operation, ierror)
    call MPI_Allreduce(mine, everyone, 4, MPI_INTEGER, operation, MPI_COMM_WORLD, ierror)
    call MPI_Op_free(operation, ierror)
    do i = 1, steps
        call accumulate(real(i*me, dp), kept)
        call MPI_Barrier(MPI_COMM_WORLD, ierror)
        call solve(3 + mod(me, 3))
    end do
    call scale_of(field(1, :), answer)
    write (*, '(a,1x,i0,20(1x,f0.4))') 'rank', me, total(), kept, residual, sum(history), answer, twice(real(me, dp)), sum(large), &
        probe%position, width(2), matrix_of_names()
    write (*, '(a,20(1x,i0))') trim(names(2)), me, mine, everyone, weighted([1, 2, me]), generic_sum([me, 2]), &
        int(generic_sum([1.5_dp])), ends .plus. pair(me, me), next_number(), rounds
    call report(6)
    call MPI_Finalize(ierror)

contains

    real(dp) function matrix_of_names()
        matrix_of_names = len_trim(names(1)) + real(big/1000, dp) + rounds
    end function matrix_of_names
end program weather
