package flotilla.mpi.comm;

import flotilla.abi.StandardAbi;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.Meeting;
import flotilla.mpi.core.Rank;
import flotilla.mpi.face.HandleKind;
import flotilla.mpi.rounds.GatherBytes;
import flotilla.mpi.rounds.Outcome;

/**
 * A collective call that makes communicators: a member brings the communicator that it has and the address for the handle
 * of the one it gets. In a job of several nodes members tell each other what they bring, and those in one process use the object
 * of whoever has heard everything first.
 */
public abstract class CommMeeting extends Meeting implements Outcome {
    private final String call;
    private final Comm comm;
    private final Comm[] parents;
    private final long[] results;

    /**
     * @param call name of the MPI function
     * @param comm any member's object of the communicator
     * @param members who meet
     */
    protected CommMeeting(Rank rank, String call, Comm comm, int members) {
        super(members, rank.world.isDistributed());
        this.call = call;
        this.comm = comm;
        boolean meets = !rank.world.isDistributed();
        parents = meets ? new Comm[members] : null;
        results = meets ? new long[members] : null;
    }

    /**
     * As {@link #attend(Rank, int)}; other arguments of the member are in place.
     *
     * @param parent whose error handler the new communicator gets
     * @param result address of the new communicator's handle
     */
    protected final int attend(Rank rank, int position, Comm parent, long result) {
        parents[position] = parent;
        results[position] = result;
        return attend(rank, position);
    }

    /** In a job of several nodes: a member makes its call. @param said what {@link #hear} gets */
    protected final int tell(Rank rank, byte[] said, long result) {
        var rounds = new GatherBytes(rank, comm, call, said, this);
        rounds.begin();
        return rank.waitFor(new CommByMessages(call, comm, rounds, result));
    }

    @Override
    public final void conclude(Rank rank, byte[][] said) {
        hear(said);
        concludeAs(rank);
    }

    /** What all members brought, by position. */
    protected void hear(byte[][] said) {
        throw new IllegalStateException(call);
    }

    /** Some member's object of the communicator. */
    protected final Comm comm() {
        return comm;
    }

    protected final String call() {
        return call;
    }

    /** The group of one side of the communicator, 0 or 1. */
    protected final Group side(int side) {
        return comm.side == side ? comm.group : comm.remoteGroup;
    }

    /** World rank of the member at a position. */
    protected final int worldRank(int position) {
        int first = side(0).size();
        return position < first ? side(0).worldRank(position) : side(1).worldRank(position - first);
    }

    /** What a member gets; null for MPI_COMM_NULL. Once the meeting is done. */
    protected abstract NewComm made(Rank rank, int position);

    /** A member has its object of the new communicator; may add to it. */
    protected void joined(Comm comm, int position) {}

    @Override
    protected int leave(Rank rank, int position) {
        return leave(rank, position, parents[position], results[position]);
    }

    /** A member gets its communicator. @throws flotilla.mpi.error.MpiException the common failure */
    final int depart(Rank rank, Comm parent, long result) {
        if (failure != null) {
            throw failure;
        }
        return leave(rank, parent.position(), parent, result);
    }

    private int leave(Rank rank, int position, Comm parent, long result) {
        NewComm made = made(rank, position);
        int handle = StandardAbi.COMM_NULL;
        if (made != null) {
            Comm fresh = made.join(rank, parent);
            joined(fresh, position);
            handle = fresh.handle;
        }
        rank.face.putHandle(HandleKind.COMM, result, handle);
        return 0;
    }

    /** "MPI_Comm_split on MPI_COMM_WORLD". */
    @Override
    protected String describe() {
        return call + " on " + comm.describe();
    }
}
