package flotilla.mpi.calls;

import flotilla.memory.Memory;
import flotilla.mpi.core.Balancing;
import flotilla.mpi.core.Info;
import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What Adaptive MPI offers beside MPI, for programs that were written for it ("Adaptive MPI Manual", sections on migration and load
 * balancing). PEs and nodes are the job's. A parameter that is a {@code long} is an address of guest memory or a handle.
 */
public final class AmpiCalls {
    // AMPI's predefined infos (include/flotilla.h).
    private static final int LB_SYNC = -101;
    private static final int LB_ASYNC = -102;
    private static final int CHECKPOINT_IN_MEMORY = -103;

    private static final String LOAD_BALANCE = "ampi_load_balance";
    private static final String CHECKPOINT = "ampi_checkpoint";
    private static final double NANOS = 1e9;
    /** A century: nobody's load is more. */
    private static final double MOST_SECONDS = 3e9;
    private static final AtomicBoolean CHECKPOINTS_TOLD = new AtomicBoolean();

    /** @param hints an info's handle as it is */
    public static int migrate(Rank rank, long hints) {
        switch ((int) hints) {
            case LB_SYNC -> {
                return balance(rank, "sync");
            }
            case LB_ASYNC -> {
                return balance(rank, "async");
            }
            case CHECKPOINT_IN_MEMORY -> {
                return checkpoint(rank);
            }
            default -> {
                Info info = rank.info(hints);
                if (info == null) {
                    throw new MpiException(ErrorClass.INFO, "hints is MPI_INFO_NULL");
                }
                if (info.entries.containsKey(CHECKPOINT)) {
                    checkpoint(rank);
                }
                String wish = info.entries.get(LOAD_BALANCE);
                return wish == null ? 0 : balance(rank, wish);
            }
        }
    }

    private static int balance(Rank rank, String how) {
        return switch (how) {
            case "sync" -> rank.world.balancing().step(rank, true);
            case "async" -> rank.world.balancing().step(rank, false);
            case "false" -> 0;
            default -> throw new MpiException(ErrorClass.INFO_VALUE,
                    "hints: " + LOAD_BALANCE + " is \"" + how + "\"; it may be \"sync\", \"async\" or \"false\"");
        };
    }

    private static int checkpoint(Rank rank) {
        if (rank.worldRank == 0 && CHECKPOINTS_TOLD.compareAndSet(false, true)) {
            System.err.println("flotilla: AMPI_Migrate: there are no checkpoints yet; the program goes on without");
        }
        return 0;
    }

    public static int migrateToPe(Rank rank, int dest) {
        Balancing balancing = rank.world.balancing();
        if (dest < 0 || dest >= balancing.pes()) {
            throw new MpiException(ErrorClass.ARG, "dest = " + dest + "; the job has " + balancing.pes() + " PEs, from 0");
        }
        return balancing.moveTo(rank, dest);
    }

    /** What the rank has set for its load does not count any more. */
    public static int loadStartMeasure(Rank rank) {
        rank.world.balancing().account(rank);
        Rank.Counters counters = rank.counters;
        if (counters.pausedAt >= 0) {
            counters.unmeasuredNanos += counters.runNanos - counters.pausedAt;
            counters.pausedAt = -1;
        }
        counters.setNanos = -1;
        return 0;
    }

    public static int loadStopMeasure(Rank rank) {
        rank.world.balancing().account(rank);
        if (rank.counters.pausedAt < 0) {
            rank.counters.pausedAt = rank.counters.runNanos;
        }
        return 0;
    }

    /** @param value seconds of work in each interval between two steps, until measuring is started again */
    public static int loadSetValue(Rank rank, double value) {
        if (!(value >= 0 && value <= MOST_SECONDS)) {
            throw new MpiException(ErrorClass.ARG, "value = " + value + "; a load is a number of seconds, 0 or more");
        }
        rank.counters.setNanos = (long) (value * NANOS);
        return 0;
    }

    public static int myPe(Rank rank, long pe) {
        return put(pe, "pe", rank.world.balancing().pe(rank));
    }

    public static int myNode(Rank rank, long node) {
        return put(node, "node", rank.world.nodes == null ? 0 : rank.world.nodes.node());
    }

    public static int numPes(Rank rank, long pes) {
        return put(pes, "pes", rank.world.balancing().pes());
    }

    public static int numNodes(Rank rank, long nodes) {
        return put(nodes, "nodes", rank.world.nodes == null ? 1 : rank.world.nodes.count());
    }

    private static int put(long address, String name, int value) {
        Arguments.checkPointer(address, name);
        Memory.putInt(address, value);
        return 0;
    }

    private AmpiCalls() {}
}
