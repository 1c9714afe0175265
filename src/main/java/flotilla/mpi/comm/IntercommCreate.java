package flotilla.mpi.comm;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Contexts;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.group.GroupAlgebra;
import flotilla.mpi.rounds.LeadersBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

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

    private static final String CALL = "MPI_Intercomm_create";

    private final int leader;
    /** Arguments that count at the leader only. */
    private Comm peerComm;
    private int remoteLeader;
    private int tag;

    private Bridge bridge;
    private Heard heard;

    private IntercommCreate(Rank rank, Comm localComm, int leader) {
        super(rank, CALL, localComm, localComm.size());
        this.leader = leader;
    }

    /** @param peerComm null at members other than the leader, where {@code remoteLeader} and {@code tag} mean nothing either */
    public static int call(Rank rank, Comm localComm, int leader, Comm peerComm, int remoteLeader, int tag, long result) {
        if (rank.world.isDistributed()) {
            localComm.countCollective();
            boolean leads = localComm.rank == leader;
            byte[] said = leads ? said(localComm) : null;
            var own = new IntercommCreate(rank, localComm, leader);
            var rounds = new LeadersBytes(rank, localComm, CALL, leader, leads ? peerComm : null, remoteLeader, tag, said, own);
            rounds.begin();
            return rank.waitFor(new CommByMessages(CALL, localComm, rounds, result));
        }
        IntercommCreate meeting = localComm.nextMeeting(IntercommCreate.class,
                () -> new IntercommCreate(rank, localComm, leader));
        int position = localComm.rank;
        if (position == leader) {
            meeting.peerComm = peerComm;
            meeting.remoteLeader = remoteLeader;
            meeting.tag = tag;
        }
        return meeting.attend(rank, position, localComm, result);
    }

    /** Of a group: the context of its communicator and the number of the call there, and the members. */
    private static byte[] said(Comm comm) {
        int[] members = GroupAlgebra.worldRanks(comm.group);
        return ByteBuffer.allocate(12 + 4 * members.length).order(ByteOrder.LITTLE_ENDIAN).putLong(comm.context)
                .putInt(comm.collectiveCalls).put(Said.ints(members)).array();
    }

    /** By messages: what both leaders have said. */
    @Override
    protected void hear(byte[][] said) {
        var groups = new Group[2];
        long context = 0;
        for (int i = 0; i < 2; i++) {
            ByteBuffer buffer = ByteBuffer.wrap(said[i]).order(ByteOrder.LITTLE_ENDIAN);
            context = Contexts.derive(context, buffer.getInt(8), buffer.getLong(0));
            groups[i] = Said.group(Arrays.copyOfRange(said[i], 12, said[i].length));
        }
        heard = new Heard(context, groups[0], groups[1]);
    }

    /** What is known of both sides, by messages. */
    private record Heard(long context, Group side0, Group side1) {}

    private static void checkDisjoint(Group side0, Group side1) {
        if (GroupAlgebra.intersection(side0, side1).size() > 0) {
            throw new MpiException(ErrorClass.COMM, "the groups of the two local communicators have ranks in common");
        }
    }

    @Override
    protected int conclude(Rank last) {
        if (heard != null) {
            checkDisjoint(heard.side0(), heard.side1());
            bridge = new Bridge();
            bridge.made = NewComm.inter(last.world, heard.context(), heard.side0(), heard.side1());
            bridge.done = true;
            return 0;
        }
        if (peerComm == null) {
            throw new MpiException(ErrorClass.ARG, "local_leader differs between the ranks of " + comm().describe());
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
            try {
                checkDisjoint(side0.comm().group, side1.comm().group);
                meet.made = NewComm.inter(last.world, side0.comm(), 0, side0.comm().group, side1.comm().group);
            } catch (MpiException e) {
                meet.failure = e;
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
