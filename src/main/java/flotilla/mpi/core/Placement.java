package flotilla.mpi.core;

/**
 * On which nodes the ranks of a job start: in blocks, the same computation in every node.
 *
 * @param ranks of the job
 * @param nodes of the job; no more than ranks
 */
public record Placement(int ranks, int nodes) {
    public Placement {
        if (nodes < 1 || nodes > ranks) {
            throw new IllegalArgumentException(ranks + " ranks on " + nodes + " nodes");
        }
    }

    /** The node that a rank starts on. */
    public int node(int worldRank) {
        return (int) ((long) worldRank * nodes / ranks);
    }

    /** The first rank that starts on a node, or behind the last node the number of ranks. */
    public int first(int node) {
        return (int) (((long) node * ranks + nodes - 1) / nodes);
    }

    /** How many ranks start on a node. */
    public int count(int node) {
        return first(node + 1) - first(node);
    }
}
