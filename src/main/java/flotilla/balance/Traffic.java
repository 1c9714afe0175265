package flotilla.balance;

import java.util.Arrays;

/**
 * Who has sent how much to whom in an interval: a sparse matrix by sender, in compressed rows. What rank {@code r} has sent
 * stands from {@code offsets[r]} to {@code offsets[r + 1]}: receivers in ascending order, never {@code r} itself. Arrays are
 * taken over, not copied.
 *
 * @param offsets one more than there are ranks, from 0 to the number of pairs
 * @param peers receiver of each pair
 * @param messages of each pair
 * @param bytes of each pair
 */
public record Traffic(int[] offsets, int[] peers, long[] messages, long[] bytes) {
    /** More than a network delivers in an interval; sums of a million pairs stay exact. */
    public static final long MOST = 1L << 42;

    /** @throws IllegalArgumentException when the rows are not as described or a count is out of 0 to {@link #MOST} */
    public Traffic {
        int ranks = offsets.length - 1;
        if (ranks < 0 || offsets[0] != 0 || offsets[ranks] != peers.length || messages.length != peers.length
                || bytes.length != peers.length) {
            throw new IllegalArgumentException("rows and columns of the traffic do not fit each other");
        }
        for (int rank = 0; rank < ranks; rank++) {
            if (offsets[rank + 1] < offsets[rank]) {
                throw new IllegalArgumentException("rank " + rank + " has less than no peers");
            }
        }
        for (int rank = 0; rank < ranks; rank++) {
            int before = -1;
            for (int i = offsets[rank]; i < offsets[rank + 1]; i++) {
                if (peers[i] <= before || peers[i] >= ranks || peers[i] == rank) {
                    throw new IllegalArgumentException("rank " + rank + " sends to rank " + peers[i]
                            + ", out of order or not there");
                }
                if (messages[i] < 0 || messages[i] > MOST || bytes[i] < 0 || bytes[i] > MOST) {
                    throw new IllegalArgumentException("rank " + rank + " has sent " + messages[i] + " messages of " + bytes[i]
                            + " bytes");
                }
                before = peers[i];
            }
        }
    }

    public static Traffic none(int ranks) {
        return new Traffic(new int[ranks + 1], new int[0], new long[0], new long[0]);
    }

    public int ranks() {
        return offsets.length - 1;
    }

    /** The matrix the other way around, by receiver: who is named as peer is the sender. */
    public Traffic transposed() {
        int ranks = ranks();
        var starts = new int[ranks + 1];
        for (int peer : peers) {
            starts[peer + 1]++;
        }
        for (int rank = 0; rank < ranks; rank++) {
            starts[rank + 1] += starts[rank];
        }
        int[] next = Arrays.copyOf(starts, ranks);
        var senders = new int[peers.length];
        var counts = new long[peers.length];
        var sizes = new long[peers.length];
        // By ascending sender, so that each new row is in order.
        for (int rank = 0; rank < ranks; rank++) {
            for (int i = offsets[rank]; i < offsets[rank + 1]; i++) {
                int at = next[peers[i]]++;
                senders[at] = rank;
                counts[at] = messages[i];
                sizes[at] = bytes[i];
            }
        }
        return new Traffic(starts, senders, counts, sizes);
    }
}
