package flotilla.image;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import flotilla.memory.Memory;
import java.lang.foreign.MemorySegment;

/** Prepared writable memory: runs of bytes to copy into a slot, and the words to which the slot's address is then added. */
final class Template {
    private final MemorySegment contents;
    private final long[] runStart;
    private final long[] runBytes;
    private final long[] addresses;

    Template(MemorySegment contents, long[] runStart, long[] runBytes, long[] addresses) {
        this.contents = contents;
        this.runStart = runStart;
        this.runBytes = runBytes;
        this.addresses = addresses;
    }

    void apply(long slotBase) {
        long from = 0;
        for (int i = 0; i < runStart.length; i++) {
            MemorySegment.copy(contents, from, Memory.segment(slotBase + runStart[i], runBytes[i]), 0, runBytes[i]);
            from += runBytes[i];
        }
        MemorySegment memory = Memory.segment(0, Long.MAX_VALUE);
        for (long offset : addresses) {
            long at = slotBase + offset;
            memory.set(JAVA_LONG_UNALIGNED, at, memory.get(JAVA_LONG_UNALIGNED, at) + slotBase);
        }
    }

    /** Bytes that a rank's copy takes. */
    long size() {
        long size = 0;
        for (long bytes : runBytes) {
            size += bytes;
        }
        return size;
    }

    int addressCount() {
        return addresses.length;
    }
}
