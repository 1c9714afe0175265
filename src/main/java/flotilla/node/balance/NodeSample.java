package flotilla.node.balance;

import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What one node has measured since it was asked last.
 *
 * @param interval ns since then
 * @param share of the time in which its PEs could have run, what the kernel let them: 0 to 1
 * @param idle ns in which each PE had nothing to run
 * @param ranks that are there, ascending
 * @param measured ns that each has run in all its life, wherever it was, as far as it is measured
 * @param set ns that each has set for its load, or -1
 * @param pes of the node, on which each was last
 * @param bytes of memory that a move of each would send, estimated
 * @param movable whether each could move, as far as is known
 * @param sender of each pair of ranks between which messages have gone since then
 * @param receiver of each pair
 * @param messages of each pair
 * @param sent bytes of each pair
 * @param moves ranks that have left since then
 * @param movedBytes of theirs
 * @param moveNanos that these moves took
 */
record NodeSample(long interval, double share, long[] idle, int[] ranks, long[] measured, long[] set, int[] pes, long[] bytes, boolean[] movable,
        int[] sender, int[] receiver, long[] messages, long[] sent, int moves, long movedBytes, long moveNanos) {

    byte[] body(int step) {
        return Letter.body(out -> {
            out.writeInt(step);
            out.writeLong(interval);
            out.writeDouble(share);
            write(out, idle);
            write(out, ranks);
            write(out, measured);
            write(out, set);
            write(out, pes);
            write(out, bytes);
            out.writeInt(movable.length);
            for (boolean one : movable) {
                out.writeBoolean(one);
            }
            write(out, sender);
            write(out, receiver);
            write(out, messages);
            write(out, sent);
            out.writeInt(moves);
            out.writeLong(movedBytes);
            out.writeLong(moveNanos);
        });
    }

    /** Behind the number of the step. */
    static NodeSample read(DataInputStream in) throws IOException {
        return new NodeSample(in.readLong(), in.readDouble(), longs(in), ints(in), longs(in), longs(in), ints(in), longs(in), booleans(in),
                ints(in), ints(in), longs(in), longs(in), in.readInt(), in.readLong(), in.readLong());
    }

    private static void write(DataOutput out, int[] values) throws IOException {
        out.writeInt(values.length);
        for (int value : values) {
            out.writeInt(value);
        }
    }

    private static void write(DataOutput out, long[] values) throws IOException {
        out.writeInt(values.length);
        for (long value : values) {
            out.writeLong(value);
        }
    }

    private static int[] ints(DataInputStream in) throws IOException {
        var values = new int[in.readInt()];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readInt();
        }
        return values;
    }

    private static long[] longs(DataInputStream in) throws IOException {
        var values = new long[in.readInt()];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readLong();
        }
        return values;
    }

    private static boolean[] booleans(DataInputStream in) throws IOException {
        var values = new boolean[in.readInt()];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readBoolean();
        }
        return values;
    }
}
