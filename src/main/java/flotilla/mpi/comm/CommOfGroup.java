package flotilla.mpi.comm;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.Meeting;
import flotilla.mpi.core.Rank;
import flotilla.mpi.face.HandleKind;

/** MPI_Comm_create_group (MPI-3.1 section 6.4.2): only the members of the new group call. */
public final class CommOfGroup extends Meeting {
    /** What distinguishes calls that are in progress at the same time. */
    private record Key(int context, int tag, Group group) {}

    private final Key key;
    private final Comm[] parents;
    private final long[] results;
    private NewComm made;

    private CommOfGroup(Key key) {
        super(key.group().size());
        this.key = key;
        parents = new Comm[members()];
        results = new long[members()];
    }

    /** @param group to which the caller belongs */
    public static int call(Rank rank, Comm comm, Group group, int tag, long result) {
        var key = new Key(comm.context, tag, group);
        CommOfGroup meeting = rank.world.openMeeting(key, () -> {
            NewComm.checkSubset(comm.group, group);
            return new CommOfGroup(key);
        });
        int position = group.rankOf(rank.worldRank);
        meeting.parents[position] = comm;
        meeting.results[position] = result;
        return meeting.attend(rank, position);
    }

    @Override
    protected int conclude(Rank last) {
        last.world.closeMeeting(key);
        made = NewComm.intra(last.world, key.group());
        return 0;
    }

    @Override
    protected int leave(Rank rank, int position) {
        rank.face.putHandle(HandleKind.COMM, results[position], made.join(rank, parents[position]).handle);
        return 0;
    }

    @Override
    protected String describe() {
        return Calls.describe("MPI_Comm_create_group", parents) + " with tag " + key.tag();
    }
}
