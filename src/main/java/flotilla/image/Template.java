package flotilla.image;

import flotilla.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Prepared writable memory: runs of bytes to copy into a slot, the words to which the slot's address is then added, and
 * those that get an address outside of the slot.
 */
final class Template {
    private final MemorySegment contents;
    private final long[] runStart;
    private final long[] runBytes;
    private final long[] addresses;
    private final long[] outsideAddresses;

    Template(MemorySegment contents, long[] runStart, long[] runBytes, long[] addresses, long[] outsideAddresses) {
        this.contents = contents;
        this.runStart = runStart;
        this.runBytes = runBytes;
        this.addresses = addresses;
        this.outsideAddresses = outsideAddresses;
    }

    void apply(SlotBases bases) {
        long from = 0;
        for (int i = 0; i < runStart.length; i++) {
            MemorySegment.copy(contents, from, Memory.segment(bases.absolute(runStart[i]), runBytes[i]), 0, runBytes[i]);
            from += runBytes[i];
        }
        for (long offset : addresses) {
            long at = bases.absolute(offset);
            Memory.putLong(at, Memory.getLong(at) + bases.own());
        }
        for (long offset : outsideAddresses) {
            long at = bases.absolute(offset);
            Memory.putLong(at, bases.absolute(Memory.getLong(at)));
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
}
