package flotilla.balance.trace;

/** Reads what {@link PackedWriter} wrote. What can't be such is refused by an IllegalArgumentException that says why. */
final class PackedReader {
    private final byte[] bytes;
    private int at;

    PackedReader(byte[] bytes) {
        this.bytes = bytes;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == bytes.length) {
                throw new IllegalArgumentException("a step that ends too early");
            }
            byte one = bytes[at++];
            value |= (one & 0x7fL) << shift;
            if (one >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of more than 64 bits");
    }

    long difference() {
        long value = number();
        return value >>> 1 ^ -(value & 1);
    }

    /** A number that counts, or is an index: 0 to 2^31 - 1. */
    int index() {
        return index(number());
    }

    static int index(long value) {
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a number that is out of range");
        }
        return (int) value;
    }

    /** How many there are of what takes at least so many bytes each: no more than there are bytes left. */
    int count(int bytesEach) {
        long count = number();
        if (count < 0 || count > (bytes.length - at) / bytesEach) {
            throw new IllegalArgumentException("more entries than it has bytes");
        }
        return (int) count;
    }

    void end() {
        if (at != bytes.length) {
            throw new IllegalArgumentException("a step that does not end where it should");
        }
    }
}
