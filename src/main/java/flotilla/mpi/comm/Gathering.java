package flotilla.mpi.comm;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.Meeting;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Wait;
import flotilla.mpi.rounds.Channel;
import flotilla.mpi.rounds.TreeBarrier;

/** All members wait for each other, then each goes on with something of its own. */
public final class Gathering extends Meeting {
    private final String what;
    private final GuestReturn[] then;

    private Gathering(String call, Comm comm) {
        super(comm.totalSize());
        what = call + " on " + comm.describe();
        then = new GuestReturn[members()];
    }

    /**
     * @param call name of the MPI function
     * @param then what this member does when all are there; answers as {@link flotilla.mpi.core.Wait#poll}
     */
    public static int call(Rank rank, String call, Comm comm, GuestReturn then) {
        if (rank.world.isDistributed()) {
            comm.countCollective();
            var rounds = new TreeBarrier(rank, comm, Channel.of(comm), comm.collectiveCalls);
            rounds.begin();
            return rank.waitFor(new ByMessages(call, comm, rounds, then));
        }
        Gathering meeting = comm.nextMeeting(Gathering.class, () -> new Gathering(call, comm));
        meeting.then[comm.position()] = then;
        return meeting.attend(rank, comm.position());
    }

    /** A member's wait in a job of several nodes. */
    private record ByMessages(String call, Comm comm, TreeBarrier rounds, GuestReturn then) implements Wait {
        @Override
        public int poll(Rank rank) {
            return rounds.isFinished() ? then.returned(rank, 0) : Rank.BLOCKED;
        }

        @Override
        public String describe(Rank rank) {
            String state = rounds.state();
            return call + " on " + comm.describe() + (state.isEmpty() ? "" : " (" + state + ")");
        }
    }

    @Override
    protected int conclude(Rank last) {
        return 0;
    }

    @Override
    protected int leave(Rank rank, int position) {
        return then[position].returned(rank, 0);
    }

    @Override
    protected String describe() {
        return what;
    }
}
