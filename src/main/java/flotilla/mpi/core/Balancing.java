package flotilla.mpi.core;

import java.io.Serializable;

/**
 * Where ranks are among all PEs of the job, and what they may ask of its load balancing. PEs are numbered through the nodes. All
 * methods but those that say otherwise: in a trap of the rank.
 */
public interface Balancing {
    /** PEs of all nodes. */
    int pes();

    /** The PE that runs the rank. */
    int pe(Rank rank);

    /**
     * The rank asks for a balancing step. Answers as a handler.
     *
     * @param together whether all ranks of the job ask, and wait until it is done
     */
    int step(Rank rank, boolean together);

    /**
     * The rank goes on on that PE, or where it is when it cannot move. Answers as a handler.
     *
     * @param pe 0 to {@link #pes} - 1
     */
    int moveTo(Rank rank, int pe);

    /** Steps that all ranks have asked for together and that are done. Any thread. */
    int stepsDone();

    /** Whether what the rank waits for in {@link #moveTo} has come about, or will not. */
    boolean isSettled(Rank rank, int node);

    /** What the rank has run until now is on its account ({@link Rank.Counters#runNanos}). */
    void account(Rank rank);

    /** For a step that all ranks have asked for. The rank may move meanwhile, so nothing here belongs to a node. */
    record StepWait(int number) implements Wait, Serializable {
        @Override
        public int poll(Rank rank) {
            return rank.world.balancing().stepsDone() >= number ? 0 : Rank.BLOCKED;
        }

        @Override
        public String describe(Rank rank) {
            return "all ranks to ask for a balancing step";
        }
    }

    /** For the rank to be on another node, or to be refused that. */
    record MoveWait(int to) implements Wait, Serializable {
        @Override
        public int poll(Rank rank) {
            return rank.world.balancing().isSettled(rank, to) ? 0 : Rank.BLOCKED;
        }

        @Override
        public String describe(Rank rank) {
            return "its move to node " + to;
        }
    }
}
