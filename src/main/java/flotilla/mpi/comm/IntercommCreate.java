package flotilla.mpi.comm;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.group.GroupAlgebra;

/**
 * MPI_Intercomm_create (MPI-3.1 section 6.6.2), one side of it: the members of a local communicator meet here; when all
 * are there, the two sides meet on the bridge that their leaders have named.
 */
public final class IntercommCreate extends CommMeeting {
    /**
     * What both leaders know.
     *
     * @param context of the peer communicator; the leaders are world ranks, the smaller first
     */
    private record Key(long context, int leader0, int leader1, int tag) {}

    /** Where the two sides meet. Fields are written under its lock before {@code done}. */
    private static final class Bridge {
        private IntercommCreate first;
        private NewComm made;
        private MpiException failure;
        private volatile boolean done;
    }

    private final int leader;
    /** Arguments that count at the leader only. */
    private Comm peerComm;
    private int remoteLeader;
    private int tag;

    private Bridge bridge;

    private IntercommCreate(Comm localComm, int leader) {
        super("MPI_Intercomm_create", localComm.size());
        this.leader = leader;
    }

    /** @param peerComm null at members other than the leader, where {@code remoteLeader} and {@code tag} mean nothing either */
    public static int call(Rank rank, Comm localComm, int leader, Comm peerComm, int remoteLeader, int tag, long result) {
        IntercommCreate meeting = localComm.nextMeeting(IntercommCreate.class, () -> new IntercommCreate(localComm, leader));
        int position = localComm.rank;
        if (position == leader) {
            meeting.peerComm = peerComm;
            meeting.remoteLeader = remoteLeader;
            meeting.tag = tag;
        }
        return meeting.attend(rank, position, localComm, result);
    }

    @Override
    protected int conclude(Rank last) {
        if (peerComm == null) {
            throw new MpiException(ErrorClass.ARG, "local_leader differs between the ranks of " + parent(0).describe());
        }
        int mine = member(leader).worldRank;
        int other = peerComm.peers().worldRank(remoteLeader);
        var key = new Key(peerComm.context, Math.min(mine, other), Math.max(mine, other), tag);
        Bridge meet = last.world.openMeeting(key, Bridge::new);
        bridge = meet;
        IntercommCreate waiting;
        synchronized (meet) {
            if (meet.first == null) {
                meet.first = this;
                return 0;
            }
            waiting = meet.first;
            last.world.closeMeeting(key);
            IntercommCreate side0 = mine < other ? this : waiting;
            IntercommCreate side1 = mine < other ? waiting : this;
            if (GroupAlgebra.intersection(side0.parent(0).group, side1.parent(0).group).size() > 0) {
                meet.failure = new MpiException(ErrorClass.COMM, "the groups of the two local communicators have ranks in common");
            } else {
                meet.made = NewComm.inter(last.world, side0.parent(0), 0, side0.parent(0).group, side1.parent(0).group);
            }
            meet.done = true;
        }
        for (int i = 0; i < waiting.members(); i++) {
            waiting.member(i).wake();
        }
        return 0;
    }

    /** Asked again after every wake until the other side has come. */
    @Override
    protected int leave(Rank rank, int position) {
        if (!bridge.done) {
            return Rank.BLOCKED;
        }
        if (bridge.failure != null) {
            throw bridge.failure;
        }
        return super.leave(rank, position);
    }

    @Override
    protected NewComm made(Rank rank, int position) {
        return bridge.made;
    }

    @Override
    protected String describe() {
        Comm peer = peerComm;
        return super.describe()
                + (peer == null ? "" : " with rank " + remoteLeader + " of " + peer.describe() + ", tag " + tag);
    }
}
