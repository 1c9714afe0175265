package flotilla.balance.trace;

import java.util.Arrays;

/** Numbers of seven bits to a byte. */
final class PackedWriter {
    private byte[] bytes = new byte[1 << 12];
    private int length;

    /** A number that is not negative takes a byte for each seven bits. */
    void number(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        put((byte) rest);
    }

    /** A number near zero of either sign. */
    void difference(long value) {
        number(value << 1 ^ value >> 63);
    }

    private void put(byte value) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = value;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }
}
