package flotilla.mpi.calls;

import flotilla.memory.Memory;
import flotilla.mpi.core.Rank;

/** Arrays of arguments, read from and written to guest memory. */
final class GuestArrays {
    /** {@code count} ints, named for messages. */
    static int[] ints(long address, int count, String countName, String name) {
        Arguments.checkNotNegative(count, countName);
        return ints(address, count, name);
    }

    static int[] ints(long address, int count, String name) {
        Arguments.checkArray(address, count, name);
        var values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = Memory.getInt(address + 4L * i);
        }
        return values;
    }

    /** Ints of the guest, widened. */
    static long[] intsAsLongs(long address, int count, String name) {
        Arguments.checkArray(address, count, name);
        var values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = Memory.getInt(address + 4L * i);
        }
        return values;
    }

    static long[] longs(long address, int count, String name) {
        Arguments.checkArray(address, count, name);
        var values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = Memory.getLong(address + 8L * i);
        }
        return values;
    }

    static boolean[] logicals(long address, int count, String name) {
        Arguments.checkArray(address, count, name);
        var values = new boolean[count];
        for (int i = 0; i < count; i++) {
            values[i] = Memory.getInt(address + 4L * i) != 0;
        }
        return values;
    }

    /** Ranks, canonical. */
    static int[] ranks(Rank rank, long address, int count, String name) {
        int[] values = ints(address, count, name);
        for (int i = 0; i < count; i++) {
            values[i] = rank.face.rank(values[i]);
        }
        return values;
    }

    /** The first {@code count} of {@code values}. */
    static void put(int[] values, int count, long address, String name) {
        Arguments.checkArray(address, count, name);
        for (int i = 0; i < count; i++) {
            Memory.putInt(address + 4L * i, values[i]);
        }
    }

    static void putLogicals(boolean[] values, long address, String name) {
        Arguments.checkArray(address, values.length, name);
        for (int i = 0; i < values.length; i++) {
            Memory.putInt(address + 4L * i, values[i] ? 1 : 0);
        }
    }

    static void putRanks(Rank rank, int[] ranks, int count, long address, String name) {
        Arguments.checkArray(address, count, name);
        for (int i = 0; i < count; i++) {
            Memory.putInt(address + 4L * i, rank.face.rawRank(ranks[i]));
        }
    }

    private GuestArrays() {}
}
