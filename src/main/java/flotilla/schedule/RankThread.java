package flotilla.schedule;

import flotilla.memory.Memory;
import flotilla.mpi.core.Rank;

/** A rank as the scheduler sees it: a user-level thread with a state. */
public final class RankThread {
    // Numbers that libexec/gdb knows, too.
    static final int BLOCKED = 0;
    /** In a queue, or running. */
    static final int ACTIVE = 1;
    /** Active, and woken meanwhile: what it waits for must be asked again before it blocks. */
    static final int NOTIFIED = 2;
    /** Blocked, and for a moment in the hands of another rank of the same PE: see {@link #claim}. */
    static final int CLAIMED = 3;
    static final int ENDED = 4;
    /** It has several threads, which run by themselves: no PE's business until only one is left. */
    static final int THREADED = 5;
    /** The rank has left this process: see {@link #leave}. */
    static final int MOVED = 6;
    /** Behind the state: 1 while a PE runs the rank, else 0. */
    private static final int IS_RUNNING = Integer.BYTES;
    /** Behind that: {@link #next}. */
    private static final int NEXT = 2 * Integer.BYTES;
    static final PosixThread[] NONE = {};
    static final RankThread[] NO_RANKS = {};

    public final Rank rank;
    /** Makes the rank's slot ready, on the PE that runs the rank first; null afterwards. */
    Runnable beginning;
    /** The PE that ran it last: it is queued there again. Written by the PE that runs it. */
    Pe pe;
    /** The PE that its gates return to. Written by the PE that runs it. */
    Pe bound;
    /** The threads of a rank that has several, while they have not ended; replaced as a whole, under the rank's lock. */
    volatile PosixThread[] threads = NONE;

    private volatile boolean moved;
    /** Index among the ranks of the schedule. */
    private final int number;
    /** Address of the state: outside of the Java heap, where a debugger reads it. */
    private final long state;

    RankThread(Rank rank, int number, Pe pe, Runnable beginning, long state) {
        this.rank = rank;
        this.number = number;
        this.pe = pe;
        this.beginning = beginning;
        this.state = state;
        Memory.putInt(state, ACTIVE);
    }

    // Arrivals of a ReadyQueue.

    /** How others refer to the rank; never 0. */
    int link() {
        return number + 1;
    }

    /** The link of the rank behind this one, or 0; for whoever owns that part of the list. */
    int next() {
        return Memory.getInt(state + NEXT);
    }

    void setNext(int link) {
        Memory.putInt(state + NEXT, link);
    }

    // The state.

    /**
     * Any thread: notes that something happened which the rank may wait for. A full fence: what the caller wrote before is
     * seen by the rank when it looks again.
     *
     * @return true when the caller must queue the rank
     */
    boolean wake() {
        if (moved) {
            return false; // the state may be of the rank that has come back
        }
        while (true) {
            int seen = Memory.getIntVolatile(state);
            switch (seen) {
                case BLOCKED -> {
                    if (Memory.compareAndSetInt(state, BLOCKED, ACTIVE)) {
                        return true;
                    }
                }
                case ACTIVE, CLAIMED -> {
                    if (Memory.compareAndSetInt(state, seen, NOTIFIED)) {
                        return false;
                    }
                }
                default -> {
                    return false;
                }
            }
        }
    }

    /** The PE: begins to run it. */
    void run() {
        Memory.putInt(state + IS_RUNNING, 1);
    }

    /** The PE: blocks the rank; false when it was woken meanwhile, and must look again. */
    boolean block() {
        Memory.putInt(state + IS_RUNNING, 0);
        if (Memory.compareAndSetInt(state, ACTIVE, BLOCKED)) {
            return true;
        }
        // A full fence: what whoever gave the notice has written before is seen from now on.
        Memory.putIntVolatile(state, ACTIVE);
        Memory.putInt(state + IS_RUNNING, 1);
        return false;
    }

    /** The PE: whether the rank was woken, which it must look into then. */
    boolean takeNotice() {
        if (Memory.getIntVolatile(state) != NOTIFIED) {
            return false;
        }
        // A full fence, as in block().
        return Memory.compareAndSetInt(state, NOTIFIED, ACTIVE);
    }

    /** The PE: the rank will be queued again. */
    void yield() {
        Memory.putInt(state + IS_RUNNING, 0);
    }

    /**
     * Takes hold of a blocked rank, to complete something that it waits for; {@link #letGo} must follow. False when it is not
     * blocked.
     */
    boolean claim() {
        return Memory.getIntVolatile(state) == BLOCKED && Memory.compareAndSetInt(state, BLOCKED, CLAIMED);
    }

    /**
     * Ends a claim.
     *
     * @param completed whether the rank shall look at what it waits for
     * @return true when the caller must queue the rank
     */
    boolean letGo(boolean completed) {
        if (completed) {
            // With a notice that has come meanwhile: the rank will look at everything.
            Memory.getAndSetInt(state, ACTIVE);
            return true;
        }
        return !Memory.compareAndSetInt(state, CLAIMED, BLOCKED);
    }

    /** Ends a claim for good: the rank is in another process from now on. */
    void leave() {
        moved = true;
        Memory.getAndSetInt(state, MOVED);
    }

    boolean hasMoved() {
        return moved;
    }

    /** The PE, after the schedule has stopped: leaves the rank, which stands in a trap, to {@link #seize}. */
    void blockForGood() {
        if (!Memory.compareAndSetInt(state, ACTIVE, BLOCKED)) {
            Memory.compareAndSetInt(state, NOTIFIED, BLOCKED);
        }
    }

    /** Takes a blocked rank for good; false when it is not blocked. */
    boolean seize() {
        return Memory.compareAndSetInt(state, BLOCKED, ACTIVE);
    }

    /** The PE: the rank has several threads now. */
    void leavePe() {
        Memory.putInt(state + IS_RUNNING, 0);
        if (!Memory.compareAndSetInt(state, ACTIVE, THREADED)) {
            Memory.compareAndSetInt(state, NOTIFIED, THREADED);
        }
    }

    /** The rank's only thread, when others have ended: false when one of them has ended the rank. */
    boolean returnToPe() {
        return Memory.compareAndSetInt(state, THREADED, ACTIVE);
    }

    /** Any thread; answers whether it had not ended before. */
    boolean end() {
        return Memory.getAndSetInt(state, ENDED) != ENDED;
    }

    boolean hasEnded() {
        return Memory.getIntVolatile(state) == ENDED;
    }

    /** Index of the PE that it was on last. Racy. */
    public int lastPe() {
        return Math.max(0, pe.index());
    }

    /** The threads of a rank that has several; empty for others. */
    public PosixThread[] threads() {
        return threads;
    }

    /** Whether threads live that the rank has made. Racy. */
    boolean hasOthers() {
        for (PosixThread one : threads) {
            if (!one.isMain()) {
                return true;
            }
        }
        return false;
    }

    /** For reports: "blocked", "ready", "running", "ended" or, with several threads, "threaded". */
    public String state() {
        return switch (Memory.getIntVolatile(state)) {
            case BLOCKED, CLAIMED -> "blocked";
            case ENDED -> "ended";
            case THREADED -> "threaded";
            default -> Memory.getInt(state + IS_RUNNING) != 0 ? "running" : "ready";
        };
    }
}
