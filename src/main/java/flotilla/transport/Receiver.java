package flotilla.transport;

/**
 * Takes what arrives at a node. Called inside of {@link Transport#poll}, by one thread at a time; must not block; may call
 * {@link Transport#send} and {@link Transport#sendBulk}.
 */
public interface Receiver {
    /** A frame: header and payload as they were sent, one after the other, in memory that is valid during the call only. */
    void frame(int fromNode, long address, int bytes);

    /** Where the bulk, of {@code bytes} bytes, is to be written; or 0 to drop it, and then {@link #bulkArrived} is not called. */
    long bulkTarget(int fromNode, long key, long bytes);

    /** All of a bulk has been written to its target. */
    void bulkArrived(int fromNode, long key, long bytes);

    /**
     * Once for a node: it can't be reached any more, though it has not called {@link Transport#close}. Its frames before that
     * came.
     */
    void lost(int node, String reason);
}
