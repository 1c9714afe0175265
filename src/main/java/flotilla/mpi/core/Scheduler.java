package flotilla.mpi.core;

/** What the MPI layer asks of the layer that runs ranks. */
public interface Scheduler {
    /** Makes a blocked rank ready; harmless for one that is not blocked. Any thread. */
    void wake(Rank rank);

    /** Ends the job: all ranks stop, the launcher exits with {@code status} after printing {@code message} (may be null). Any thread. */
    void abort(Rank rank, int status, String message);
}
