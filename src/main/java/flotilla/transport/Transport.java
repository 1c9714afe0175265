package flotilla.transport;

/**
 * Bytes between the nodes of a job. Memory is given by address and is native; the caller answers for it.
 *
 * <p>To a node that is gone (it has closed, or was reported to {@link Receiver#lost}) everything can be sent and nothing arrives:
 * frames are dropped, and bulks are done at once.
 */
public interface Transport extends AutoCloseable {
    /** The number of this node. */
    int node();

    /** The number of nodes of the job. */
    int nodes();

    /** Bytes of the largest frame's header and payload together; at least 16 KiB + 256. */
    int maxFrame();

    /**
     * Sends a frame, gathered from two pieces of memory that are free again when this returns. Frames from one node to another
     * arrive in the order in which they were sent. Any thread; allocates nothing; never blocks.
     *
     * @return false when that node takes too slowly just now (a bounded amount is under way), or another thread is just
     *     sending to it: nothing was sent; try again after a {@link #poll}
     * @throws IllegalArgumentException when {@code node} is this node or none, or the frame is larger than {@link #maxFrame}
     */
    boolean send(int node, long header, int headerBytes, long payload, int payloadBytes);

    /**
     * Sends any number of bytes, to the memory that the receiver's {@link Receiver#bulkTarget} names. No copy is made but the
     * kernel's. Bulks between two nodes arrive in any order, and so do bulks and frames. Any thread.
     *
     * @param key what the receiver knows the bulk by; any number
     * @param address memory that stays as it is until {@code done} is called
     * @param done called once, by a thread that is in {@code sendBulk} (this call even) or {@link #poll}; must not block
     * @throws IllegalArgumentException when {@code node} is this node or none, or {@code bytes} is negative
     */
    void sendBulk(int node, long key, long address, long bytes, Runnable done);

    /** Whether {@link #read} can be used for that node: it is on this host and the kernel allows it (tried when connecting). */
    boolean canRead(int node);

    /**
     * Copies memory of another node's process, which the caller knows to be there and to stay. Any thread.
     *
     * @throws TransportException naming node and reason
     */
    void read(int node, long remoteAddress, long localAddress, long bytes);

    /**
     * Makes progress: hands to the {@link Receiver} what has arrived, sends on what waits. A call's work is bounded. Any
     * thread; while another thread is in it, returns false at once.
     *
     * @return whether something was done, and so another call may find more
     * @throws RuntimeException only what the receiver has thrown
     */
    boolean poll();

    /**
     * Waits until there may be something for {@link #poll}, {@link #wakeUp} is called, or the time is over; may return early.
     * Costs no processor time. For one thread at a time.
     */
    void await(long nanoseconds);

    /** Ends an {@link #await} under way, or the next. Any thread. */
    void wakeUp();

    /** What was sent and received so far. Any thread. */
    TransportCounters counters();

    /**
     * Sends what was accepted, for some seconds at most, says goodbye to the other nodes and frees everything. Other threads
     * may be in any method but {@link #read}; what they send later is dropped. Calls that come after the first do nothing.
     */
    @Override
    void close();
}
