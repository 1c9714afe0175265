package flotilla.mpi.datatype;

import flotilla.memory.Memory;

/** Moves single runs of bytes, whose source and target do not overlap: a run's last bytes are moved by words that may overlap the ones before. */
public final class Runs {
    /** Up to here a run is moved by straight-line loads and stores; beyond, a bulk copy pays. */
    private static final long SHORT_RUN = 64;

    /** Moves one run of {@code bytes}, which may be 0. */
    public static void move(long from, long to, long bytes) {
        if (bytes > SHORT_RUN) {
            Memory.copy(from, to, bytes);
        } else if (bytes > 32) {
            to64(from, to, bytes);
        } else if (bytes > 16) {
            to32(from, to, bytes);
        } else if (bytes >= 8) {
            to16(from, to, bytes);
        } else if (bytes >= 4) {
            to8(from, to, bytes);
        } else if (bytes > 1) {
            to4(from, to, bytes);
        } else if (bytes == 1) {
            Memory.putByte(to, Memory.getByte(from));
        }
    }

    /** 2 to 4 bytes. */
    private static void to4(long from, long to, long bytes) {
        short head = Memory.getShort(from);
        short tail = Memory.getShort(from + bytes - 2);
        Memory.putShort(to, head);
        Memory.putShort(to + bytes - 2, tail);
    }

    /** 4 to 8 bytes. */
    private static void to8(long from, long to, long bytes) {
        int head = Memory.getInt(from);
        int tail = Memory.getInt(from + bytes - 4);
        Memory.putInt(to, head);
        Memory.putInt(to + bytes - 4, tail);
    }

    /** 8 to 16 bytes. */
    private static void to16(long from, long to, long bytes) {
        long head = Memory.getLong(from);
        long tail = Memory.getLong(from + bytes - 8);
        Memory.putLong(to, head);
        Memory.putLong(to + bytes - 8, tail);
    }

    /** 16 to 32 bytes. */
    private static void to32(long from, long to, long bytes) {
        long a = Memory.getLong(from);
        long b = Memory.getLong(from + 8);
        long c = Memory.getLong(from + bytes - 16);
        long d = Memory.getLong(from + bytes - 8);
        Memory.putLong(to, a);
        Memory.putLong(to + 8, b);
        Memory.putLong(to + bytes - 16, c);
        Memory.putLong(to + bytes - 8, d);
    }

    /** 32 to 64 bytes. */
    private static void to64(long from, long to, long bytes) {
        to32(from, to, 32);
        to32(from + bytes - 32, to + bytes - 32, 32);
    }

    private Runs() {}
}
