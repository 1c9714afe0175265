package flotilla.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Waiting for an aligned word of four bytes, which other processes may share, to change (futex(2)). */
public final class Futex {
    private static final int SYS_FUTEX = 202;
    private static final int FUTEX_WAIT = 0;
    private static final int FUTEX_WAKE = 1;
    private static final long NANOSECONDS = 1_000_000_000;

    private static final ThreadLocal<MemorySegment> TIME =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(2 * Long.BYTES, Long.BYTES));

    /** Waits while the word is {@code expected}, until it is woken or the time is over; may return early. */
    public static void await(long address, int expected, long nanoseconds) {
        MemorySegment time = TIME.get();
        Memory.putLong(time.address(), nanoseconds / NANOSECONDS);
        Memory.putLong(time.address() + Long.BYTES, nanoseconds % NANOSECONDS);
        Mapping.systemCall(SYS_FUTEX, address, FUTEX_WAIT, expected, time.address(), 0, 0);
    }

    /** Wakes all who wait for the word. */
    public static void wake(long address) {
        Mapping.systemCall(SYS_FUTEX, address, FUTEX_WAKE, Integer.MAX_VALUE, 0, 0, 0);
    }

    private Futex() {}
}
