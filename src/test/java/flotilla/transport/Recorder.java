package flotilla.transport;

import flotilla.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps all that arrives. Bulks whose key is negative are dropped. */
class Recorder implements Receiver {
    record Frame(int from, byte[] bytes) {}

    record Arrived(int from, long key, byte[] bytes) {}

    record Lost(int node, String reason) {}

    final List<Frame> frames = new CopyOnWriteArrayList<>();
    final List<Arrived> bulks = new CopyOnWriteArrayList<>();
    final List<Lost> lost = new CopyOnWriteArrayList<>();
    private final Map<List<Long>, MemorySegment> targets = new ConcurrentHashMap<>();

    @Override
    public void frame(int fromNode, long address, int bytes) {
        frames.add(new Frame(fromNode, Memory.get(address, bytes)));
    }

    @Override
    public long bulkTarget(int fromNode, long key, long bytes) {
        if (key < 0) {
            return 0;
        }
        MemorySegment target = Arena.ofAuto().allocate(Math.max(1, bytes));
        if (targets.put(List.of((long) fromNode, key), target) != null) {
            throw new AssertionError("bulk " + key + " of node " + fromNode + " twice");
        }
        return target.address();
    }

    @Override
    public void bulkArrived(int fromNode, long key, long bytes) {
        MemorySegment target = targets.remove(List.of((long) fromNode, key));
        // By the segment, which keeps its memory alive.
        bulks.add(new Arrived(fromNode, key, target.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE)));
    }

    @Override
    public void lost(int node, String reason) {
        lost.add(new Lost(node, reason));
    }
}
