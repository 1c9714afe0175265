package flotilla.mpi.core;

/** The nodes (processes) of a job of several, and where its ranks are. Any thread. */
public interface Nodes {
    /** This node's number, 0 to {@link #count} - 1. */
    int node();

    int count();

    /** Where a rank is, as far as this node knows: it may have moved. */
    int nodeOf(int worldRank);

    /** Where a rank started: every node answers the same, whatever has moved since. */
    int homeOf(int worldRank);

    /** The host of a node, as a number: nodes on one host have the same, and every node answers the same. */
    int hostOf(int node);
}
