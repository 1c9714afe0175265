package flotilla.mpi.comm;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.group.GroupAlgebra;

/** MPI_Intercomm_merge (MPI-3.1 section 6.6.2): the side that says high comes second; side 0 comes first when both say the same. */
public final class IntercommMerge extends CommMeeting {
    private final boolean[] high;
    private NewComm made;

    private IntercommMerge(Comm comm) {
        super("MPI_Intercomm_merge", comm.totalSize());
        high = new boolean[members()];
    }

    public static int call(Rank rank, Comm comm, boolean high, long result) {
        IntercommMerge meeting = comm.nextMeeting(IntercommMerge.class, () -> new IntercommMerge(comm));
        int position = comm.position();
        meeting.high[position] = high;
        return meeting.attend(rank, position, comm, result);
    }

    @Override
    protected int conclude(Rank last) {
        Group side0 = parent(0).group;
        Group side1 = parent(0).remoteGroup;
        boolean high0 = uniform(0, side0.size());
        boolean high1 = uniform(side0.size(), members());
        made = NewComm.intra(last.world, parent(0), 0, high0 && !high1 ? GroupAlgebra.union(side1, side0) : GroupAlgebra.union(side0, side1));
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
