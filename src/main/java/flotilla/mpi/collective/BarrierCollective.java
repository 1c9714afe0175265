package flotilla.mpi.collective;

/** MPI_Barrier (MPI-3.1 section 5.3). */
final class BarrierCollective extends FullCollective {
    BarrierCollective(Contribution first) {
        super(first, first.comm.totalSize());
    }

    @Override
    int work(Contribution last) {
        return 0;
    }
}
