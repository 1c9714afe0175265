package flotilla.mpi.comm;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.Rank;

/** MPI_Comm_create_group (MPI-3.1 section 6.4.2): only the members of the new group call. */
public final class CommOfGroup extends CommMeeting {
    /** What distinguishes calls that are in progress at the same time. */
    private record Key(long context, int tag, Group group) {}

    private final Key key;
    private NewComm made;

    private CommOfGroup(Key key) {
        super("MPI_Comm_create_group", key.group().size());
        this.key = key;
    }

    /** @param group to which the caller belongs */
    public static int call(Rank rank, Comm comm, Group group, int tag, long result) {
        var key = new Key(comm.context, tag, group);
        CommOfGroup meeting = rank.world.openMeeting(key, () -> {
            NewComm.checkSubset(comm.group, group);
            return new CommOfGroup(key);
        });
        int position = group.rankOf(rank.worldRank);
        return meeting.attend(rank, position, comm, result);
    }

    @Override
    protected int conclude(Rank last) {
        last.world.closeMeeting(key);
        made = NewComm.intra(last.world, parent(0), key.tag(), key.group());
        return 0;
    }

    @Override
    protected NewComm made(Rank rank, int position) {
        return made;
    }

    @Override
    protected String describe() {
        return super.describe() + " with tag " + key.tag();
    }
}
