package flotilla.schedule;

import java.util.concurrent.locks.LockSupport;

/**
 * Helps when ranks keep all PEs to themselves: they compute for seconds without a call to MPI, or wait in a loop for something
 * that another rank should do and never can, since a rank is not interrupted. When no PE has answered a trap for a while and
 * ranks are ready, one more thread runs them, beside the others, until one of those gets on. The next such thread takes longer
 * to come, so that a program that merely computes is not cut up among many.
 */
final class Relief {
    private static final long INTERVAL_NANOS = 250_000_000;
    /** Intervals without a trap before the first auxiliary PE; twice as many before the second, and so on. */
    private static final int PATIENCE = 4;

    private final Schedule schedule;

    Relief(Schedule schedule) {
        this.schedule = schedule;
    }

    void start() {
        Thread.ofPlatform().daemon().name("relief").start(this::run);
    }

    private void run() {
        long before = -1;
        int stuck = 0;
        while (!schedule.isStopped()) {
            LockSupport.parkNanos(this, INTERVAL_NANOS);
            long now = schedule.answered();
            stuck = now == before && schedule.anyReady() ? stuck + 1 : 0;
            before = now;
            if (stuck >= PATIENCE * (schedule.auxiliaries() + 1)) {
                schedule.startAuxiliary();
                stuck = 0;
            }
        }
    }
}
