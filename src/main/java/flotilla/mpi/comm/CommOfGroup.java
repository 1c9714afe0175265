package flotilla.mpi.comm;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Contexts;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.Rank;
import flotilla.mpi.face.HandleKind;
import java.util.HashMap;

/** MPI_Comm_create_group (MPI-3.1 section 6.4.2): only the members of the new group call. */
public final class CommOfGroup extends CommMeeting {
    /** What distinguishes calls that are in progress at the same time. */
    private record Key(long context, int tag, Group group) {}

    private static final String CALL = "MPI_Comm_create_group";
    /** In place of the number of a call on the communicator, in contexts: not all of its members call. */
    private static final long NO_CALL = -2;

    private final Key key;
    private NewComm made;

    private CommOfGroup(Rank rank, Comm comm, Key key) {
        super(rank, CALL, comm, key.group().size());
        this.key = key;
    }

    /** @param group to which the caller belongs */
    public static int call(Rank rank, Comm comm, Group group, int tag, long result) {
        if (rank.world.isDistributed()) {
            NewComm.checkSubset(comm.group, group);
            Comm fresh = NewComm.intra(rank.world, nextContext(comm, group, tag), group).join(rank, comm);
            rank.face.putHandle(HandleKind.COMM, result, fresh.handle);
            return 0;
        }
        var key = new Key(comm.context, tag, group);
        CommOfGroup meeting = rank.world.openMeeting(key, () -> {
            NewComm.checkSubset(comm.group, group);
            return new CommOfGroup(rank, comm, key);
        });
        int position = group.rankOf(rank.worldRank);
        return meeting.attend(rank, position, comm, result);
    }

    /** All members make the same calls with the same group and tag, and so count to the same number: nobody needs to ask. */
    private static long nextContext(Comm comm, Group group, int tag) {
        long hash = Contexts.derive(comm.context, NO_CALL, tag);
        for (int i = 0; i < group.size(); i++) {
            hash = Contexts.derive(hash, NO_CALL, group.worldRank(i));
        }
        if (comm.groupCalls == null) {
            comm.groupCalls = new HashMap<>();
        }
        return Contexts.derive(hash, NO_CALL, comm.groupCalls.merge(hash, 1, Integer::sum));
    }

    @Override
    protected int conclude(Rank last) {
        last.world.closeMeeting(key);
        made = NewComm.intra(last.world, comm(), key.tag(), key.group());
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
