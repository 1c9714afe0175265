package flotilla.mpi.comm;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.group.GroupAlgebra;

/** MPI_Intercomm_merge (MPI-3.1 section 6.6.2): the side that says high comes second; side 0 comes first when both say the same. */
public final class IntercommMerge extends CommMeeting {
    private boolean[] high;
    private NewComm made;

    private IntercommMerge(Rank rank, Comm comm) {
        super(rank, "MPI_Intercomm_merge", comm, comm.totalSize());
        if (!rank.world.isDistributed()) {
            high = new boolean[members()];
        }
    }

    public static int call(Rank rank, Comm comm, boolean high, long result) {
        if (rank.world.isDistributed()) {
            comm.countCollective();
            return new IntercommMerge(rank, comm).tell(rank, new byte[] {(byte) (high ? 1 : 0)}, result);
        }
        IntercommMerge meeting = comm.nextMeeting(IntercommMerge.class, () -> new IntercommMerge(rank, comm));
        int position = comm.position();
        meeting.high[position] = high;
        return meeting.attend(rank, position, comm, result);
    }

    @Override
    protected void hear(byte[][] said) {
        high = new boolean[members()];
        for (int i = 0; i < said.length; i++) {
            high[i] = said[i][0] != 0;
        }
    }

    @Override
    protected int conclude(Rank last) {
        Group side0 = side(0);
        Group side1 = side(1);
        boolean high0 = uniform(0, side0.size());
        boolean high1 = uniform(side0.size(), members());
        Group all = high0 && !high1 ? GroupAlgebra.union(side1, side0) : GroupAlgebra.union(side0, side1);
        made = NewComm.intra(last.world, comm(), 0, all);
        return 0;
    }

    private boolean uniform(int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if (high[i] != high[from]) {
                throw new MpiException(ErrorClass.ARG, "high differs between the ranks of one group: it is " + high[from]
                        + " at rank 0 and " + high[i] + " at rank " + (i - from));
            }
        }
        return high[from];
    }

    @Override
    protected NewComm made(Rank rank, int position) {
        return made;
    }
}
