package flotilla.transport;

import flotilla.memory.Memory;

/**
 * The 16 bytes in front of everything on a connection: a magic number with the kind, the length of what follows, and a check
 * word. The check word depends on what came before on the connection and on a key of its own, so that what does not come from
 * the other node, or has lost its place, is told from what does. It is no protection from someone who can read the connection.
 */
final class TcpHeader {
    static final int BYTES = 16;

    /** A frame; padded to a multiple of {@link #BYTES}, which its length does not count. */
    static final int FRAME = 1;
    /** The beginning of a bulk: its key and size (8 bytes each), then its first bytes. */
    static final int BULK = 2;
    /** The next bytes of the bulk that has begun. */
    static final int MORE = 3;
    /** The last thing that a node says. */
    static final int GOODBYE = 4;

    /** Bytes of key and size. */
    static final int BULK_HEAD = 16;
    /** Bytes of a bulk that go in one piece, between which frames may pass. */
    static final int CHUNK = 64 << 10;

    private static final int MAGIC = 0xf107_1100;
    private static final int KIND = 0xff;
    private static final int LENGTH_AT = 4;
    private static final int CHECK_AT = 8;

    private final long key;
    private long frames;
    private long others;

    /** @param key what both sides know of this direction of this connection */
    TcpHeader(long key) {
        this.key = key;
    }

    /** Writes the next header; for frames the order of calls is the order on the connection, and so for all else. */
    void write(long address, int kind, int length) {
        Memory.putInt(address, MAGIC | kind);
        Memory.putInt(address + LENGTH_AT, length);
        Memory.putLong(address + CHECK_AT, check(kind, length));
    }

    /** The kind of the next header, or -1 when it is none. */
    int read(long address) {
        int word = Memory.getInt(address);
        int kind = word & KIND;
        if (word != (MAGIC | kind) || Memory.getLong(address + CHECK_AT) != check(kind, length(address))) {
            return -1;
        }
        return kind;
    }

    static int length(long address) {
        return Memory.getInt(address + LENGTH_AT);
    }

    static int padded(int length) {
        return (length + BYTES - 1) & -BYTES;
    }

    private long check(int kind, int length) {
        long number = kind == FRAME ? ++frames : ++others;
        return mixed(key ^ mixed(number ^ (long) kind << 56) ^ length);
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
    private static long mixed(long word) {
        word = (word ^ word >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        word = (word ^ word >>> 27) * 0x94d0_49bb_1331_11ebL;
        return word ^ word >>> 31;
    }
}
