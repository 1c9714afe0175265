package flotilla.mpi.p2p;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How much eager messages may take up in other nodes, from node to node: who sends one is charged, and gets that back when it has
 * been received, or sent on to another node, which charges whoever sends it on. Any thread.
 */
final class Credit {
    /** For {@link Message#chargedNode}. */
    static final int NOBODY = -1;
    /** Bytes that one node may have sent to another whose ranks have not received them. */
    private static final long WINDOW = 32L << 20;
    /** What has been received is told in portions of at least this. */
    private static final long PORTION = 1 << 20;
    /** What a message costs beside its data. */
    private static final long MESSAGE_COST = 128;

    private final AtomicLongArray underWay;
    private final AtomicLongArray owed;

    Credit(int nodes) {
        underWay = new AtomicLongArray(nodes);
        owed = new AtomicLongArray(nodes);
    }

    boolean isExhausted(int to) {
        return underWay.get(to) > WINDOW;
    }

    /** A message with so much data is sent to a node. */
    void charge(int to, long bytes) {
        underWay.addAndGet(to, bytes + MESSAGE_COST);
    }

    /** A node has told how much it has done with. */
    void giveBack(int to, long charged) {
        underWay.addAndGet(to, -charged);
    }

    /**
     * A message that has come from a node is done with here.
     *
     * @return what that node must be told it gets back, if anything
     */
    long owe(int from, long bytes) {
        long due = owed.addAndGet(from, bytes + MESSAGE_COST);
        return due >= PORTION && owed.compareAndSet(from, due, 0) ? due : 0;
    }
}
