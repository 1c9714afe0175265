package flotilla.node;

import flotilla.abi.ControlBlock;
import flotilla.memory.Memory;
import flotilla.mpi.core.Rank;
import flotilla.schedule.Schedule;
import flotilla.trap.Guest;

/**
 * Tells ranks that their first timer is due. What a rank has for timers it knows itself; here it has at most one alarm. A rank
 * that waits is woken; one that computes and does not notice is interrupted, again and again until it is in code that can be.
 */
final class Alarms {
    private static final long FIRST_NUDGE = 200_000;
    private static final long LAST_NUDGE = 10_000_000;

    private final Schedule schedule;
    /** By rank; touched by the PE that runs it. */
    private final Object[] pending;

    Alarms(Schedule schedule, int ranks) {
        this.schedule = schedule;
        this.pending = new Object[ranks];
    }

    /** Replaces the rank's alarm. @param nanoseconds from now, or 0 for none */
    void set(Rank rank, long nanoseconds) {
        Object old = pending[rank.worldRank];
        if (old != null) {
            schedule.cancel(rank, old);
        }
        pending[rank.worldRank] = nanoseconds == 0 ? null : schedule.wakeAt(rank, System.nanoTime() + Math.min(nanoseconds, Sleep.LONGEST), () -> {
            Memory.putLong(rank.mainControl + ControlBlock.SIGNALS_ARRIVED, 1);
            nudgeLater(rank, rank.mainControl, FIRST_NUDGE);
        });
    }

    /** Whether the rank has set an alarm, be it over. */
    boolean isSet(int worldRank) {
        return pending[worldRank] != null;
    }

    /** The rank has ended. */
    void forget(Rank rank) {
        set(rank, 0);
        Memory.putLong(rank.mainControl + ControlBlock.SIGNALS_ARRIVED, 0);
    }

    /** Something has arrived for a thread of the rank, whose control block is given. */
    void interrupt(Rank rank, long control) {
        if (Memory.getLong(control + ControlBlock.SIGNALS_ARRIVED) == 0) {
            Memory.putLong(control + ControlBlock.SIGNALS_ARRIVED, 1);
            nudgeLater(rank, control, FIRST_NUDGE);
        }
        schedule.wake(rank);
    }

    private void nudgeLater(Rank rank, long control, long nanoseconds) {
        schedule.runAt(System.nanoTime() + nanoseconds, () -> {
            if (Memory.getLong(control + ControlBlock.SIGNALS_ARRIVED) != 0 && !schedule.hasEnded(rank)) {
                Guest.nudge(control);
                nudgeLater(rank, control, Math.min(2 * nanoseconds, LAST_NUDGE));
            }
        });
    }
}
