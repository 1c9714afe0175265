package flotilla.schedule;

import flotilla.memory.Memory;
import flotilla.mpi.core.Rank;

/** A rank, or its main thread when it has made more, as the scheduler sees it: a user-level thread with a state. */
public final class RankThread {
    // Numbers that libexec/gdb knows, too.
    static final int BLOCKED = 0;
    static final int READY = 1;
    static final int RUNNING = 2;
    /** Running, and woken meanwhile: what it waits for must be asked again before it blocks. */
    static final int NOTIFIED = 3;
    static final int ENDED = 4;
    private static final PosixThread[] NONE = {};

    public final Rank rank;
    /** Makes the rank's slot ready, on the PE that runs the rank first; null afterwards. */
    Runnable beginning;
    /** The PE that ran it last: it is queued there again. Written by the PE that runs it. */
    Pe pe;
    /** The PE that its gates return to. Written by the PE that runs it. */
    Pe bound;
    /** Threads that the rank has made and that have not ended; replaced as a whole, under the rank's lock. */
    PosixThread[] others = NONE;

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
     *
     * @return false when another thread of the rank has ended it meanwhile
     */
    boolean run() {
        return Memory.compareAndSetInt(state, READY, RUNNING);
    }

    /** The PE: blocks the rank; false when it was woken meanwhile, and must look again. */
    boolean block() {
        // What fails is one of: a notice, which is taken; the end of the rank.
        return Memory.compareAndSetInt(state, RUNNING, BLOCKED) || !Memory.compareAndSetInt(state, NOTIFIED, RUNNING);
    }

    /** Takes a blocked rank for good; false when it is not blocked. */
    boolean seize() {
        return Memory.compareAndSetInt(state, BLOCKED, RUNNING);
    }

    /** The PE: the rank will be queued again; false when another thread of the rank has ended it meanwhile. */
    boolean ready() {
        return Memory.compareAndSetInt(state, RUNNING, READY) || Memory.compareAndSetInt(state, NOTIFIED, READY);
    }

    /** Any thread; answers whether it had not ended before. */
    boolean end() {
        return Memory.getAndSetInt(state, ENDED) != ENDED;
    }

    boolean hasEnded() {
        return Memory.getIntVolatile(state) == ENDED;
    }

    /** For reports: "blocked", "ready", "running" or "ended". */
    public String state() {
        return switch (Memory.getIntVolatile(state)) {
            case BLOCKED -> "blocked";
            case READY -> "ready";
            case ENDED -> "ended";
            default -> "running";
        };
    }
}
