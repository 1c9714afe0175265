package flotilla.schedule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The ready ranks of one PE, first come first served. The PE itself appends to a ring without an atomic operation; others push
 * onto a stack of arrivals, which the PE moves to the ring. Whoever takes, the PE or a thief, takes the oldest of the ring by
 * one compare-and-set. A rank is in at most one queue, once.
 */
final class ReadyQueue {
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;
    private static final VarHandle ARRIVALS;

    static {
        try {
            var lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(ReadyQueue.class, "head", long.class);
            TAIL = lookup.findVarHandle(ReadyQueue.class, "tail", long.class);
            ARRIVALS = lookup.findVarHandle(ReadyQueue.class, "arrivals", RankThread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Has room for all ranks of the job, so that the place at the tail is never one that a taker may still read and keep. */
    private final RankThread[] ring;
    private final int mask;
    /** Number of the oldest; changed by whoever takes. */
    @SuppressWarnings("unused") // through HEAD
    private long head;
    /** One more than the number of the newest; changed by the PE. */
    @SuppressWarnings("unused") // through TAIL
    private long tail;
    /** Newest first, linked by {@link RankThread#nextArrival}. */
    @SuppressWarnings("unused") // through ARRIVALS
    private RankThread arrivals;

    /** @param ranks most that can ever be inside */
    ReadyQueue(int ranks) {
        int length = Integer.highestOneBit(Math.max(1, ranks)) << 1;
        ring = new RankThread[length];
        mask = length - 1;
    }

    /** The PE. Whoever must be told of it afterwards: a fence is wanted between the two. */
    void append(RankThread rank) {
        long end = (long) TAIL.get(this);
        ring[(int) end & mask] = rank;
        // Whoever sees the new tail sees the element.
        TAIL.setRelease(this, end + 1);
    }

    /** Any thread. A full fence. */
    void push(RankThread rank) {
        RankThread seen = (RankThread) ARRIVALS.getOpaque(this);
        while (true) {
            rank.nextArrival = seen;
            RankThread witness = (RankThread) ARRIVALS.compareAndExchange(this, seen, rank);
            if (witness == seen) {
                return;
            }
            seen = witness;
        }
    }

    /** The PE: the oldest, or null. */
    RankThread take() {
        if (ARRIVALS.getOpaque(this) != null) {
            for (RankThread rank = takeArrivals(); rank != null;) {
                RankThread next = rank.nextArrival;
                append(rank);
                rank = next;
            }
        }
        return takeOldest();
    }

    /** Another thread: the oldest of the ring, or of the arrivals, the rest of which stays; null when there is none. */
    RankThread steal() {
        RankThread oldest = takeOldest();
        if (oldest != null || ARRIVALS.getOpaque(this) == null) {
            return oldest;
        }
        oldest = takeArrivals();
        if (oldest != null) {
            for (RankThread rank = oldest.nextArrival; rank != null;) {
                RankThread next = rank.nextArrival;
                push(rank);
                rank = next;
            }
        }
        return oldest;
    }

    /** The PE: the one that {@link #take} is likely to answer next, or null. */
    RankThread peek() {
        long oldest = (long) HEAD.getOpaque(this);
        return oldest < (long) TAIL.get(this) ? ring[(int) oldest & mask] : null;
    }

    boolean isEmpty() {
        return (long) HEAD.getAcquire(this) >= (long) TAIL.getAcquire(this) && ARRIVALS.getAcquire(this) == null;
    }

    private RankThread takeOldest() {
        while (true) {
            long oldest = (long) HEAD.getAcquire(this);
            if (oldest >= (long) TAIL.getAcquire(this)) {
                return null;
            }
            // Of no worth unless the head has not moved on since.
            RankThread rank = ring[(int) oldest & mask];
            if (HEAD.compareAndSet(this, oldest, oldest + 1)) {
                return rank;
            }
        }
    }

    /** All arrivals, oldest first. */
    private RankThread takeArrivals() {
        var newest = (RankThread) ARRIVALS.getAndSetAcquire(this, null);
        RankThread oldest = null;
        while (newest != null) {
            RankThread older = newest.nextArrival;
            newest.nextArrival = oldest;
            oldest = newest;
            newest = older;
        }
        return oldest;
    }
}
