package flotilla.mpi.comm;

import flotilla.abi.StandardAbi;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.Meeting;
import flotilla.mpi.core.Rank;
import flotilla.mpi.face.HandleKind;

/** MPI_Comm_create on an intercommunicator (MPI-3.1 section 6.4.2): each side names a part of its group. */
public final class IntercommSubset extends Meeting {
    private final Comm[] parents;
    private final Group[] groups;
    private final long[] results;
    private NewComm made;

    private IntercommSubset(Comm comm) {
        super(comm.totalSize());
        parents = new Comm[members()];
        groups = new Group[members()];
        results = new long[members()];
    }

    /** @param group of members of the local group; the same for all who are in it */
    public static int call(Rank rank, Comm comm, Group group, long result) {
        IntercommSubset meeting = comm.nextMeeting(IntercommSubset.class, () -> new IntercommSubset(comm));
        int position = comm.position();
        meeting.parents[position] = comm;
        meeting.groups[position] = group;
        meeting.results[position] = result;
        return meeting.attend(rank, position);
    }

    @Override
    protected int conclude(Rank last) {
        int boundary = parents[0].size();
        Group side0 = named(0, boundary);
        Group side1 = named(boundary, members());
        if (side0.size() > 0 && side1.size() > 0) {
            made = NewComm.inter(last.world, side0, side1);
        }
        return 0;
    }

    /** The group that members of one side named for themselves. */
    private Group named(int from, int to) {
        for (int i = from; i < to; i++) {
            if (groups[i].rankOf(member(i).worldRank) >= 0) {
                return groups[i];
            }
        }
        return Group.EMPTY;
    }

    @Override
    protected int leave(Rank rank, int position) {
        boolean member = made != null && made.contains(rank);
        rank.face.putHandle(HandleKind.COMM, results[position],
                member ? made.join(rank, parents[position]).handle : StandardAbi.COMM_NULL);
        return 0;
    }

    @Override
    protected String describe() {
        return Calls.describe("MPI_Comm_create", parents);
    }
}
