package flotilla.mpi.core;

/** What the MPI layer asks of the layer that runs ranks. */
public interface Scheduler {
    /** Makes a blocked rank ready; harmless for one that is not blocked. Any thread. */
    void wake(Rank rank);

    /**
     * Takes hold of a blocked rank, so that the caller may touch what otherwise only the PE does that runs it; {@link #letGo} must
     * follow at once. For ranks that ran last on the caller's PE and have one thread.
     *
     * @return false when the rank is not blocked
     */
    default boolean claim(Rank rank) {
        return false;
    }

    /** Ends a claim; {@code completed} when something that the rank may wait for has come. */
    default void letGo(Rank rank, boolean completed) {
        throw new IllegalStateException();
    }

    /** Ends the job: all ranks stop, the launcher exits with {@code status} after printing {@code message} (may be null). Any thread. */
    void abort(Rank rank, int status, String message);
}
