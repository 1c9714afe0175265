package flotilla.balance.strategy;

import flotilla.balance.Pes;
import java.util.Arrays;

/**
 * The times of all PEs while ranks are put on them, and which PE would have done a rank first. PEs of about the same speed share
 * a heap, so that a slow PE that has nothing does not attract the heaviest rank. Of equal PEs the one of the lowest number counts
 * as less loaded.
 */
final class LeastLoaded {
    /** Speeds of one heap differ by less than a seventh. */
    private static final double CLASSES_PER_OCTAVE = 5;

    private final double[] times;
    private final double[] speed;
    /** Heaps, one behind the other: PEs. */
    private final int[] heap;
    private final int[] position;
    /** By PE: its heap's number. Heap {@code k} stands from {@code starts[k]} to {@code starts[k + 1]}. */
    private final int[] heapOf;
    private final int[] starts;

    /** @param times ns that each PE has already; kept, and counted up */
    LeastLoaded(double[] times, Pes pes) {
        this.times = times;
        this.speed = pes.speed();
        int count = times.length;
        heapOf = new int[count];
        heap = new int[count];
        position = new int[count];
        var classes = new int[count];
        for (int pe = 0; pe < count; pe++) {
            classes[pe] = (int) Math.floor(Math.log(speed[pe]) / Math.log(2) * CLASSES_PER_OCTAVE);
        }
        int[] distinct = Arrays.stream(classes).sorted().distinct().toArray();
        starts = new int[distinct.length + 1];
        for (int pe = 0; pe < count; pe++) {
            heapOf[pe] = Arrays.binarySearch(distinct, classes[pe]);
            starts[heapOf[pe] + 1]++;
        }
        for (int k = 0; k < distinct.length; k++) {
            starts[k + 1] += starts[k];
        }
        int[] next = starts.clone();
        for (int pe = 0; pe < count; pe++) {
            put(next[heapOf[pe]]++, pe);
        }
        for (int k = 0; k < distinct.length; k++) {
            for (int at = starts[k] + (starts[k + 1] - starts[k]) / 2 - 1; at >= starts[k]; at--) {
                sink(at);
            }
        }
    }

    double time(int pe) {
        return times[pe];
    }

    /** When the PE would be done if it had that work, too. */
    double timeWith(int pe, double work) {
        return times[pe] + work / speed[pe];
    }

    /** The PE that would be done first with that work on top. */
    int bestFor(double work) {
        int best = heap[0];
        double bestTime = timeWith(best, work);
        for (int k = 1; k < starts.length - 1; k++) {
            double time = timeWith(heap[starts[k]], work);
            if (time < bestTime) {
                best = heap[starts[k]];
                bestTime = time;
            }
        }
        return best;
    }

    void add(int pe, double work) {
        times[pe] += work / speed[pe];
        sink(position[pe]);
    }

    void remove(int pe, double work) {
        // Rounding may leave a trace below nothing.
        times[pe] = Math.max(0, times[pe] - work / speed[pe]);
        rise(position[pe]);
    }

    double longest() {
        double longest = 0;
        for (double time : times) {
            longest = Math.max(longest, time);
        }
        return longest;
    }

    private boolean less(int a, int b) {
        return times[a] < times[b] || times[a] == times[b] && a < b;
    }

    private void put(int at, int pe) {
        heap[at] = pe;
        position[pe] = at;
    }

    private void sink(int at) {
        int pe = heap[at];
        int start = starts[heapOf[pe]];
        int end = starts[heapOf[pe] + 1];
        while (true) {
            int child = start + 2 * (at - start) + 1;
            if (child >= end) {
                break;
            }
            if (child + 1 < end && less(heap[child + 1], heap[child])) {
                child++;
            }
            if (less(pe, heap[child])) {
                break;
            }
            put(at, heap[child]);
            at = child;
        }
        put(at, pe);
    }

    private void rise(int at) {
        int pe = heap[at];
        int start = starts[heapOf[pe]];
        while (at > start) {
            int parent = start + (at - start - 1) / 2;
            if (less(heap[parent], pe)) {
                break;
            }
            put(at, heap[parent]);
            at = parent;
        }
        put(at, pe);
    }
}
