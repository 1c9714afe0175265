package flotilla.observe.timeline;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Events of one thread, in their order. That thread alone appends; another one may read what has been appended so far.
 * An event is a kind, two numbers below 2^28, and three words.
 */
final class Chunk {
    /** (PE's track, world rank; begin, end): the PE ran the rank. */
    static final int RUN = 0;
    /** (track, name; begin, end): a call that the thread of this track was in. */
    static final int CALL = 1;
    /** (track, track; begin, end, bytes and node): a message left there, on a track of that node, and came here. See {@link #with}. */
    static final int MESSAGE = 2;
    /** (track, track; begin, end, rank and node): a rank left there, for another node, and goes on here. See {@link #with}. */
    static final int MOVE = 3;

    private static final int EVENTS = 1024;
    private static final int EVENT_WORDS = 4;
    private static final int NUMBER_BITS = 28;
    private static final int NODE_SHIFT = 43;
    private static final VarHandle LENGTH;

    static {
        try {
            LENGTH = MethodHandles.lookup().findVarHandle(Chunk.class, "length", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long[] words = new long[EVENTS * EVENT_WORDS];
    private int length;

    /** A number, of a message's bytes at most, and the node that an arrow begins on. */
    static long with(long number, int node) {
        return number | (long) node << NODE_SHIFT;
    }

    static long number(long both) {
        return both & (1L << NODE_SHIFT) - 1;
    }

    static int node(long both) {
        return (int) (both >>> NODE_SHIFT);
    }

    boolean isFull() {
        return length == words.length;
    }

    void append(int kind, int a, int b, long x, long y, long z) {
        int at = length;
        words[at] = ((long) kind << 2 * NUMBER_BITS) | ((long) a << NUMBER_BITS) | b;
        words[at + 1] = x;
        words[at + 2] = y;
        words[at + 3] = z;
        LENGTH.setRelease(this, at + EVENT_WORDS);
    }

    void clear() {
        length = 0;
    }

    /** Takes the events, in their order. */
    interface Reader {
        void event(int kind, int a, int b, long x, long y, long z) throws IOException;
    }

    void read(Reader reader) throws IOException {
        int end = (int) LENGTH.getAcquire(this);
        int mask = (1 << NUMBER_BITS) - 1;
        for (int at = 0; at < end; at += EVENT_WORDS) {
            long head = words[at];
            reader.event((int) (head >>> 2 * NUMBER_BITS), (int) (head >>> NUMBER_BITS) & mask, (int) head & mask,
                    words[at + 1], words[at + 2], words[at + 3]);
        }
    }
}
