package flotilla.mpi.datatype;

import flotilla.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Moves data between layouts and packed streams. Addresses are absolute; the address of a buffer is that of its first
 * item's displacement 0 (0 for MPI_BOTTOM). Counts are not negative, and both sides never overlap: the caller has seen
 * to that. Nothing is allocated once a datatype is committed.
 */
public final class Pack {
    /** Bytes that go through a thread's buffer at a time when neither side of a copy is contiguous: fits the L2 cache. */
    private static final int SCRATCH_BYTES = 64 << 10;

    private record Scratch(MemorySegment memory, long address) {
        static Scratch allocate() {
            MemorySegment memory = Arena.ofAuto().allocate(SCRATCH_BYTES, 64);
            return new Scratch(memory, memory.address());
        }
    }

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::allocate);

    /** Bytes of the packed stream of {@code count} items. */
    public static long packSize(long count, Datatype type) {
        return Checked.multiply(count, type.size());
    }

    /** Writes the packed stream of {@code count} items at {@code address} to {@code to}; returns its length. */
    public static long pack(long address, long count, Datatype type, long to) {
        long size = type.size();
        if (size == 0 || count == 0) {
            return 0;
        }
        type.root().move(address, type.extent(), true, to, size, false, count);
        return count * size;
    }

    /** Writes bytes {@code [offset, offset + bytes)} of the packed stream to {@code to}; returns how many there were. */
    public static long packRange(long address, long count, Datatype type, long offset, long bytes, long to) {
        long total = count * type.size();
        long end = bytes < total - offset ? offset + bytes : total;
        if (end <= offset) {
            return 0;
        }
        if (end - offset == total) {
            type.root().move(address, type.extent(), true, to, type.size(), false, count);
        } else {
            Node.moveRange(type.root(), address, type.extent(), to - offset, offset, end, true);
        }
        return end - offset;
    }

    /**
     * Spreads a packed stream of {@code bytes} bytes over at most {@code count} items at {@code address}. The stream may
     * end anywhere, even inside a basic element. Returns the bytes consumed.
     */
    public static long unpack(long from, long bytes, long address, long count, Datatype type) {
        return unpackRange(from, 0, bytes, address, count, type);
    }

    /** Spreads {@code bytes} bytes at {@code from}, which are the packed stream's from {@code offset} on; returns how many were wanted. */
    public static long unpackRange(long from, long offset, long bytes, long address, long count, Datatype type) {
        long total = count * type.size();
        long end = bytes < total - offset ? offset + bytes : total;
        if (end <= offset) {
            return 0;
        }
        if (end - offset == total) {
            type.root().move(from, type.size(), false, address, type.extent(), true, count);
        } else {
            Node.moveRange(type.root(), address, type.extent(), from - offset, offset, end, false);
        }
        return end - offset;
    }

    /**
     * Copies what one buffer holds into another, through neither's packed stream where that can be avoided. Moves the
     * shortest of both streams and {@code maxBytes}; returns how many bytes that was.
     */
    public static long copy(long fromAddress, long fromCount, Datatype fromType, long toAddress, long toCount, Datatype toType,
            long maxBytes) {
        long total = Math.min(maxBytes, Math.min(fromCount * fromType.size(), toCount * toType.size()));
        if (total <= 0) {
            return 0;
        }
        boolean fromRun = fromType.isContiguous(fromCount);
        boolean toRun = toType.isContiguous(toCount);
        if (fromRun && toRun) {
            Runs.move(fromAddress + fromType.trueLb(), toAddress + toType.trueLb(), total);
        } else if (toRun) {
            packRange(fromAddress, fromCount, fromType, 0, total, toAddress + toType.trueLb());
        } else if (fromRun) {
            unpackRange(fromAddress + fromType.trueLb(), 0, total, toAddress, toCount, toType);
        } else if (fromType.root() == toType.root() && fromType.extent() == toType.extent()) {
            long items = total / fromType.size();
            fromType.root().move(fromAddress, fromType.extent(), true, toAddress, toType.extent(), true, items);
            copyThroughScratch(fromAddress, fromCount, fromType, toAddress, toCount, toType, items * fromType.size(), total);
        } else {
            copyThroughScratch(fromAddress, fromCount, fromType, toAddress, toCount, toType, 0, total);
        }
        return total;
    }

    private static void copyThroughScratch(long fromAddress, long fromCount, Datatype fromType, long toAddress, long toCount,
            Datatype toType, long start, long end) {
        if (start == end) {
            return;
        }
        long scratch = SCRATCH.get().address();
        for (long offset = start; offset < end; offset += SCRATCH_BYTES) {
            long bytes = Math.min(SCRATCH_BYTES, end - offset);
            packRange(fromAddress, fromCount, fromType, offset, bytes, scratch);
            unpackRange(scratch, offset, bytes, toAddress, toCount, toType);
        }
    }

    private Pack() {}
}
