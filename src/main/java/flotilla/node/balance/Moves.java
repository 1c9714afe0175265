package flotilla.node.balance;

import flotilla.mpi.core.Rank;

/** Moves ranks from this node to others, as far as that is possible. */
public interface Moves {
    /** What has come of it. Any thread; must not block. */
    interface Listener {
        /**
         * A rank has left this node for another.
         *
         * @param bytes of its memory that were sent
         * @param nanos for which it stood still
         */
        void moved(int worldRank, int to, long bytes, long nanos);

        /** A rank that was to go to another node stays for now, for a reason that is told in a few words. */
        void stayed(int worldRank, int to, String reason);
    }

    /**
     * A rank of this node shall go to another as soon as it waits or traps; it shall stay when that is this one. Replaces what was
     * wanted before. Any thread; does not wait.
     */
    void want(int worldRank, int node);

    /** As {@link #want}, for a rank that is about to wait for that. Its PE. */
    void wish(Rank rank, int node);
}
