package flotilla.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Where runs of bytes lie: at an offset each in one place, <em>laid out</em>, and behind one another, <em>packed</em>, in
 * another. In native memory, since {@link Copies} are. Immutable.
 */
public final class RunTable {
    private final int runs;
    /** Bytes of every run, or 0 when they differ. */
    private final long length;
    private final long bytes;
    /** Offsets of the runs; then, when their lengths differ, where each begins in the packed form and the last ends. */
    private final MemorySegment table;
    private final long offsets;
    /** Address of the second part, or 0. */
    private final long starts;
    /** Bounds of the bytes laid out. */
    private final long lowest;
    private final long end;

    /**
     * @param offsets at least one
     * @param starts  where each run begins in the packed form and, last, where that ends
     */
    public RunTable(long[] offsets, long[] starts) {
        runs = offsets.length;
        bytes = starts[runs];
        boolean uniform = true;
        long low = Long.MAX_VALUE;
        long high = Long.MIN_VALUE;
        for (int run = 0; run < runs; run++) {
            long size = starts[run + 1] - starts[run];
            uniform &= size == starts[1];
            low = Math.min(low, offsets[run]);
            high = Math.max(high, offsets[run] + size);
        }
        lowest = low;
        end = high;
        length = uniform ? starts[1] : 0;
        table = Arena.ofAuto().allocate(JAVA_LONG, uniform ? runs : 2L * runs + 1);
        MemorySegment.copy(offsets, 0, table, JAVA_LONG, 0, runs);
        this.offsets = table.address();
        if (uniform) {
            this.starts = 0;
        } else {
            MemorySegment.copy(starts, 0, table, JAVA_LONG, 8L * runs, runs + 1);
            this.starts = this.offsets + 8L * runs;
        }
    }

    public int runs() {
        return runs;
    }

    /** Bytes of all runs. */
    public long bytes() {
        return bytes;
    }

    public long offset(int run) {
        return table.getAtIndex(JAVA_LONG, run);
    }

    /** Where a run begins in the packed form; for {@link #runs}, where that ends. */
    public long start(int run) {
        return starts == 0 ? run * length : table.getAtIndex(JAVA_LONG, (long) runs + run);
    }

    public long length(int run) {
        return starts == 0 ? length : start(run + 1) - start(run);
    }

    /** The run to which a byte of the packed form belongs. */
    public int runAt(long position) {
        if (starts == 0) {
            return (int) (position / length);
        }
        int low = 0;
        int high = runs - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (start(middle) <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /**
     * Copies runs [first, last), not empty. The addresses are those of offset 0 or, packed, of where byte 0 stands or would
     * stand. Checks as {@link Copies} do.
     */
    public void copy(long to, boolean toLaid, long from, boolean fromLaid, int first, int last) {
        long packedStart = start(first);
        long packedEnd = start(last);
        Memory.check(to + (toLaid ? lowest : packedStart), to + (toLaid ? end : packedEnd));
        Memory.check(from + (fromLaid ? lowest : packedStart), from + (fromLaid ? end : packedEnd));
        Copies.runs(to, toLaid ? offsets : 0, from, fromLaid ? offsets : 0, starts, first, last, length);
        Reference.reachabilityFence(table);
    }

    /** Copies {@code items} times all runs; the steps are the distances between the items. */
    public void copyItems(long to, long toStep, boolean toLaid, long from, long fromStep, boolean fromLaid, long items) {
        long toStart = toLaid ? lowest : 0;
        long fromStart = fromLaid ? lowest : 0;
        Copies.check(to + toStart, items, toStep, 1, 0, (toLaid ? end : bytes) - toStart);
        Copies.check(from + fromStart, items, fromStep, 1, 0, (fromLaid ? end : bytes) - fromStart);
        Copies.items(to, toStep, toLaid ? offsets : 0, from, fromStep, fromLaid ? offsets : 0, starts, runs, items, length);
        Reference.reachabilityFence(table);
    }
}
