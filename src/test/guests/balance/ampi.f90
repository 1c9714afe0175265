! AMPI's functions in Fortran: a module's variable and an array go with the rank to each PE.
module kept
  integer :: own = 0
end module

program ampi
  use mpi
  use kept
  implicit none
  include 'flotillaf.h'
  integer :: ierr, rank, pe, pes, node, nodes, i, hints, failures, total
  double precision, allocatable :: values(:)

  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  failures = 0
  own = rank
  allocate(values(1000))
  values = rank
  call AMPI_Num_pes(pes, ierr)
  call AMPI_Num_nodes(nodes, ierr)
  if (rank == 0) print '(i0,a,i0,a)', pes, ' PEs on ', nodes, ' nodes'
  do i = 1, pes
    call AMPI_Migrate_to_pe(mod(rank + i, pes), ierr)
    if (ierr /= MPI_SUCCESS) failures = failures + 1
    call AMPI_My_pe(pe, ierr)
    call AMPI_My_node(node, ierr)
    if (node /= mod(rank + i, pes) / (pes / nodes)) failures = failures + 1
    if (pe / (pes / nodes) /= node) failures = failures + 1
    if (own /= rank .or. any(values /= rank)) failures = failures + 1
  end do
  call AMPI_Load_stop_measure(ierr)
  call AMPI_Load_start_measure(ierr)
  call AMPI_Load_set_value(0.5d0, ierr)
  if (ierr /= MPI_SUCCESS) failures = failures + 1
  call AMPI_Migrate(AMPI_INFO_LB_SYNC, ierr)
  if (ierr /= MPI_SUCCESS) failures = failures + 1
  call MPI_Info_create(hints, ierr)
  call MPI_Info_set(hints, 'ampi_load_balance', 'async', ierr)
  call AMPI_Migrate(hints, ierr)
  if (ierr /= MPI_SUCCESS) failures = failures + 1
  call MPI_Info_free(hints, ierr)
  call MPI_Reduce(failures, total, 1, MPI_INTEGER, MPI_SUM, 0, MPI_COMM_WORLD, ierr)
  if (rank == 0) print '(i0,a)', total, ' failures'
  call MPI_Finalize(ierr)
end program
