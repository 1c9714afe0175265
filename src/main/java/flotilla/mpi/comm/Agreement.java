package flotilla.mpi.comm;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Meeting;
import flotilla.mpi.core.Rank;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A collective call in which nobody waits for anybody: the members only have to use the same objects, which whoever needs
 * one first makes. It stands in the communicator's chain of collective calls like every other, but nobody attends it.
 *
 * <p>In a job of several nodes members in different processes make objects of their own, which are equal: what they are made
 * from is the same for all, and so is the context that {@link flotilla.mpi.core.World#newContext} computes. Members in one
 * process share them if they call at the same time.
 */
public final class Agreement extends Meeting {
    /** By which members in one process find the agreement, if they call while others do. */
    private record Key(long context, int call) {}

    private final String call;
    private final String comm;
    private final ConcurrentHashMap<Object, Object> made = new ConcurrentHashMap<>(2);

    private Agreement(String call, Comm comm) {
        super(0);
        this.call = call;
        this.comm = comm.describe();
    }

    /**
     * The agreement of this member's next collective call on {@code comm}.
     *
     * @param call name of the MPI function, for messages
     */
    public static Agreement next(Rank rank, Comm comm, String call) {
        if (rank.world.isDistributed()) {
            comm.countCollective();
            return rank.world.share(new Key(comm.context, comm.collectiveCalls), new Agreement(call, comm));
        }
        return comm.nextMeeting(Agreement.class, () -> new Agreement(call, comm));
    }

    /** What all members with an equal {@code key} get. Any thread. */
    @SuppressWarnings("unchecked") // callers of one kind of call make one class
    public <T> T agree(Object key, Supplier<T> make) {
        Object found = made.get(key);
        return (T) (found != null ? found : made.computeIfAbsent(key, unused -> make.get()));
    }

    /** What all members get. */
    public <T> T agree(Supplier<T> make) {
        return agree(Boolean.TRUE, make);
    }

    @Override
    protected int conclude(Rank last) {
        throw new IllegalStateException("nobody attends an agreement");
    }

    @Override
    protected String describe() {
        return call + " on " + comm;
    }
}
