package flotilla.mpi.collective;

import flotilla.abi.StandardAbi;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Request;

/** A nonblocking (MPI-3.1 section 5.12) or persistent (MPI-4.0 section 6.13) collective operation. */
public final class CollectiveRequest extends Request {
    private final Contribution contribution;
    /** Where a persistent operation's calls meet, apart from all others: they may be started in any order. */
    private final Comm chain;
    /** The operation's result has been taken. */
    private boolean departed;

    CollectiveRequest(Contribution contribution) {
        this(contribution, null);
        active = true;
    }

    /** @param chain the members' own chain of this operation's calls, for a persistent one */
    CollectiveRequest(Contribution contribution, Comm chain) {
        this.contribution = contribution;
        this.chain = chain;
        comm = contribution.comm;
        source = StandardAbi.ANY_SOURCE;
        tag = StandardAbi.ANY_TAG;
        persistent = chain != null;
    }

    @Override
    public boolean isComplete() {
        return departed || contribution.isComplete();
    }

    @Override
    public int conclude(Rank rank, GuestReturn goOn) {
        if (!departed) {
            departed = true;
            contribution.depart();
        }
        return 0;
    }

    @Override
    public int release(Rank rank, GuestReturn goOn) {
        contribution.clear();
        return 0;
    }

    @Override
    public void start(Rank rank) {
        clearStatus();
        departed = false;
        contribution.prepare();
        contribution.seek(chain);
        active = true;
        contribution.join();
    }

    @Override
    public String describe(Rank rank) {
        return contribution.describe(rank);
    }
}
