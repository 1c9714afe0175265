package flotilla.node;

import flotilla.fault.ProcessMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Estimates the bytes that a move of a rank would send: its heap, as far as it has ever been written, and something for the rest.
 * Looks at memory that may vanish meanwhile. For one thread.
 */
final class Footprint {
    /** Stack, writable pages of images, thread-local variables. */
    private static final long BESIDE_HEAP = 64 << 10;
    private static final int POINTER = Long.BYTES;
    // struct heap (guest/libc/heap_chunk.h): start, end, top, fresh.
    private static final int FRESH = 3 * POINTER;
    private static final int HEADER = 4 * POINTER;

    /** Null when it can't be read. */
    private final ProcessMemory memory;
    private final byte[] bytes = new byte[HEADER];

    Footprint() {
        memory = open();
    }

    private static ProcessMemory open() {
        try {
            return new ProcessMemory();
        } catch (IOException denied) {
            return null;
        }
    }

    /** @param heap address of the rank's pointer to its heap, flotilla_heap_here */
    long of(long heap) {
        if (memory == null || !memory.read(heap, bytes, POINTER)) {
            return BESIDE_HEAP;
        }
        long at = word(0);
        if (!memory.read(at, bytes, HEADER)) {
            return BESIDE_HEAP;
        }
        return BESIDE_HEAP + Math.max(0, word(FRESH) - word(0));
    }

    private long word(int offset) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getLong(offset);
    }
}
