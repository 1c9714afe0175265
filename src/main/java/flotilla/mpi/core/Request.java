package flotilla.mpi.core;

import java.io.Serializable;

/**
 * Something nonblocking in progress (MPI-3.1 section 3.7). The status fields are valid once it is complete. Touched only
 * by the PE that runs the rank, except where a subclass says otherwise.
 */
public abstract class Request implements Serializable {
    public int handle;
    public boolean persistent;
    /** Started and not yet reported by a wait or test; false only for persistent requests between uses. */
    public boolean active;

    public int source;
    public int tag;
    /** Error class, 0 for success. */
    public int error;
    public String errorDetail;
    public long bytes;
    public boolean cancelled;
    /** Communicator whose error handler a failure goes to, or null. */
    public Comm comm;
    /** MPI_Request_free was called: goes when complete. */
    public boolean freed;

    public abstract boolean isComplete();

    /**
     * Called once on a complete request before its status is read: what the operation leaves to its owner.
     * Answers 0, an error code, or {@link Rank#CALLING} (then {@code goOn} is called when the guest functions are done).
     */
    public int conclude(Rank rank, GuestReturn goOn) {
        return 0;
    }

    /** Called when a wait or test has reported the request and its handle is gone, or a freed request has completed. */
    public int release(Rank rank, GuestReturn goOn) {
        return 0;
    }

    /** MPI_Start, for persistent requests. */
    public void start(Rank rank) {
        throw new IllegalStateException();
    }

    public void cancel(Rank rank) {}

    /** For the deadlock report. */
    public abstract String describe(Rank rank);

    /** Before a request object is used for another operation. */
    public final void forget() {
        comm = null;
        persistent = false;
        freed = false;
    }

    protected final void clearStatus() {
        error = 0;
        errorDetail = null;
        bytes = 0;
        cancelled = false;
    }
}
