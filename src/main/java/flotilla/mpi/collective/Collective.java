package flotilla.mpi.collective;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Meeting;
import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;

/**
 * One collective call in progress. It counts its members itself, for not all calls need them all: of {@link Meeting} it
 * uses only the place in the communicator's chain.
 */
abstract class Collective extends Meeting {
    final CollectiveKind kind;
    private Comm comm;
    private boolean reusable;

    Collective(Contribution first) {
        super(0);
        kind = first.kind;
    }

    /** A call begins: the object is new, or it has served others of the same kind on the same communicator. */
    void begin(Contribution first) {
        comm = first.comm;
        failure = null;
        // Nonblocking calls may go on when their members make the next; intercommunicators' can have other members each time.
        reusable = first.blocking && !comm.isInter();
    }

    @Override
    protected final boolean isReusable() {
        return reusable;
    }

    /** A member arrives; its arguments are in place. Answers 0, or {@link Rank#CALLING} while guest functions run. */
    abstract int join(Contribution member);

    /** Whether the member can leave. May do some of the meeting's work. Only the member itself asks. */
    abstract boolean isComplete(Contribution member);

    /** The member leaves: writes what is left to write into its buffers. */
    void depart(Contribution member) {}

    /** What is missing, for the deadlock report; empty when there is nothing to say. */
    abstract String state(Contribution member);

    /** @throws MpiException when the member makes another call than those who came before */
    void check(Contribution member) {
        if (member.kind != kind) {
            throw new MpiException(ErrorClass.OTHER, "the ranks of " + comm.describe() + " call different collectives: "
                    + kind.function + ", and here " + member.kind.function);
        }
        if (!member.blocking) {
            reusable = false;
        }
    }

    final MpiException commonFailure() {
        return failure;
    }

    /** For a member that would have to receive more than it has room for. */
    static MpiException truncated(Contribution receiver, long sent, long room, int sender) {
        Comm comm = receiver.comm;
        return new MpiException(ErrorClass.TRUNCATE, "the part from rank " + sender + " of " + comm.describe() + " has " + sent
                + " bytes, the receive buffer has room for " + room);
    }

    @Override
    protected final int conclude(Rank last) {
        throw new IllegalStateException("members of a collective join");
    }

    @Override
    protected final String describe() {
        return kind.function + " on " + comm.describe();
    }
}
