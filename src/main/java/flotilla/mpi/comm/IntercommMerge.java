package flotilla.mpi.comm;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.Meeting;
import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.HandleKind;
import flotilla.mpi.group.GroupAlgebra;

/** MPI_Intercomm_merge (MPI-3.1 section 6.6.2): the side that says high comes second; side 0 comes first when both say the same. */
public final class IntercommMerge extends Meeting {
    private final Comm[] parents;
    private final boolean[] high;
    private final long[] results;
    private NewComm made;

    private IntercommMerge(Comm comm) {
        super(comm.totalSize());
        parents = new Comm[members()];
        high = new boolean[members()];
        results = new long[members()];
    }

    public static int call(Rank rank, Comm comm, boolean high, long result) {
        IntercommMerge meeting = comm.nextMeeting(IntercommMerge.class, () -> new IntercommMerge(comm));
        int position = comm.position();
        meeting.parents[position] = comm;
        meeting.high[position] = high;
        meeting.results[position] = result;
        return meeting.attend(rank, position);
    }

    @Override
    protected int conclude(Rank last) {
        Group side0 = parents[0].group;
        Group side1 = parents[0].remoteGroup;
        boolean high0 = uniform(0, side0.size());
        boolean high1 = uniform(side0.size(), members());
        made = NewComm.intra(last.world, high0 && !high1 ? GroupAlgebra.union(side1, side0) : GroupAlgebra.union(side0, side1));
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
    protected int leave(Rank rank, int position) {
        rank.face.putHandle(HandleKind.COMM, results[position], made.join(rank, parents[position]).handle);
        return 0;
    }

    @Override
    protected String describe() {
        return Calls.describe("MPI_Intercomm_merge", parents);
    }
}
