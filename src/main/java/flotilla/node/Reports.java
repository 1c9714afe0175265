package flotilla.node;

import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Wait;
import flotilla.mpi.core.World;
import flotilla.schedule.Pe;
import flotilla.schedule.PosixThread;
import flotilla.schedule.Schedule;
import java.util.Locale;

/** Texts about a job that a user reads when it stands still, fails, or has ended. */
final class Reports {
    /** Ranks listed one by one; of more, only the number is told. */
    private static final int LISTED = 64;

    /** @param waiting what the blocked ranks wait for, of all {@code ranks} of the job */
    static String deadlock(int ranks, int blocked, String waiting) {
        var text = new StringBuilder("deadlock: ");
        text.append(blocked == ranks ? "all " + blocked + " ranks are" : blocked == 1 ? "the last rank is" : "the last " + blocked + " ranks are");
        text.append(" blocked and nothing is in flight\n");
        return text.append(waiting).toString();
    }

    /** A line for each rank that has not ended, what it does; and for each that others may wait for in vain. */
    static String waiting(World world, Schedule schedule) {
        var text = new StringBuilder();
        int listed = 0;
        int more = 0;
        int ended = 0;
        int early = 0;
        var ends = new StringBuilder();
        for (int i = 0; i < world.size(); i++) {
            Rank rank = world.rank(i);
            if (schedule.thread(i) == null) {
                continue;
            }
            String state = schedule.thread(i).state();
            if (state.equals("ended")) {
                String without = rank.environment == Rank.Environment.INITIALIZED ? "MPI_Finalize"
                        : rank.environment == Rank.Environment.FINALIZED ? null : "MPI_Init";
                if (without != null && early++ < LISTED) {
                    ends.append("  rank ").append(i).append(" has ended without calling ").append(without).append('\n');
                }
                ended++;
                continue;
            }
            if (listed == LISTED) {
                more++;
                continue;
            }
            listed++;
            PosixThread[] threads = schedule.thread(i).threads();
            if (threads.length == 0) {
                text.append("  rank ").append(i);
                describe(text, rank, state.equals("blocked") ? rank.wait : null, state, rank.currentFunction);
            }
            for (PosixThread thread : threads) {
                text.append("  rank ").append(i).append(thread.isMain() ? "'s main thread" : "'s other thread");
                describe(text, rank, thread.isWaiting() ? thread.calls().waiting() : null, "running", thread.calls().function());
            }
        }
        if (more > 0) {
            text.append("  and ").append(more).append(" more ranks\n");
        }
        text.append(ends);
        if (ended > Math.min(early, LISTED)) {
            text.append("  ").append(ended).append(ended == 1 ? " rank has ended\n" : " ranks have ended\n");
        }
        return text.toString();
    }

    private static void describe(StringBuilder text, Rank rank, Wait wait, String state, int function) {
        String name = function < 0 ? null : rank.world.functionName(function);
        if (wait != null) {
            text.append(" waits in ").append(name == null ? "a system call" : name).append(" for ").append(wait.describe(rank));
        } else {
            text.append(" is ").append(state);
            if (name != null) {
                text.append(" (last MPI call: ").append(name).append(')');
            }
        }
        text.append('\n');
    }

    static String statistics(World world, Schedule schedule, long nanos) {
        var text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%nflotilla: %d ranks on %d PEs, %.3f s%n", world.size(), schedule.pes().length, nanos / 1e9));
        text.append("   PE    switches   idle\n");
        for (Pe pe : schedule.pes()) {
            text.append(String.format(Locale.ROOT, "%5d %11d %5.1f%%%n", pe.index(), pe.switches(), 100 * pe.idleShare()));
        }
        text.append(" rank      time s    switches    messages           bytes\n");
        for (int i = 0; i < world.size(); i++) {
            Rank rank = world.rank(i);
            if (rank == null) {
                continue;
            }
            Rank.Counters counters = rank.counters;
            text.append(String.format(Locale.ROOT, "%5d %11.3f %11d %11d %15d%n",
                    i, counters.runNanos / 1e9, counters.switches, counters.messagesSent, counters.bytesSent));
        }
        return text.toString();
    }

    private Reports() {}
}
