package flotilla.mpi;

import flotilla.mpi.core.Nodes;
import java.util.Random;

/** Made-up nodes: ranks are said to have started on them, and all are in this process. */
public record StandInNodes(int count, int[] homes) implements Nodes {
    /** Ranks in blocks, as a job places them. */
    public static StandInNodes blocks(int ranks, int nodes) {
        var homes = new int[ranks];
        for (int i = 0; i < ranks; i++) {
            homes[i] = (int) ((long) i * nodes / ranks);
        }
        return new StandInNodes(nodes, homes);
    }

    /** Ranks anywhere. */
    public static StandInNodes scattered(int ranks, int nodes, long seed) {
        return new StandInNodes(nodes, new Random(seed).ints(ranks, 0, nodes).toArray());
    }

    public int ranks() {
        return homes.length;
    }

    @Override
    public int node() {
        return 0;
    }

    /** One rank in three has moved. */
    @Override
    public int nodeOf(int worldRank) {
        return worldRank % 3 == 2 ? (homes[worldRank] + 1) % count : homes[worldRank];
    }

    @Override
    public int homeOf(int worldRank) {
        return homes[worldRank];
    }

    /** Two nodes each. */
    @Override
    public int hostOf(int node) {
        return node / 2;
    }
}
