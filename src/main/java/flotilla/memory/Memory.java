package flotilla.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * Plain loads and stores at absolute addresses. The caller knows that the address is mapped, or it is one that a guest has
 * given: addresses that can never be mapped throw an {@link IndexOutOfBoundsException} (see {@link GuestMemory#wildAddress}),
 * and for those that happen not to be the host's signal handler puts memory there for a moment (see {@link GuestMemory}).
 * Usable from any thread; no ordering between threads is implied.
 */
public final class Memory {
    /** The lowest address that can be mapped: Linux keeps what lies below free (vm.mmap_min_addr), for null pointers. */
    public static final long LOWEST = 1L << 16;
    /** End of the addresses of user space. */
    public static final long END = 1L << 47;

    /** All of user space. The segment's own bounds check keeps wild addresses out. */
    private static final MemorySegment ALL = MemorySegment.ofAddress(LOWEST).reinterpret(END - LOWEST);

    private static final VarHandle WORD = JAVA_INT.varHandle();
    private static final VarHandle LONG_WORD = JAVA_LONG.varHandle();

    public static byte getByte(long address) {
        return ALL.get(JAVA_BYTE, address - LOWEST);
    }

    public static void putByte(long address, byte value) {
        ALL.set(JAVA_BYTE, address - LOWEST, value);
    }

    public static short getShort(long address) {
        return ALL.get(JAVA_SHORT_UNALIGNED, address - LOWEST);
    }

    public static void putShort(long address, short value) {
        ALL.set(JAVA_SHORT_UNALIGNED, address - LOWEST, value);
    }

    public static int getInt(long address) {
        return ALL.get(JAVA_INT_UNALIGNED, address - LOWEST);
    }

    public static void putInt(long address, int value) {
        ALL.set(JAVA_INT_UNALIGNED, address - LOWEST, value);
    }

    public static long getLong(long address) {
        return ALL.get(JAVA_LONG_UNALIGNED, address - LOWEST);
    }

    public static void putLong(long address, long value) {
        ALL.set(JAVA_LONG_UNALIGNED, address - LOWEST, value);
    }

    public static float getFloat(long address) {
        return ALL.get(JAVA_FLOAT_UNALIGNED, address - LOWEST);
    }

    public static void putFloat(long address, float value) {
        ALL.set(JAVA_FLOAT_UNALIGNED, address - LOWEST, value);
    }

    public static double getDouble(long address) {
        return ALL.get(JAVA_DOUBLE_UNALIGNED, address - LOWEST);
    }

    public static void putDouble(long address, double value) {
        ALL.set(JAVA_DOUBLE_UNALIGNED, address - LOWEST, value);
    }

    // Aligned words that several threads use: volatile accesses and atomic updates, as of a VarHandle.

    public static int getIntVolatile(long address) {
        return (int) WORD.getVolatile(ALL, address - LOWEST);
    }

    public static void putIntVolatile(long address, int value) {
        WORD.setVolatile(ALL, address - LOWEST, value);
    }

    public static boolean compareAndSetInt(long address, int expected, int value) {
        return WORD.compareAndSet(ALL, address - LOWEST, expected, value);
    }

    public static int getAndSetInt(long address, int value) {
        return (int) WORD.getAndSet(ALL, address - LOWEST, value);
    }

    public static long getLongAcquire(long address) {
        return (long) LONG_WORD.getAcquire(ALL, address - LOWEST);
    }

    public static void putLongRelease(long address, long value) {
        LONG_WORD.setRelease(ALL, address - LOWEST, value);
    }

    public static void putLongVolatile(long address, long value) {
        LONG_WORD.setVolatile(ALL, address - LOWEST, value);
    }

    /** Copies {@code bytes} from one place to another; the places may overlap. */
    public static void copy(long from, long to, long bytes) {
        MemorySegment.copy(ALL, from - LOWEST, ALL, to - LOWEST, bytes);
    }

    public static void fill(long address, long bytes, byte value) {
        ALL.asSlice(address - LOWEST, bytes).fill(value);
    }

    public static void put(byte[] from, int offset, long address, int bytes) {
        MemorySegment.copy(from, offset, ALL, JAVA_BYTE, address - LOWEST, bytes);
    }

    public static byte[] get(long address, int bytes) {
        var to = new byte[bytes];
        MemorySegment.copy(ALL, JAVA_BYTE, address - LOWEST, to, 0, bytes);
        return to;
    }

    public static void get(long address, byte[] to, int offset, int bytes) {
        MemorySegment.copy(ALL, JAVA_BYTE, address - LOWEST, to, offset, bytes);
    }

    /** {@code array[index .. index + length)} from memory; a primitive array of the layout's type. */
    public static void load(ValueLayout layout, long address, Object array, int index, int length) {
        MemorySegment.copy(ALL, layout, address - LOWEST, array, index, length);
    }

    /** {@code array[index .. index + length)} to memory; a primitive array of the layout's type. */
    public static void store(Object array, int index, ValueLayout layout, long address, int length) {
        MemorySegment.copy(array, index, ALL, layout, address - LOWEST, length);
    }

    /** The C string at {@code address}, decoded as UTF-8 with malformed bytes replaced. */
    public static String getString(long address) {
        int length = 0;
        while (getByte(address + length) != 0) {
            length++;
        }
        return new String(get(address, length), StandardCharsets.UTF_8);
    }

    /** Writes {@code text} as a C string in UTF-8, cut to fit {@code capacity} bytes with its terminator; returns the length written. */
    public static int putString(long address, String text, int capacity) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, capacity - 1);
        put(bytes, 0, address, length);
        putByte(address + length, (byte) 0);
        return length;
    }

    /**
     * For what is then accessed by other means than these functions.
     *
     * @throws IndexOutOfBoundsException when not all of [first, end), which is not empty, can be mapped
     */
    public static void check(long first, long end) {
        if (first < LOWEST || first >= END) {
            getByte(first);
        }
        if (end > END || end <= first) {
            getByte(end - 1);
        }
    }

    /** A segment over some memory, for downcalls and bulk operations that take one. */
    public static MemorySegment segment(long address, long bytes) {
        return ALL.asSlice(address - LOWEST, bytes);
    }

    private Memory() {}
}
