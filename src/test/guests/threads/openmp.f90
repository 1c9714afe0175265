! OpenMP in Fortran: a module's threadprivate variables and a common block, private arrays, allocation and output by
! several threads.
!
! test: ranks 1 4
! test: flotilla-ranks 64
! test: stealing
! test: flags -fopenmp
module state
  implicit none
  integer :: own = 7
  !$omp threadprivate(own)
  real(8) :: shared_sum = 0
end module state

program openmp
  use mpi
  use omp_lib
  use state
  implicit none
  integer :: error, rank, ranks, provided, i, wrong
  real(8), allocatable :: a(:)
  character(len=40) :: text
  integer :: counter
  common /block/ counter
  !$omp threadprivate(/block/)

  call MPI_Init_thread(MPI_THREAD_FUNNELED, provided, error)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, error)
  call MPI_Comm_size(MPI_COMM_WORLD, ranks, error)
  call omp_set_num_threads(2)
  wrong = 0
  counter = 1
  !$omp parallel private(a, i, text) copyin(/block/) reduction(+:wrong)
  own = own + omp_get_thread_num() + rank
  counter = counter + omp_get_thread_num()
  allocate (a(1000))
  a = own
  !$omp do
  do i = 1, 1000
    !$omp atomic
    shared_sum = shared_sum + i
  end do
  !$omp end do
  write (text, '(a,i0,1x,i0)') 'thread ', omp_get_thread_num(), rank
  if (index(text, 'thread') /= 1) wrong = wrong + 1
  if (sum(a) /= 1000 * (7 + omp_get_thread_num() + rank)) wrong = wrong + 1
  if (counter /= 1 + omp_get_thread_num()) wrong = wrong + 1
  deallocate (a)
  !$omp end parallel
  call MPI_Barrier(MPI_COMM_WORLD, error)
  if (shared_sum /= 500500) wrong = wrong + 1
  print '(a,i0,a,i0)', 'rank ', rank, ': ', wrong
  call MPI_Finalize(error)
  if (wrong /= 0) stop 1
end program openmp
