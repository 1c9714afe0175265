package flotilla.mpi.core;

import java.io.Serializable;

/**
 * Something that a rank has under way beside the call that it is in, or within it: a collective operation by messages, a
 * partitioned receive that needs more than messages. It goes on whenever the rank's inbox has been emptied. Touched only by the PE that runs the rank.
 */
public abstract class Activity implements Serializable {
    /** Links of the rank's list. */
    transient Activity next;
    transient Activity previous;

    /** Goes on as far as it can without waiting. Throws nothing: a failure is the operation's own. */
    protected abstract void advance(Rank rank);

    /** Why the rank cannot go to another process before this has ended, or null. */
    protected String whyItStays() {
        return null;
    }

    /** Whether a guest function must run before it can go on. */
    protected boolean wantsGuest() {
        return false;
    }

    /** Asks for that function. Answers {@link Rank#CALLING}; afterwards it goes on, and then {@code goOn}. */
    protected int callGuest(Rank rank, GuestReturn goOn) {
        throw new IllegalStateException();
    }
}
