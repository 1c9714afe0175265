package flotilla.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Whether a file descriptor can be read (poll(2)). */
public final class Readiness {
    private static final int SYS_POLL = 7;
    /** Layout of struct pollfd: descriptor, wanted events, seen events. */
    private static final int POLLFD_BYTES = 8;
    private static final int POLLIN = 1;

    private static final ThreadLocal<MemorySegment> POLLFD =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(POLLFD_BYTES, Long.BYTES));

    /** Whether it can be read, or has an error, within some milliseconds. */
    public static boolean awaitReadable(int descriptor, int milliseconds) {
        long pollfd = POLLFD.get().address();
        Memory.putInt(pollfd, descriptor);
        Memory.putInt(pollfd + Integer.BYTES, POLLIN);
        return Mapping.systemCall(SYS_POLL, pollfd, 1, milliseconds, 0, 0, 0) > 0;
    }

    private Readiness() {}
}
