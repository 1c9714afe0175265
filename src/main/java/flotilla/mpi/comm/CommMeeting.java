package flotilla.mpi.comm;

import flotilla.abi.StandardAbi;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Meeting;
import flotilla.mpi.core.Rank;
import flotilla.mpi.face.HandleKind;

/**
 * A collective call that makes communicators: a member brings the communicator that it has and the address for the handle
 * of the one it gets.
 */
public abstract class CommMeeting extends Meeting {
    private final String call;
    private final Comm[] parents;
    private final long[] results;

    /** @param call name of the MPI function */
    protected CommMeeting(String call, int members) {
        super(members);
        this.call = call;
        parents = new Comm[members];
        results = new long[members];
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

    /** The communicator that a member brought; null before it came. */
    protected final Comm parent(int position) {
        return parents[position];
    }

    /** What a member gets; null for MPI_COMM_NULL. Once the meeting is done. */
    protected abstract NewComm made(Rank rank, int position);

    /** A member has its object of the new communicator; may add to it. */
    protected void joined(Comm comm, int position) {}

    @Override
    protected int leave(Rank rank, int position) {
        NewComm made = made(rank, position);
        int handle = StandardAbi.COMM_NULL;
        if (made != null) {
            Comm comm = made.join(rank, parents[position]);
            joined(comm, position);
            handle = comm.handle;
        }
        rank.face.putHandle(HandleKind.COMM, results[position], handle);
        return 0;
    }

    /** "MPI_Comm_split on MPI_COMM_WORLD", from whichever member's object is there. */
    @Override
    protected String describe() {
        for (Comm comm : parents) {
            if (comm != null) {
                return call + " on " + comm.describe();
            }
        }
        return call;
    }
}
