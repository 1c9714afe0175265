package flotilla.mpi.core;

import flotilla.mpi.error.MpiException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A collective call in progress: the members of a communicator meet here. Each brings its arguments (in arrays of the
 * subclass, at its own position); the last to arrive does the work of all in {@link #conclude}, reading and writing the
 * others' buffers directly (they are blocked, and share the address space); then all leave, each on its own PE.
 *
 * <p>The counter's increment releases what a member wrote before it arrived, and the last one acquires it; {@code done}
 * does the same the other way round.
 */
public abstract class Meeting {
    private final int members;
    /** Null for a meeting by messages. */
    private final Rank[] present;
    private final AtomicInteger arrived = new AtomicInteger();
    private volatile boolean done;
    /** The next of a link's meetings that wait for being used again. */
    Meeting nextSpare;
    /** Set by conclude when the whole call fails: every member's call fails with it. */
    protected MpiException failure;

    protected Meeting(int members) {
        this(members, false);
    }

    /**
     * @param byMessages whether members tell each other by messages what they bring: nobody attends, and conclude is called
     * with everything heard
     */
    protected Meeting(int members, boolean byMessages) {
        this.members = members;
        present = byMessages ? null : new Rank[members];
    }

    /** Work of the last to arrive. Answers as {@link Wait#poll}; after CALLING it must itself call {@link #finish} when the guest functions are done. */
    protected abstract int conclude(Rank last);

    /** Each member, on its own PE, after the meeting is done: writes results that belong to the member. Answers as {@link Wait#poll}. */
    protected int leave(Rank rank, int position) {
        return 0;
    }

    /** What the call is, for the deadlock report: "MPI_Barrier on MPI_COMM_WORLD". */
    protected abstract String describe();

    /** Whether another call may use the object, once every member has begun its next call. */
    protected boolean isReusable() {
        return false;
    }

    public final int members() {
        return members;
    }

    public final Rank member(int position) {
        return present[position];
    }

    public final boolean isDone() {
        return done;
    }

    /**
     * A member arrives; its arguments are in place. The last one concludes.
     *
     * @return {@link Rank#CALLING} while guest functions run for the last to arrive, else 0; then ask {@link #isDone}
     */
    public final int arrive(Rank rank, int position) {
        present[position] = rank;
        if (arrived.incrementAndGet() < present.length) {
            return 0;
        }
        int answer = concludeAs(rank);
        if (answer != Rank.CALLING) {
            finish(rank);
        }
        return answer;
    }

    /** As {@link #conclude}, of which a failure is the meeting's. */
    protected final int concludeAs(Rank rank) {
        try {
            return conclude(rank);
        } catch (MpiException e) {
            failure = e;
            return 0;
        }
    }

    /** Everybody may leave. */
    protected final void finish(Rank last) {
        done = true;
        for (Rank rank : present) {
            if (rank != last) {
                rank.wake();
            }
        }
    }

    /** Blocking call: arrives and waits. */
    public final int attend(Rank rank, int position) {
        int answer = arrive(rank, position);
        if (answer == Rank.CALLING) {
            return answer;
        }
        return rank.waitFor(new Attendance(this, position));
    }

    /** Leaves a done meeting: the member's result, or the common failure. */
    public final int depart(Rank rank, int position) {
        if (failure != null) {
            throw failure;
        }
        return leave(rank, position);
    }

    /** A member's wait for the end of the meeting. */
    private record Attendance(Meeting meeting, int position) implements Wait {
        @Override
        public int poll(Rank rank) {
            return meeting.done ? meeting.depart(rank, position) : Rank.BLOCKED;
        }

        @Override
        public String describe(Rank rank) {
            var text = new StringBuilder(meeting.describe());
            text.append(" (").append(meeting.arrived.get()).append(" of ").append(meeting.present.length).append(" ranks are there)");
            return text.toString();
        }
    }
}
