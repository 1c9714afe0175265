package flotilla.mpi.core;

import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.io.Serializable;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A communicator as one of its members sees it. The members' objects share the context, the groups and the chain of
 * collective calls; attributes, name, error handler and info are each member's own.
 */
public final class Comm implements Serializable {
    /** What all members' objects of one communicator share. */
    public static final class Shared implements Serializable {
        /** Distinguishes the messages of this communicator from those of any other; unique in the job. */
        public final long context;
        /** Where the chain begins; null when all members have it, for it would keep every link that follows alive. */
        private transient CollectiveLink firstCollective = new CollectiveLink();
        private int begun;

        public Shared(long context) {
            this.context = context;
        }

        /** The beginning of the chain, for one of {@code members} members; each asks once. */
        private synchronized CollectiveLink begin(int members) {
            CollectiveLink first = firstCollective;
            if (++begun == members) {
                firstCollective = null;
            }
            return first;
        }
    }

    public final Shared shared;
    public final long context;
    /** The local group. */
    public final Group group;
    /** The remote group of an intercommunicator, else null. */
    public final Group remoteGroup;
    /** This member's rank in {@link #group}. */
    public final int rank;
    /** For an intercommunicator: which side this member is on (0 or 1; the same for all of a group); 0 otherwise. */
    public final int side;
    /** Canonical handle, set when the object is put into the rank's table. */
    public int handle;
    public String name = "";
    public Errhandler errhandler;
    public final Attributes attributes = new Attributes();
    /** A topology of {@code flotilla.mpi.topology}, or null. */
    public Object topology;
    public Info info;
    /** MPI_Comm_free was called; the object goes when its last pending operation has. */
    public boolean freed;

    /** Collective calls that this member has made; the same for all members in the same call. */
    public int collectiveCalls;

    /** How collective calls send messages between the members, in a job of several nodes; made on first use, wherever the member is. */
    public transient Object channel;
    /** MPI_Comm_create_group: how many calls this member has made, by what distinguishes them; null before the first. */
    public Map<Long, Integer> groupCalls;
    /** MPI_Psend_init and MPI_Precv_init: how many calls this member has made, by direction, peer and tag; null before the first. */
    public Map<Long, Integer> partitionedCalls;

    private transient CollectiveLink lastCollective;

    public Comm(Shared shared, Group group, Group remoteGroup, int rank, int side) {
        this.shared = shared;
        this.context = shared.context;
        this.group = group;
        this.remoteGroup = remoteGroup;
        this.rank = rank;
        this.side = side;
        this.lastCollective = shared.begin(totalSize());
    }

    public boolean isInter() {
        return remoteGroup != null;
    }

    public int size() {
        return group.size();
    }

    /** The group that ranks in point-to-point and rooted calls refer to: the remote one of an intercommunicator. */
    public Group peers() {
        return remoteGroup != null ? remoteGroup : group;
    }

    /** Members of both groups. */
    public int totalSize() {
        return remoteGroup != null ? group.size() + remoteGroup.size() : group.size();
    }

    /** Where this member stands among all members of both groups: side 0's ranks first. */
    public int position() {
        return side == 0 ? rank : remoteGroup.size() + rank;
    }

    /** The link of this member's last collective call. */
    public CollectiveLink lastCollective() {
        return lastCollective;
    }

    /** This member makes its next collective call, in which it does not meet the others; all members' nth calls are alike in that. */
    public void countCollective() {
        collectiveCalls++;
    }

    /** This member makes its next collective call. */
    public CollectiveLink nextCollective() {
        lastCollective = lastCollective.next();
        collectiveCalls++;
        return lastCollective;
    }

    /**
     * The meeting of this member's next collective call, which all members' next calls share.
     *
     * @throws MpiException when another member's call is of another kind: the members call different collectives
     */
    public <M extends Meeting> M nextMeeting(Class<M> kind, Supplier<? extends M> create) {
        nextCollective();
        return meeting(kind, create);
    }

    /** The meeting of this member's last collective call, as {@link #nextMeeting}. */
    public <M extends Meeting> M meeting(Class<M> kind, Supplier<? extends M> create) {
        Meeting meeting = lastCollective.meeting(create);
        if (!kind.isInstance(meeting)) {
            throw new MpiException(ErrorClass.OTHER, "the ranks of " + describe() + " call different collectives: "
                    + meeting.describe() + ", and here " + create.get().describe());
        }
        return kind.cast(meeting);
    }

    /** For messages to the user: the name given, or a description. */
    public String describe() {
        return !name.isEmpty() ? name : "a communicator of " + group.size() + " ranks";
    }
}
