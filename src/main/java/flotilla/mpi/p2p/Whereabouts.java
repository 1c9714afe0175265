package flotilla.mpi.p2p;

import flotilla.memory.Memory;
import flotilla.mpi.core.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The node of each rank, as far as this node knows, and frames that wait for ranks about to leave. Any thread, but what changes it:
 * that is one.
 */
final class Whereabouts {
    /** Instead of frames that wait: too late for more. */
    private static final byte[] CLOSED = {};

    private final int node;
    private final AtomicIntegerArray nodeOf;
    private final AtomicIntegerArray changes;
    /** By rank that is about to leave. */
    private final ConcurrentHashMap<Integer, List<byte[]>> held = new ConcurrentHashMap<>();

    Whereabouts(int node, Placement placement) {
        this.node = node;
        nodeOf = new AtomicIntegerArray(placement.ranks());
        changes = new AtomicIntegerArray(placement.ranks());
        for (int i = 0; i < placement.ranks(); i++) {
            nodeOf.setRelease(i, placement.node(i));
        }
    }

    int nodeOf(int worldRank) {
        return nodeOf.get(worldRank);
    }

    /** Whether a rank is in this node and not about to leave. */
    boolean isHere(int worldRank) {
        return nodeOf.get(worldRank) == node && !held.containsKey(worldRank);
    }

    /**
     * Grows before a rank takes along what it has in this node, and between its bringing that back and its being here. Who has looked
     * for something of a rank in vain, and finds the rank here afterwards, has missed nothing when this is the same before and after.
     */
    int changes(int worldRank) {
        return changes.get(worldRank);
    }

    /** A rank has arrived, or is known to be elsewhere. */
    void located(int worldRank, int atNode) {
        changes.incrementAndGet(worldRank);
        nodeOf.set(worldRank, atNode);
    }

    /** A rank is about to leave. */
    void departs(int worldRank) {
        changes.incrementAndGet(worldRank);
        held.put(worldRank, new ArrayList<>());
    }

    /** A rank that was about to leave has left and is {@link #located}, or stays. Answers the frames that waited for that. */
    List<byte[]> departed(int worldRank) {
        changes.incrementAndGet(worldRank);
        List<byte[]> waiting = held.remove(worldRank);
        synchronized (waiting) {
            List<byte[]> all = List.copyOf(waiting);
            waiting.clear();
            waiting.add(CLOSED);
            return all;
        }
    }

    /** Keeps a frame for a rank that is about to leave. Answers false when it is not. */
    boolean hold(int worldRank, long frame) {
        List<byte[]> waiting = held.get(worldRank);
        if (waiting == null) {
            return false;
        }
        synchronized (waiting) {
            if (!waiting.isEmpty() && waiting.getFirst() == CLOSED) {
                return false;
            }
            waiting.add(Memory.get(frame, MessageFrame.BYTES));
            return true;
        }
    }
}
