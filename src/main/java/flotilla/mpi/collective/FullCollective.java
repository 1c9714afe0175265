package flotilla.mpi.collective;

import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A call that can be worked on only when everybody is there. The last to arrive does so. Long work is cut into units: as
 * many blocked members as there are other processors are woken to take units too, and all others when the last unit is
 * done. Counting arrivals and finished units publishes what the members wrote.
 */
abstract class FullCollective extends Collective {
    private static final VarHandle SHARED;
    private static final VarHandle DONE;

    static {
        try {
            var lookup = MethodHandles.lookup();
            SHARED = lookup.findVarHandle(FullCollective.class, "shared", SharedWork.class);
            DONE = lookup.findVarHandle(FullCollective.class, "done", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int HELPERS = Runtime.getRuntime().availableProcessors() - 1;

    /** By position; null for those who have not arrived or have left already. */
    final Contribution[] members;
    private final int expected;
    private final AtomicInteger arrived = new AtomicInteger();
    /** Null while there is no work to share. */
    private volatile SharedWork shared;
    private SharedWork ownWork;
    private volatile boolean done;

    /** Units that whoever is there takes in turn. */
    private static final class SharedWork {
        int units;
        final AtomicInteger next = new AtomicInteger();
        final AtomicInteger finished = new AtomicInteger();

        void begin(int count) {
            units = count;
            next.set(0);
            finished.set(0);
        }
    }

    /** @param expected how many members take part */
    FullCollective(Contribution first, int expected) {
        super(first);
        members = new Contribution[first.comm.totalSize()];
        this.expected = expected;
    }

    @Override
    void begin(Contribution first) {
        super.begin(first);
        // Plain: the meeting is published afterwards.
        Arrays.fill(members, null);
        arrived.setPlain(0);
        SHARED.set(this, (SharedWork) null);
        DONE.set(this, false);
    }

    /** Takes what a member can give at once. Answers whether that is all and the member can go on. */
    boolean deposit(Contribution member) {
        return false;
    }

    /**
     * Everybody is there. Answers into how many units the work is cut, 0 when it is done, or {@link Rank#CALLING}; then
     * {@link #finish} must be called when it is.
     */
    abstract int work(Contribution last);

    /** Does one unit; several run at the same time. */
    void unit(int index) {
        throw new IllegalStateException();
    }

    /** Whether {@code work} bytes of copying are worth waking others for. */
    static boolean isWorthSharing(long work) {
        return HELPERS > 0 && work >= 128 << 10;
    }

    @Override
    final int join(Contribution member) {
        if (deposit(member)) {
            member.finished = true;
        } else {
            members[member.position] = member;
        }
        return arrived.incrementAndGet() == expected ? workAsLast(member) : 0;
    }

    private int workAsLast(Contribution last) {
        if (expected == members.length) {
            last.reusePassed();
        }
        int units = 0;
        try {
            units = failure != null ? 0 : work(last);
            if (units == 1) {
                unit(0);
            }
        } catch (MpiException e) {
            failure = e;
            units = 0;
        }
        if (units == Rank.CALLING) {
            return units;
        }
        if (units > 1) {
            if (ownWork == null) {
                ownWork = new SharedWork();
            }
            SharedWork work = ownWork;
            work.begin(units);
            shared = work;
            wakeHelpers(last, Math.min(HELPERS, units - 1));
            help(work, last);
        } else {
            finish(last);
        }
        return 0;
    }

    private void wakeHelpers(Contribution last, int wanted) {
        // Neighbours in rank tend to be on one PE: take members from all over.
        int step = Math.max(1, members.length / (wanted + 1));
        int woken = 0;
        for (int i = 0; i < members.length && woken < wanted; i++) {
            Contribution member = members[(int) ((last.position + (long) (i + 1) * step) % members.length)];
            if (member != null && member != last && member.blocking) {
                member.rank.wake();
                woken++;
            }
        }
    }

    private void help(SharedWork work, Contribution helper) {
        while (work.next.get() < work.units) {
            int unit = work.next.getAndIncrement();
            if (unit >= work.units) {
                return;
            }
            try {
                unit(unit);
            } catch (MpiException e) {
                failure = e;
            } catch (RuntimeException e) {
                failure = new MpiException(ErrorClass.INTERN, e.toString());
            }
            if (work.finished.incrementAndGet() == work.units) {
                finish(helper);
            }
        }
    }

    /** The work is done: everybody may leave. @param worker who finishes, and need not be woken */
    final void finish(Contribution worker) {
        done = true;
        for (Contribution member : members) {
            if (member != null && member != worker) {
                member.rank.wake();
            }
        }
    }

    @Override
    final boolean isComplete(Contribution member) {
        if (done || member.finished) {
            return true;
        }
        SharedWork work = shared;
        if (work == null) {
            return false;
        }
        help(work, member);
        return done;
    }

    @Override
    String state(Contribution member) {
        return arrived.get() + " of " + expected + " ranks are there";
    }
}
