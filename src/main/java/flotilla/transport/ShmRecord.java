package flotilla.transport;

/**
 * What stands in a ring: a word, which is 0 until all else is there, and the content. A record begins at a cache line; so a small
 * frame moves one line between two processors, and no other.
 */
final class ShmRecord {
    static final int WORD = 8;

    static final int FRAME = 1;
    /** A bulk is ready: its number, key, size and address (8 bytes each). */
    static final int OFFER = 2;
    /** The offered bulk of that number can't be read from there: send it through the ring. */
    static final int PULL = 3;
    /** Number of a bulk that was pulled, and its next bytes. */
    static final int CHUNK = 4;
    /** The bulk of that number has arrived, or is not wanted. */
    static final int DONE = 5;
    /** The last thing that a node says. */
    static final int GOODBYE = 6;

    static final int OFFER_BYTES = 4 * Long.BYTES;

    private static final int MARK = 0x5a10_0000;
    private static final int KIND = 0xff;

    static long word(int kind, int length) {
        return (long) length << Integer.SIZE | MARK | kind;
    }

    /** The kind, or 0 when this is no word of a record. */
    static int kind(long word) {
        int low = (int) word;
        return (low & ~KIND) == MARK ? low & KIND : 0;
    }

    static int length(long word) {
        return (int) (word >>> Integer.SIZE);
    }

    /** Bytes that a record takes. */
    static long size(int length) {
        return (WORD + length + ShmLayout.LINE - 1) & -ShmLayout.LINE;
    }

    private ShmRecord() {}
}
