package flotilla.mpi.core;

/** What belongs to a PE rather than to a rank: used without synchronization by whatever rank runs there. */
public final class PeLocal {
    /** The point-to-point layer's free messages, made on first use. */
    public Object messages;
    /** Address of memory for a frame to another node, made on first use; else 0. */
    public long frame;
    /** Control block of the rank that is likely to run next, or 0; for whoever resumes a rank now. */
    public long nextControl;
    /** Whether this thread has nothing to run, and will {@link Progress#help} after each poll in which something has come. */
    public boolean isIdle;
}
