package flotilla.node;

import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Wait;
import flotilla.schedule.Schedule;

/** A rank that waits for a time. */
record Sleep(long until) implements Wait {
    /** @return {@link Rank#BLOCKED}, or 0 when there is nothing to wait for */
    static int begin(Schedule schedule, Rank rank, long nanoseconds) {
        if (nanoseconds <= 0) {
            rank.yield = true;
            return 0;
        }
        long until = System.nanoTime() + nanoseconds;
        schedule.wakeAt(rank, until);
        return rank.waitFor(new Sleep(until));
    }

    @Override
    public int poll(Rank rank) {
        return System.nanoTime() - until >= 0 ? 0 : Rank.BLOCKED;
    }

    @Override
    public String describe(Rank rank) {
        return "the end of a sleep";
    }
}
