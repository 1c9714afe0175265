package flotilla.schedule;

import flotilla.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The ready ranks of one PE, first come first served. The PE itself appends to a ring without an atomic operation; others push
 * onto a stack of arrivals, which the PE moves to the ring. Whoever takes, the PE or a thief, takes the oldest of the ring by
 * one compare-and-set. A rank is in at most one queue, once.
 *
 * <p>What others write has cache lines of its own: the top of the arrivals, and in each rank's state the link to the next.
 */
final class ReadyQueue {
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            var lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(ReadyQueue.class, "head", long.class);
            TAIL = lookup.findVarHandle(ReadyQueue.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Of the job, by number. */
    private final RankThread[] ranks;
    /** Has room for all ranks of the job, so that the place at the tail is never one that a taker may still read and keep. */
    private final RankThread[] ring;
    private final int mask;
    /** Number of the oldest; changed by whoever takes. */
    @SuppressWarnings("unused") // through HEAD
    private long head;
    /** One more than the number of the newest; changed by the PE. */
    @SuppressWarnings("unused") // through TAIL
    private long tail;
    /** Address of the {@link RankThread#link} of the newest arrival. */
    private final long arrivals;

    /** @param ranks those that can ever be inside; may be filled later */
    ReadyQueue(RankThread[] ranks) {
        this.ranks = ranks;
        int length = Integer.highestOneBit(Math.max(1, ranks.length)) << 1;
        ring = new RankThread[length];
        mask = length - 1;
        // As long as the process, as the ranks' states.
        arrivals = Arena.global().allocate(Schedule.STATE_BYTES, Schedule.STATE_BYTES).address();
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
        int newest;
        do {
            newest = Memory.getIntVolatile(arrivals);
            rank.setNext(newest);
        } while (!Memory.compareAndSetInt(arrivals, newest, rank.link()));
    }

    /** The PE: the oldest, or null. */
    RankThread take() {
        if (Memory.getInt(arrivals) != 0) {
            for (RankThread rank = takeArrivals(); rank != null;) {
                RankThread next = linked(rank.next());
                append(rank);
                rank = next;
            }
        }
        return takeOldest();
    }

    /** Another thread: the oldest of the ring, or of the arrivals, the rest of which stays; null when there is none. */
    RankThread steal() {
        RankThread oldest = takeOldest();
        if (oldest != null || Memory.getInt(arrivals) == 0) {
            return oldest;
        }
        oldest = takeArrivals();
        if (oldest != null) {
            for (RankThread rank = linked(oldest.next()); rank != null;) {
                RankThread next = linked(rank.next());
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
        return (long) HEAD.getAcquire(this) >= (long) TAIL.getAcquire(this) && Memory.getIntVolatile(arrivals) == 0;
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

    private RankThread linked(int link) {
        return link == 0 ? null : ranks[link - 1];
    }

    /** All arrivals, oldest first. */
    private RankThread takeArrivals() {
        RankThread newest = linked(Memory.getAndSetInt(arrivals, 0));
        RankThread oldest = null;
        while (newest != null) {
            RankThread older = linked(newest.next());
            newest.setNext(oldest == null ? 0 : oldest.link());
            oldest = newest;
            newest = older;
        }
        return oldest;
    }
}
