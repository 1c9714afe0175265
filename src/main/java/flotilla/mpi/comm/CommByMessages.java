package flotilla.mpi.comm;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Wait;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.rounds.SpreadBytes;

/** A member's wait, in a job of several nodes, for the communicator that a {@link CommMeeting} makes. */
record CommByMessages(String call, Comm comm, SpreadBytes rounds, long result) implements Wait {
    @Override
    public int poll(Rank rank) {
        if (!rounds.isFinished()) {
            return Rank.BLOCKED;
        }
        MpiException failure = rounds.failure();
        if (failure != null) {
            throw failure;
        }
        return ((CommMeeting) rounds.outcome()).depart(rank, comm, result);
    }

    @Override
    public String describe(Rank rank) {
        String state = rounds.state();
        return call + " on " + comm.describe() + (state.isEmpty() ? "" : " (" + state + ")");
    }
}
