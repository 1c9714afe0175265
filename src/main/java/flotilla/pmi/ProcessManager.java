package flotilla.pmi;

import java.net.InetAddress;

/**
 * The process manager as one node of a job sees it. One thread at a time; {@link #abort} any thread. Every call throws
 * {@link PmiException} when the process manager has gone or does not answer in time.
 */
public interface ProcessManager extends AutoCloseable {
    /** What the process manager says unasked. Called on a thread of its own, which may wait. */
    interface Listener {
        /** The connection is gone though {@link #close} was not called: the job has no one to answer to, and should end. Once. */
        void lost();

        /** Our launcher wants the node to end with this status. */
        void end(int status);

        /** Our launcher wants to know what the node's ranks do. */
        void report();
    }

    /** The number of this node: 0 to {@link #nodes} - 1. */
    int node();

    /** Nodes of the job. */
    int nodes();

    /** By which the process manager reaches this host, or null when it need not by a network. */
    InetAddress address();

    /**
     * Stores a value, which the other nodes can {@link #get} after the next {@link #barrier}. A node stores a key once.
     *
     * @param key   at most 30 letters, digits and {@code -}
     * @param value any text, of any length
     */
    void put(String key, String value);

    /** What a node has stored before the last {@link #barrier}, or null when it has stored nothing under this key. */
    String get(int node, String key);

    /** Waits until all nodes have called it; as long as the process manager is there. */
    void barrier();

    /**
     * Ends the job: the process manager ends the other nodes. Returns, and has no error: the caller is about to end, too.
     *
     * @param status  exit status of the job, 0 to 255
     * @param message for the process manager's log, one line
     */
    void abort(int status, String message);

    /** From now on the listener is told; of a connection that is gone already, at once. */
    void listen(Listener listener);

    /** Says that this node has ended as it should. */
    @Override
    void close();
}
