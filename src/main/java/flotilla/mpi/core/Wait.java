package flotilla.mpi.core;

/** What a blocked rank waits for. Used only by the PE that runs the rank. */
public interface Wait {
    /**
     * Asked when the rank blocks and whenever it was woken, after its inbox has been emptied.
     *
     * @return {@link Rank#BLOCKED} to go on waiting, {@link Rank#CALLING} when a guest function must run first, else the
     *     error code with which the MPI call returns
     * @throws flotilla.mpi.error.MpiException when the call fails
     */
    int poll(Rank rank);

    /** Whether a handler may run while the rank waits for this; if not, it runs after the next wait where it may. */
    default boolean isInterruptible() {
        return true;
    }

    /**
     * A signal has arrived for the rank. A wait that signals end, as the system call's would, gives up what it holds; the
     * others go on after the handler.
     *
     * @return whether the wait has ended; its call answers {@code -EINTR} then
     */
    default boolean interrupt(Rank rank) {
        return false;
    }

    /** What is waited for, for the deadlock report: "a message from rank 3 with tag 7 on MPI_COMM_WORLD". */
    String describe(Rank rank);
}
