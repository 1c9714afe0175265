package flotilla.mpi.core;

import flotilla.abi.ControlBlock;
import flotilla.memory.Mapping;
import flotilla.memory.Memory;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Memory for data of one rank's calls under way, in its own slot: it goes along when the rank moves, and has the same addresses where it
 * arrives. It takes the second half of what the host has of the slot's map region, and touches as little of that as is used at a time.
 * Used only by the PE that runs the rank.
 */
public final class TemporaryMemory implements Serializable {
    private static final int SMALLEST_LOG = 6;
    private static final int SIZES = Long.SIZE - 1;
    /** Bytes that are mapped at a time. */
    private static final long PORTION = 256 << 10;
    /** Larger blocks give their memory back to the system when they are given back. */
    private static final int LARGEST_KEPT_LOG = 22;

    private final long start;
    private final long end;
    private long mapped;
    /** What begins here has never been taken. */
    private long top;
    private int taken;
    private final NativeBlock[][] free = new NativeBlock[SIZES][];
    private final int[] freeCount = new int[SIZES];

    /** @param control address of the control block of the rank's main thread */
    TemporaryMemory(long control) {
        long base = Memory.getLong(control + ControlBlock.MAP_BASE);
        long size = Memory.getLong(control + ControlBlock.MAP_SIZE);
        start = Mapping.pageUp(base + size / 8);
        end = Math.max(start, Mapping.pageDown(base + size / 4));
        mapped = start;
        top = start;
    }

    /** A block of at least {@code bytes} bytes, aligned to 16, with any content; null when there is no room. */
    NativeBlock take(long bytes) {
        int log = Math.max(SMALLEST_LOG, Long.SIZE - Long.numberOfLeadingZeros(Math.max(bytes, 1) - 1));
        if (log >= SIZES) {
            return null;
        }
        NativeBlock block;
        if (freeCount[log] > 0) {
            block = free[log][--freeCount[log]];
        } else {
            long size = 1L << log;
            if (size > end - top) {
                return null;
            }
            block = new NativeBlock(top, log, this);
            top += size;
            map();
        }
        taken++;
        return block;
    }

    private void map() {
        if (top > mapped) {
            long upTo = Math.min(end, mapped + Math.ceilDiv(top - mapped, PORTION) * PORTION);
            Mapping.map(mapped, upTo - mapped, Mapping.PROT_READ | Mapping.PROT_WRITE,
                    Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS | Mapping.MAP_NORESERVE | Mapping.MAP_FIXED_NOREPLACE, -1, 0);
            mapped = upTo;
        }
    }

    void give(NativeBlock block, int log) {
        NativeBlock[] kept = free[log];
        if (kept == null || freeCount[log] == kept.length) {
            kept = kept == null ? new NativeBlock[4] : Arrays.copyOf(kept, 2 * kept.length);
            free[log] = kept;
        }
        kept[freeCount[log]++] = block;
        if (log > LARGEST_KEPT_LOG) {
            Mapping.advise(Mapping.pageUp(block.address), Mapping.pageDown(block.address + (1L << log)) - Mapping.pageUp(block.address),
                    Mapping.MADV_DONTNEED);
        }
        taken--;
    }

    /** The rank is about to leave: what is not used does not have to go along. */
    void discard() {
        if (taken > 0 || top == start) {
            return;
        }
        Mapping.advise(start, Mapping.pageUp(top) - start, Mapping.MADV_DONTNEED);
        Arrays.fill(free, null);
        Arrays.fill(freeCount, 0);
        top = start;
    }
}
