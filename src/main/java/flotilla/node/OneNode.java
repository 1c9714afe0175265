package flotilla.node;

import flotilla.mpi.core.Nodes;

/** The nodes of a job that has this one only. */
final class OneNode implements Nodes {
    @Override
    public int node() {
        return 0;
    }

    @Override
    public int count() {
        return 1;
    }

    @Override
    public int nodeOf(int worldRank) {
        return 0;
    }

    @Override
    public int homeOf(int worldRank) {
        return 0;
    }

    @Override
    public int hostOf(int node) {
        return 0;
    }
}
