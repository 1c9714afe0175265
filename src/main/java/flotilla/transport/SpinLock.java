package flotilla.transport;

import java.util.concurrent.atomic.AtomicBoolean;

/** For sections of a microsecond or less. */
final class SpinLock {
    /** About as long as it takes another thread to copy the largest frame. */
    private static final int SPINS = 200;

    private final AtomicBoolean held = new AtomicBoolean();

    boolean tryLock() {
        return held.compareAndSet(false, true);
    }

    /** Tries for a moment. */
    boolean tryLockSpinning() {
        for (int i = 0; i < SPINS; i++) {
            if (!held.getPlain() && held.compareAndSet(false, true)) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** Tries until it is had. Not for paths where time matters. */
    void lock() {
        while (!tryLockSpinning()) {
            Thread.yield();
        }
    }

    void unlock() {
        held.setRelease(false);
    }
}
