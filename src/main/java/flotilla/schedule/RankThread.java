package flotilla.schedule;

import flotilla.memory.Memory;
import flotilla.mpi.core.Rank;

/** A rank as the scheduler sees it: a user-level thread with a state. */
public final class RankThread {
    // Numbers that libexec/gdb knows, too.
    static final int BLOCKED = 0;
    static final int READY = 1;
    static final int RUNNING = 2;
    /** Running, and woken meanwhile: what it waits for must be asked again before it blocks. */
    static final int NOTIFIED = 3;
    static final int ENDED = 4;
    /** It has several threads, which run by themselves: no PE's business until only one is left. */
    static final int THREADED = 5;
    static final PosixThread[] NONE = {};

    public final Rank rank;
    /** Makes the rank's slot ready, on the PE that runs the rank first; null afterwards. */
    Runnable beginning;
    /** The PE that ran it last: it is queued there again. Written by the PE that runs it. */
    Pe pe;
    /** The PE that its gates return to. Written by the PE that runs it. */
    Pe bound;
    /** The threads of a rank that has several, while they have not ended; replaced as a whole, under the rank's lock. */
    PosixThread[] threads = NONE;

    /** Address of the state: outside of the Java heap, where a debugger reads it. */
    private final long state;

    RankThread(Rank rank, Pe pe, Runnable beginning, long state) {
        this.rank = rank;
        this.pe = pe;
        this.beginning = beginning;
        this.state = state;
        Memory.putInt(state, READY);
    }

    /**
     * Any thread: notes that something happened which the rank may wait for.
     *
     * @return true when the caller must queue the rank
     */
    boolean wake() {
        while (true) {
            int seen = Memory.getIntVolatile(state);
            switch (seen) {
                case BLOCKED -> {
                    if (Memory.compareAndSetInt(state, BLOCKED, READY)) {
                        return true;
                    }
                }
                case RUNNING -> {
                    if (Memory.compareAndSetInt(state, RUNNING, NOTIFIED)) {
                        return false;
                    }
                }
                default -> {
                    return false;
                }
            }
        }
    }

    /**
     * The PE: begins to run it. A full fence, so that whoever finds it ready has put its news where it is looked for now,
     * and whoever comes later finds it running and leaves a notice.
     */
    void run() {
        Memory.getAndSetInt(state, RUNNING);
    }

    /** The PE: blocks the rank; false when it was woken meanwhile, and must look again. */
    boolean block() {
        if (Memory.compareAndSetInt(state, RUNNING, BLOCKED)) {
            return true;
        }
        Memory.putIntVolatile(state, RUNNING);
        return false;
    }

    /** The PE, after the schedule has stopped: leaves the rank, which stands in a trap, to {@link #seize}. */
    void blockForGood() {
        if (!Memory.compareAndSetInt(state, RUNNING, BLOCKED)) {
            Memory.compareAndSetInt(state, NOTIFIED, BLOCKED);
        }
    }

    /** Takes a blocked rank for good; false when it is not blocked. */
    boolean seize() {
        return Memory.compareAndSetInt(state, BLOCKED, RUNNING);
    }

    /** The PE: the rank will be queued again. */
    void ready() {
        Memory.putIntVolatile(state, READY);
    }

    /** The PE: the rank has several threads now. */
    void leavePe() {
        if (!Memory.compareAndSetInt(state, RUNNING, THREADED)) {
            Memory.compareAndSetInt(state, NOTIFIED, THREADED);
        }
    }

    /** The rank's only thread, when others have ended: false when one of them has ended the rank. */
    boolean returnToPe() {
        return Memory.compareAndSetInt(state, THREADED, READY);
    }

    /** Any thread; answers whether it had not ended before. */
    boolean end() {
        return Memory.getAndSetInt(state, ENDED) != ENDED;
    }

    boolean hasEnded() {
        return Memory.getIntVolatile(state) == ENDED;
    }

    /** The threads of a rank that has several; empty for others. */
    public PosixThread[] threads() {
        return threads;
    }

    /** For reports: "blocked", "ready", "running", "ended" or, with several threads, "threaded". */
    public String state() {
        return switch (Memory.getIntVolatile(state)) {
            case BLOCKED -> "blocked";
            case READY -> "ready";
            case ENDED -> "ended";
            case THREADED -> "threaded";
            default -> "running";
        };
    }
}
