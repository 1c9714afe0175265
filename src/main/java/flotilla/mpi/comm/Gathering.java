package flotilla.mpi.comm;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.Meeting;
import flotilla.mpi.core.Rank;

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
        Gathering meeting = comm.nextMeeting(Gathering.class, () -> new Gathering(call, comm));
        meeting.then[comm.position()] = then;
        return meeting.attend(rank, comm.position());
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
