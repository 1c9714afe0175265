package flotilla.trap;

import flotilla.mpi.core.CallState;
import flotilla.mpi.core.PeLocal;
import flotilla.mpi.core.Rank;

/** How a PE lets a rank run, one trap at a time. */
public interface Traps {
    /** The rank may be run on. */
    int RESUME = 0;
    /** The rank waits for something. */
    int BLOCKED = 1;
    /** The rank may be run on, but others should run first. */
    int YIELD = 2;
    /** The rank has ended. */
    int ENDED = 3;
    /** The thread has ended, not the rank. */
    int THREAD_ENDED = 4;

    /** Prepares the calling thread for running ranks. */
    Guest.PeThread enterThread();

    /** The calling thread will run no more. */
    void leaveThread();

    /** The rank runs on this thread, of a PE, from now on. */
    void bind(Rank rank, Guest.PeThread thread, PeLocal pe);

    /** A thread of a rank with several runs on this one. */
    void bind(long control, Guest.PeThread thread);

    /** Runs the rank until it traps, and answers the trap. Answers what to do with the rank. */
    int run(Rank rank);

    /** The rank was woken, or is new: asks what it waits for. {@link #BLOCKED} when that has not come. */
    int poll(Rank rank);

    /** As {@link #run(Rank)}, for a thread of a rank with several. */
    int run(Rank rank, CallState calls);

    /** As {@link #poll(Rank)}, for a thread of a rank with several. */
    int poll(Rank rank, CallState calls);

    /** Nothing of the thread is used any more: tells the threads that wait for its end. Under the rank's lock. */
    void threadEnded(Rank rank, long control);

    /** The job has ended, and the rank waits in a trap: lets it run {@code function}, without arguments, and nothing after. */
    void callAtEnd(Rank rank, long function);
}
