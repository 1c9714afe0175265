package flotilla.observe.timeline;

import flotilla.mpi.core.Rank;

/** What one thread that runs ranks notes. Used by that thread, but for {@link #finish}. */
final class Recorder {
    private static final int NONE = -1;

    private final Timeline timeline;
    private Chunk chunk = new Chunk();
    private boolean finished;
    /** The PE's; made when the thread first runs a rank as a PE. */
    private int track = NONE;
    /** World rank that is run, or NONE; since when, and whether the slice has anything to show. */
    private int runs = NONE;
    private long begin;
    private boolean kept;
    /** The call that the rank is about to wait in: its begin, or 0, and name. */
    private long callBegin;
    private int call;

    Recorder(Timeline timeline) {
        this.timeline = timeline;
    }

    /** The PE's track while it runs a rank, else -1. */
    int openTrack() {
        return runs == NONE ? NONE : track;
    }

    /** When the PE began to run the rank that it runs. */
    long begin() {
        return begin;
    }

    /** The PE begins to run a rank, and so has left the one before. */
    void open(Rank rank) {
        close();
        if (track == NONE) {
            track = timeline.newPeTrack();
        }
        begin = System.nanoTime();
        runs = rank.worldRank;
        kept = false;
    }

    /** What it runs has something to show, and cannot be dropped. */
    void keep() {
        kept = true;
    }

    /** The rank will wait in a call. */
    void waits(long since, int name) {
        callBegin = since;
        call = name;
    }

    /** The PE leaves the rank that it runs, if any. */
    void close() {
        if (runs != NONE) {
            long now = System.nanoTime();
            if (callBegin != 0) {
                append(Chunk.CALL, track, call, callBegin, now, 0);
                callBegin = 0;
            }
            append(Chunk.RUN, track, runs, begin, now, 0);
            timeline.left(runs, track, Math.max(begin, now - 1));
            runs = NONE;
        }
    }

    /** The rank was woken for nothing. */
    void drop() {
        if (kept) {
            close();
        } else {
            runs = NONE;
        }
    }

    void append(int kind, int a, int b, long x, long y, long z) {
        if (chunk.isFull()) {
            exchange();
        }
        chunk.append(kind, a, b, x, y, z);
    }

    private synchronized void exchange() {
        if (finished) {
            chunk = new Chunk();
        } else {
            chunk = timeline.exchange(chunk);
        }
    }

    /** Another thread, at the end: what has been noted is in the chunk that this answers; what comes then is lost. */
    synchronized Chunk finish() {
        finished = true;
        return chunk;
    }

    /** After {@link #finish}: ends what is still open, as an event of {@code last}. */
    void finishOpen(Recorder last, long now) {
        int rank = runs;
        if (rank != NONE) {
            last.append(Chunk.RUN, track, rank, begin, Math.max(begin, now), 0);
        }
    }
}
