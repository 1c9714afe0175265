package flotilla.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Collections;

/**
 * Copies of many small pieces, in C (guest/host/copies.c). For addresses that guests have given, as in {@link Memory}: a
 * range that can never be mapped throws an {@link IndexOutOfBoundsException}, and nothing has been copied then. Source and
 * target must not overlap. Needs {@link HostLibrary#load}.
 */
public final class Copies {
    /** Pieces up to which a call is so short that the garbage collector may wait for it, which makes the call cheaper. */
    private static final int FEW = 1024;
    /** Bytes of a small piece. */
    private static final int SMALL = 64;

    // Functions of fewer arguments are called by handles of ten, as is said of NativeFunction.

    private static final class Few {
        static final MethodHandle CALL = handle(Linker.Option.critical(false));
    }

    private static final class Many {
        static final MethodHandle CALL = handle();
    }

    private static final class Functions {
        static final MemorySegment BLOCKS = HostLibrary.lookup().findOrThrow("flotilla_copy_blocks");
        static final MemorySegment RUNS = HostLibrary.lookup().findOrThrow("flotilla_copy_runs");
        static final MemorySegment ITEMS = HostLibrary.lookup().findOrThrow("flotilla_copy_items");
    }

    private static MethodHandle handle(Linker.Option... options) {
        var types = Collections.nCopies(10, JAVA_LONG).toArray(ValueLayout[]::new);
        return Linker.nativeLinker().downcallHandle(FunctionDescriptor.ofVoid(types), options);
    }

    /** Copies {@code outer} rows of {@code inner} blocks of {@code bytes}, with constant steps between rows and blocks on either side. */
    public static void blocks(long to, long toOuter, long toInner, long from, long fromOuter, long fromInner, long outer,
            long inner, long bytes) {
        if (outer == 0 || inner == 0 || bytes == 0) {
            return;
        }
        check(to, outer, toOuter, inner, toInner, bytes);
        check(from, outer, fromOuter, inner, fromInner, bytes);
        try {
            if (outer <= FEW && inner <= FEW && outer * inner <= FEW && bytes <= SMALL) {
                Few.CALL.invokeExact(Functions.BLOCKS, to, toOuter, toInner, from, fromOuter, fromInner, outer, inner, bytes, 0L);
            } else {
                Many.CALL.invokeExact(Functions.BLOCKS, to, toOuter, toInner, from, fromOuter, fromInner, outer, inner, bytes, 0L);
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** For {@link RunTable}, which has checked the addresses; 0 for the offsets where runs are packed, for starts where all have {@code bytes}. */
    static void runs(long to, long toOffsets, long from, long fromOffsets, long starts, long first, long last, long bytes) {
        try {
            if (last - first <= FEW && bytes > 0 && bytes <= SMALL) {
                Few.CALL.invokeExact(Functions.RUNS, to, toOffsets, from, fromOffsets, starts, first, last, bytes, 0L, 0L);
            } else {
                Many.CALL.invokeExact(Functions.RUNS, to, toOffsets, from, fromOffsets, starts, first, last, bytes, 0L, 0L);
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** As {@link #runs}, all runs of {@code items} items. */
    static void items(long to, long toStep, long toOffsets, long from, long fromStep, long fromOffsets, long starts, long runs,
            long items, long bytes) {
        try {
            Many.CALL.invokeExact(Functions.ITEMS, to, toStep, toOffsets, from, fromStep, fromOffsets, starts, runs, items, bytes);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** @throws IndexOutOfBoundsException when not all of some rows of blocks can be mapped */
    static void check(long address, long outer, long outerStep, long inner, long innerStep, long bytes) {
        if (address < Memory.LOWEST || address >= Memory.END) {
            Memory.getByte(address);
        }
        long rows = reach(outer, outerStep);
        long row = reach(inner, innerStep);
        long end = address + Math.max(rows, 0) + Math.max(row, 0) + Math.min(bytes, Memory.END);
        Memory.check(address + Math.min(rows, 0) + Math.min(row, 0), end);
    }

    /** The distance of the last of some places from the first, or of the end of memory if that is nearer. */
    private static long reach(long count, long step) {
        long distance = (count - 1) * step;
        boolean fits = Math.multiplyHigh(count - 1, step) == distance >> 63;
        return fits ? Math.clamp(distance, -Memory.END, Memory.END) : step < 0 ? -Memory.END : Memory.END;
    }

    private Copies() {}
}
