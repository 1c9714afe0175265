package flotilla.mpi.core;

/**
 * How many messages and bytes one rank has sent to each other: a hash table of primitives with open addressing. The rank itself
 * counts; others may look at any time, and see counts that are a little old.
 */
public final class PeerCounts {
    private static final int FIRST_CAPACITY = 16;

    /** Takes a look at one receiver. */
    public interface Visitor {
        void counted(int receiver, long messages, long bytes);
    }

    /** Replaced as a whole when it is full: whoever looks sees one or the other. Receivers are stored as their number + 1. */
    private static final class Table {
        final int[] receivers;
        final long[] messages;
        final long[] bytes;
        int used;

        Table(int capacity) {
            receivers = new int[capacity];
            messages = new long[capacity];
            bytes = new long[capacity];
        }

        int find(int receiver) {
            int mask = receivers.length - 1;
            int at = receiver * 0x9E3779B9 >>> 7 & mask;
            while (receivers[at] != receiver + 1 && receivers[at] != 0) {
                at = at + 1 & mask;
            }
            return at;
        }
    }

    private Table table = new Table(FIRST_CAPACITY);

    /** A message has been sent. By the rank's own thread. */
    public void add(int receiver, long bytes) {
        Table now = table;
        int at = now.find(receiver);
        if (now.receivers[at] == 0) {
            if (2 * now.used >= now.receivers.length) {
                now = grown(now);
                at = now.find(receiver);
            }
            now.used++;
            now.receivers[at] = receiver + 1;
        }
        now.messages[at]++;
        now.bytes[at] += bytes;
    }

    private Table grown(Table old) {
        var larger = new Table(2 * old.receivers.length);
        for (int i = 0; i < old.receivers.length; i++) {
            if (old.receivers[i] != 0) {
                int at = larger.find(old.receivers[i] - 1);
                larger.receivers[at] = old.receivers[i];
                larger.messages[at] = old.messages[i];
                larger.bytes[at] = old.bytes[i];
            }
        }
        larger.used = old.used;
        table = larger;
        return larger;
    }

    /** All receivers so far, in any order. Any thread. */
    public void visit(Visitor visitor) {
        Table now = table;
        for (int i = 0; i < now.receivers.length; i++) {
            if (now.receivers[i] != 0) {
                visitor.counted(now.receivers[i] - 1, now.messages[i], now.bytes[i]);
            }
        }
    }
}
