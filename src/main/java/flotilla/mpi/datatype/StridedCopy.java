package flotilla.mpi.datatype;

import flotilla.memory.Memory;

/**
 * The inner loops: blocks of equal length, two levels of constant steps on either side. Source and target must not
 * overlap, which lets a block's last bytes be moved by words that overlap the ones before.
 *
 * <p>There is one loop for each class of block length, so that a block costs a few loads and stores and no decision.
 */
final class StridedCopy {
    /** Up to here a block is moved by straight-line loads and stores; beyond, a bulk copy pays. */
    private static final long SHORT_BLOCK = 64;

    /** From here on a loop over one packed side with a constant step repays its longer prologue. */
    private static final int LONG_ROW = 32;
    private static final int MAX_ROW = 1 << 30;

    /** Moves {@code outer} times {@code inner} blocks of {@code bytes}. */
    static void copy(long from, long fromOuter, long fromInner, long to, long toOuter, long toInner, long outer, long inner,
            long bytes) {
        for (long o = 0; o < outer; o++) {
            long source = from;
            long target = to;
            long rest = inner;
            // The compiler makes better loops of int counts.
            for (; rest > MAX_ROW; rest -= MAX_ROW) {
                row(source, fromInner, target, toInner, MAX_ROW, bytes);
                source += MAX_ROW * fromInner;
                target += MAX_ROW * toInner;
            }
            row(source, fromInner, target, toInner, (int) rest, bytes);
            from += fromOuter;
            to += toOuter;
        }
    }

    private static void row(long from, long fromStep, long to, long toStep, int count, long bytes) {
        if (bytes > SHORT_BLOCK) {
            bulk(from, fromStep, to, toStep, count, bytes);
            return;
        }
        switch ((int) bytes) {
            case 0 -> { }
            case 1 -> row1(from, fromStep, to, toStep, count);
            case 2, 3 -> rowTo4(from, fromStep, to, toStep, count, bytes);
            case 4 -> row4(from, fromStep, to, toStep, count);
            case 5, 6, 7 -> rowTo8(from, fromStep, to, toStep, count, bytes);
            case 8 -> row8(from, fromStep, to, toStep, count);
            case 16 -> row16(from, fromStep, to, toStep, count);
            case 24 -> row24(from, fromStep, to, toStep, count);
            default -> {
                if (bytes > 32) {
                    rowTo64(from, fromStep, to, toStep, count, bytes);
                } else if (bytes > 16) {
                    rowTo32(from, fromStep, to, toStep, count, bytes);
                } else {
                    rowTo16(from, fromStep, to, toStep, count, bytes);
                }
            }
        }
    }

    private static void row8(long from, long fromStep, long to, long toStep, int count) {
        if (count >= LONG_ROW && toStep == 8) {
            for (int i = 0; i < count; i++) {
                Memory.putLong(to + 8L * i, Memory.getLong(from));
                from += fromStep;
            }
        } else if (count >= LONG_ROW && fromStep == 8) {
            for (int i = 0; i < count; i++) {
                Memory.putLong(to, Memory.getLong(from + 8L * i));
                to += toStep;
            }
        } else {
            for (int i = 0; i < count; i++) {
                Memory.putLong(to, Memory.getLong(from));
                from += fromStep;
                to += toStep;
            }
        }
    }

    private static void row4(long from, long fromStep, long to, long toStep, int count) {
        if (count >= LONG_ROW && toStep == 4) {
            for (int i = 0; i < count; i++) {
                Memory.putInt(to + 4L * i, Memory.getInt(from));
                from += fromStep;
            }
        } else if (count >= LONG_ROW && fromStep == 4) {
            for (int i = 0; i < count; i++) {
                Memory.putInt(to, Memory.getInt(from + 4L * i));
                to += toStep;
            }
        } else {
            for (int i = 0; i < count; i++) {
                Memory.putInt(to, Memory.getInt(from));
                from += fromStep;
                to += toStep;
            }
        }
    }

    private static void row16(long from, long fromStep, long to, long toStep, int count) {
        for (int i = 0; i < count; i++) {
            long a = Memory.getLong(from);
            long b = Memory.getLong(from + 8);
            Memory.putLong(to, a);
            Memory.putLong(to + 8, b);
            from += fromStep;
            to += toStep;
        }
    }

    private static void row24(long from, long fromStep, long to, long toStep, int count) {
        for (int i = 0; i < count; i++) {
            long a = Memory.getLong(from);
            long b = Memory.getLong(from + 8);
            long c = Memory.getLong(from + 16);
            Memory.putLong(to, a);
            Memory.putLong(to + 8, b);
            Memory.putLong(to + 16, c);
            from += fromStep;
            to += toStep;
        }
    }

    private static void row1(long from, long fromStep, long to, long toStep, int count) {
        for (int i = 0; i < count; i++) {
            Memory.putByte(to, Memory.getByte(from));
            from += fromStep;
            to += toStep;
        }
    }

    private static void rowTo4(long from, long fromStep, long to, long toStep, int count, long bytes) {
        for (int i = 0; i < count; i++) {
            to4(from, to, bytes);
            from += fromStep;
            to += toStep;
        }
    }

    private static void rowTo8(long from, long fromStep, long to, long toStep, int count, long bytes) {
        for (int i = 0; i < count; i++) {
            to8(from, to, bytes);
            from += fromStep;
            to += toStep;
        }
    }

    private static void rowTo16(long from, long fromStep, long to, long toStep, int count, long bytes) {
        for (int i = 0; i < count; i++) {
            to16(from, to, bytes);
            from += fromStep;
            to += toStep;
        }
    }

    private static void rowTo32(long from, long fromStep, long to, long toStep, int count, long bytes) {
        for (int i = 0; i < count; i++) {
            to32(from, to, bytes);
            from += fromStep;
            to += toStep;
        }
    }

    private static void rowTo64(long from, long fromStep, long to, long toStep, int count, long bytes) {
        for (int i = 0; i < count; i++) {
            to64(from, to, bytes);
            from += fromStep;
            to += toStep;
        }
    }

    private static void bulk(long from, long fromStep, long to, long toStep, int count, long bytes) {
        for (int i = 0; i < count; i++) {
            Memory.copy(from, to, bytes);
            from += fromStep;
            to += toStep;
        }
    }

    /** Moves one run of {@code bytes}, which may be 0. */
    static void run(long from, long to, long bytes) {
        if (bytes > SHORT_BLOCK) {
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

    private StridedCopy() {}
}
