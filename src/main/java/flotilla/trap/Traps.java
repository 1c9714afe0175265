package flotilla.trap;

import flotilla.mpi.core.Rank;

/** How a PE lets a rank run, one trap at a time. */
public interface Traps {
    /** The rank may be run on. */
    int RESUME = 0;
    /** The rank waits for something. */
    int BLOCKED = 1;
    /** The rank may be run on, but others should run first. */
    int YIELD = 2;
    int ENDED = 3;

    /** Prepares the calling thread for running ranks. */
    Guest.PeThread enterThread();

    /** The rank runs on this thread from now on. */
    void bind(Rank rank, Guest.PeThread thread);

    /** Runs the rank until it traps, and answers the trap. Answers what to do with the rank. */
    int run(Rank rank);

    /** The rank was woken, or is new: asks what it waits for. {@link #BLOCKED} when that has not come. */
    int poll(Rank rank);
}
