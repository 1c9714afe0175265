package flotilla.transport;

import flotilla.memory.Futex;
import flotilla.memory.Memory;

/** The sending end of a ring in another node's memory. */
final class ShmSender {
    private final long ring;
    private final long taken;
    private final long sleeping;
    private final SpinLock lock = new SpinLock();
    // Guarded by the lock.
    final Traffic sent = new Traffic();
    private long tail;
    /** Of what was taken, what is known here. */
    private long known;
    private boolean closed;

    /**
     * @param ring mapped twice
     * @param taken where the other node says how much it has taken
     * @param sleeping the word of the other node
     */
    ShmSender(long ring, long taken, long sleeping) {
        this.ring = ring;
        this.taken = taken;
        this.sleeping = sleeping;
    }

    /** False when there is no room, or another thread is just sending; true when it is sent, or dropped as nobody takes it. */
    boolean send(int kind, long first, int firstBytes, long second, int secondBytes) {
        if (!lock.tryLockSpinning()) {
            return false;
        }
        try {
            if (closed) {
                return true;
            }
            int length = firstBytes + secondBytes;
            long size = ShmRecord.size(length);
            if (tail + size - known > ShmLayout.RING) {
                known = Memory.getLongAcquire(taken);
                if (tail + size - known > ShmLayout.RING) {
                    return false;
                }
            }
            long at = ring + (tail & ShmLayout.RING - 1);
            copy(first, at + ShmRecord.WORD, firstBytes);
            copy(second, at + ShmRecord.WORD + firstBytes, secondBytes);
            // Volatile, as whether the other sleeps must be looked at after it is there: that one looks the other way round.
            Memory.putLongVolatile(at, ShmRecord.word(kind, length));
            tail += size;
            if (kind == ShmRecord.FRAME) {
                sent.frame(length);
            }
            if (Memory.getInt(sleeping) != 0 && Memory.getAndSetInt(sleeping, 0) != 0) {
                Futex.wake(sleeping);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private static void copy(long from, long to, int bytes) {
        if (bytes > 0) {
            Memory.copy(from, to, bytes);
        }
    }

    /** Counts a bulk as sent; false when nobody takes it. */
    boolean accept(long bytes) {
        lock.lock();
        try {
            if (!closed) {
                sent.bulk(bytes);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** From now on everything is dropped, and the ring is not touched any more. */
    void close() {
        lock.lock();
        closed = true;
        lock.unlock();
    }
}
