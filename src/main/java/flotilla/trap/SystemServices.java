package flotilla.trap;

import flotilla.mpi.core.CallState;
import flotilla.mpi.core.Rank;

/**
 * What guests ask of the host beside MPI. Called on the PE that runs the rank. Methods that may have to wait answer as
 * {@link flotilla.mpi.core.Wait#poll}.
 */
public interface SystemServices {
    /** Writes to the job's standard output (1) or error (2); answers the bytes taken, or -errno. */
    long output(Rank rank, int descriptor, long address, long bytes);

    /** Reads the job's standard input; answers bytes, 0 at the end, -errno, or {@link Rank#BLOCKED}. */
    int input(Rank rank, long address, long bytes);

    /** Sleeps; answers {@link Rank#BLOCKED}, or 0 when the time is up. */
    int sleep(Rank rank, long nanoseconds);

    /** Wakes the rank's threads at a time of {@link System#nanoTime}. */
    void wakeAt(Rank rank, long time);

    /**
     * Runs a thread that the rank has made, from the frame that its control block names. Under the rank's lock.
     *
     * @param main what the main thread does in MPI, when this is the first thread it has made since it had no other; or null
     * @throws OutOfMemoryError when the system has no more threads
     */
    void startThread(Rank rank, CallState thread, CallState main);

    /** Has SIGNALS_ARRIVED set after some time, unless {@code nanoseconds} is 0; what was asked for before is forgotten. */
    void alarm(Rank rank, long nanoseconds);

    /**
     * Sets SIGNALS_ARRIVED of a thread of the rank: wakes it, or interrupts the code that it runs.
     *
     * @param control the address of its control block
     */
    void interrupt(Rank rank, long control);

    /** One of the DL operations: arguments and result are in the control block. */
    void dynamicLinking(Rank rank, int operation);

    /** The rank has ended. */
    void exit(Rank rank, int status);

    /**
     * The rank ended itself by a signal: abort(), a failed assertion, raise(). Ends the job.
     *
     * @param signal its number, 6 for abort
     * @param message may be null
     */
    void guestAbort(Rank rank, int signal, String message);

    /** The rank called a function that does not exist: by name, or by the number of its stub when {@code name} is null. Ends the job. */
    void missing(Rank rank, String name, long stub);

    /** The signal handler left a fault in the control block. Ends the job. */
    void fault(Rank rank);
}
