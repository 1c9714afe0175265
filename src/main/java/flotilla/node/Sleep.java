package flotilla.node;

import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Wait;
import flotilla.schedule.Schedule;

/** A rank that waits for a time. */
record Sleep(Schedule schedule, long until, Object wake) implements Wait {
    /** Times further apart than half of what fits into a long could not be put in order. */
    static final long LONGEST = Long.MAX_VALUE / 4;

    /** @return {@link Rank#BLOCKED}, or 0 when there is nothing to wait for */
    static int begin(Schedule schedule, Rank rank, long nanoseconds) {
        if (nanoseconds <= 0) {
            rank.yield = true;
            return 0;
        }
        long until = System.nanoTime() + Math.min(nanoseconds, LONGEST);
        return rank.waitFor(new Sleep(schedule, until, schedule.wakeAt(rank, until)));
    }

    @Override
    public int poll(Rank rank) {
        return System.nanoTime() - until >= 0 ? 0 : Rank.BLOCKED;
    }

    @Override
    public boolean interrupt(Rank rank) {
        schedule.cancel(rank, wake);
        return true;
    }

    @Override
    public String describe(Rank rank) {
        return "the end of a sleep";
    }
}
