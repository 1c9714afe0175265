package flotilla.mpi.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The collective calls on a communicator form a chain: its n-th link is the n-th call, for every member (MPI-3.1
 * section 5.1: all members call the same collectives in the same order). Each member walks the chain at its own pace. Links
 * behind the slowest are put to the chain's end, with their meetings, so that calls leave nothing for the garbage collector.
 */
public final class CollectiveLink {
    private static final VarHandle NEXT;
    private static final VarHandle MEETING;

    static {
        try {
            var lookup = MethodHandles.lookup();
            NEXT = lookup.findVarHandle(CollectiveLink.class, "next", CollectiveLink.class);
            MEETING = lookup.findVarHandle(CollectiveLink.class, "meeting", Meeting.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** In place of a meeting that somebody is making. */
    private static final Meeting CLAIMED = new Meeting(0) {
        @Override
        protected int conclude(Rank last) {
            throw new IllegalStateException();
        }

        @Override
        protected String describe() {
            return "";
        }
    };

    private volatile CollectiveLink next;
    private volatile Meeting meeting;
    /** Meetings of earlier calls; for whoever makes this call's, and nobody else. */
    private Meeting spare;

    CollectiveLink next() {
        CollectiveLink link = next;
        if (link == null) {
            var fresh = new CollectiveLink();
            link = (CollectiveLink) NEXT.compareAndExchange(this, null, fresh);
            link = link == null ? fresh : link;
        }
        return link;
    }

    /** Every member is at {@code current}, which follows this link, or beyond: this one serves for a call to come. */
    public void moveBehind(CollectiveLink current) {
        Meeting left = meeting;
        if (left != null && left.isReusable()) {
            left.nextSpare = spare;
            spare = left;
        }
        // Plain: whoever gets here next comes through the link that is set below.
        MEETING.set(this, (Meeting) null);
        NEXT.set(this, (CollectiveLink) null);
        CollectiveLink last = current;
        while (!NEXT.compareAndSet(last, null, this)) {
            last = last.next;
        }
    }

    /** Takes out a meeting of an earlier call, or answers null; for the function that {@link #meeting} calls. */
    public Meeting takeSpare(Predicate<Meeting> wanted) {
        Meeting before = null;
        for (Meeting found = spare; found != null; found = found.nextSpare) {
            if (wanted.test(found)) {
                if (before == null) {
                    spare = found.nextSpare;
                } else {
                    before.nextSpare = found.nextSpare;
                }
                found.nextSpare = null;
                return found;
            }
            before = found;
        }
        return null;
    }

    /** The meeting of this call, made by whoever comes first. */
    Meeting meeting(Supplier<? extends Meeting> create) {
        Meeting present = meeting;
        while (present == null || present == CLAIMED) {
            if (present == null && MEETING.compareAndSet(this, null, CLAIMED)) {
                Meeting made = null;
                try {
                    made = create.get();
                } finally {
                    MEETING.setRelease(this, made);
                }
                return made;
            }
            // Making one takes less time than a switch would.
            Thread.onSpinWait();
            present = meeting;
        }
        return present;
    }
}
