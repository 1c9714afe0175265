package flotilla.mpi.rounds;

import flotilla.mpi.core.Rank;

/**
 * What follows from what the members of a communicator have said. It is the same for all, so that those in one process use one
 * object: whoever has heard everything first concludes, and the others find it.
 */
public interface Outcome {
    /**
     * @param rank a member
     * @param said what each member has said, by {@link flotilla.mpi.core.Comm#position}; read only
     */
    void conclude(Rank rank, byte[][] said);
}
