package flotilla.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Plain loads and stores at absolute addresses. No bounds are checked: the caller knows that the address is mapped.
 * Addresses in slots that turn out not to be are caught by the host's signal handler. Usable from any thread; no
 * ordering between threads is implied.
 */
public final class Memory {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    public static byte getByte(long address) {
        return ALL.get(JAVA_BYTE, address);
    }

    public static void putByte(long address, byte value) {
        ALL.set(JAVA_BYTE, address, value);
    }

    public static short getShort(long address) {
        return ALL.get(JAVA_SHORT_UNALIGNED, address);
    }

    public static void putShort(long address, short value) {
        ALL.set(JAVA_SHORT_UNALIGNED, address, value);
    }

    public static int getInt(long address) {
        return ALL.get(JAVA_INT_UNALIGNED, address);
    }

    public static void putInt(long address, int value) {
        ALL.set(JAVA_INT_UNALIGNED, address, value);
    }

    public static long getLong(long address) {
        return ALL.get(JAVA_LONG_UNALIGNED, address);
    }

    public static void putLong(long address, long value) {
        ALL.set(JAVA_LONG_UNALIGNED, address, value);
    }

    public static float getFloat(long address) {
        return ALL.get(JAVA_FLOAT_UNALIGNED, address);
    }

    public static void putFloat(long address, float value) {
        ALL.set(JAVA_FLOAT_UNALIGNED, address, value);
    }

    public static double getDouble(long address) {
        return ALL.get(JAVA_DOUBLE_UNALIGNED, address);
    }

    public static void putDouble(long address, double value) {
        ALL.set(JAVA_DOUBLE_UNALIGNED, address, value);
    }

    /** Copies {@code bytes} from one place to another; the places may overlap. */
    public static void copy(long from, long to, long bytes) {
        MemorySegment.copy(ALL, from, ALL, to, bytes);
    }

    public static void fill(long address, long bytes, byte value) {
        ALL.asSlice(address, bytes).fill(value);
    }

    public static void put(byte[] from, int offset, long address, int bytes) {
        MemorySegment.copy(from, offset, ALL, JAVA_BYTE, address, bytes);
    }

    public static byte[] get(long address, int bytes) {
        var to = new byte[bytes];
        MemorySegment.copy(ALL, JAVA_BYTE, address, to, 0, bytes);
        return to;
    }

    public static void get(long address, byte[] to, int offset, int bytes) {
        MemorySegment.copy(ALL, JAVA_BYTE, address, to, offset, bytes);
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

    /** The segment over all memory, for downcalls and bulk operations that take one. */
    public static MemorySegment segment(long address, long bytes) {
        return ALL.asSlice(address, bytes);
    }

    private Memory() {}
}
