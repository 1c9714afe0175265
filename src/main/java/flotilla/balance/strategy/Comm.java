package flotilla.balance.strategy;

import flotilla.balance.Load;
import flotilla.balance.Strategy;
import flotilla.balance.Traffic;
import java.util.Arrays;

/**
 * Ranks that talk to each other go to the same PE, as far as the balance allows: the graph of who has sent how many bytes to whom
 * is partitioned by METIS, the parts go to the PEs that have most of their memory already, and {@link Refine} evens out what is left
 * (Charm++'s MetisLB). Where there are no more ranks than PEs there is nothing to keep together, and it is greedy-refine.
 */
final class Comm implements Strategy {
    /** Sums of weights have to fit into an int, with 1 for each vertex or edge on top. */
    private static final double TOTAL_WEIGHT = 1 << 30;
    /** Of METIS's default for k-way partitions. */
    private static final int THOUSANDTHS = 30;
    /** No part may have nothing, or METIS divides by zero. */
    private static final double LEAST_SHARE = 1e-7;

    private final double tolerance;
    private final int seed;
    private final Metis metis;

    /** @throws flotilla.balance.BalanceException when METIS is missing */
    Comm(double tolerance, long seed) {
        this.tolerance = tolerance;
        this.seed = (int) (seed & Integer.MAX_VALUE);
        metis = new Metis();
    }

    @Override
    public String name() {
        return "comm";
    }

    @Override
    public int[] place(Load load) {
        int pes = load.pes().count();
        if (pes == 1 || load.ranks() <= pes) {
            return new GreedyRefine(tolerance).place(load);
        }
        double[] shares = shares(load);
        var narrow = new float[pes];
        for (int pe = 0; pe < pes; pe++) {
            narrow[pe] = (float) shares[pe];
        }
        Graph graph = Graph.of(load.traffic());
        int[] parts = metis.parts(graph.starts, graph.neighbours, scaled(load.work()), scaled(graph.bytes), narrow, THOUSANDTHS, seed);
        int[] peOf = PartMapping.peOfParts(load, parts, shares);
        int[] places = load.places().clone();
        for (int rank = 0; rank < places.length; rank++) {
            if (load.movable()[rank]) {
                places[rank] = peOf[parts[rank]];
            }
        }
        new Refine(tolerance).refine(load, places);
        return places;
    }

    /** What each PE should have of all work: what it can do in the ideal time beside its background load. */
    private static double[] shares(Load load) {
        double average = load.average();
        double[] speed = load.pes().speed();
        var shares = new double[speed.length];
        for (int pe = 0; pe < speed.length; pe++) {
            shares[pe] = average > 0 ? Math.max(0, average - load.pes().background()[pe]) * speed[pe] : speed[pe];
        }
        normalize(shares);
        for (int pe = 0; pe < shares.length; pe++) {
            shares[pe] = Math.max(shares[pe], LEAST_SHARE);
        }
        normalize(shares);
        return shares;
    }

    private static void normalize(double[] shares) {
        double total = Arrays.stream(shares).sum();
        for (int i = 0; i < shares.length; i++) {
            shares[i] = total > 0 ? shares[i] / total : 1.0 / shares.length;
        }
    }

    private static int[] scaled(double[] weights) {
        double total = Arrays.stream(weights).sum();
        double factor = total > 0 ? TOTAL_WEIGHT / total : 0;
        return Arrays.stream(weights).mapToInt(weight -> 1 + (int) (weight * factor)).toArray();
    }

    /** Without directions: each pair that has exchanged anything stands twice. */
    private record Graph(int[] starts, int[] neighbours, double[] bytes) {
        static Graph of(Traffic sent) {
            Traffic received = sent.transposed();
            int ranks = sent.ranks();
            var starts = new int[ranks + 1];
            var neighbours = new int[2 * sent.peers().length];
            var bytes = new double[neighbours.length];
            int count = 0;
            for (int rank = 0; rank < ranks; rank++) {
                int i = sent.offsets()[rank];
                int j = received.offsets()[rank];
                while (i < sent.offsets()[rank + 1] || j < received.offsets()[rank + 1]) {
                    int to = i < sent.offsets()[rank + 1] ? sent.peers()[i] : Integer.MAX_VALUE;
                    int from = j < received.offsets()[rank + 1] ? received.peers()[j] : Integer.MAX_VALUE;
                    neighbours[count] = Math.min(to, from);
                    bytes[count++] = (to <= from ? sent.bytes()[i++] : 0.0) + (from <= to ? received.bytes()[j++] : 0.0);
                }
                starts[rank + 1] = count;
            }
            return new Graph(starts, Arrays.copyOf(neighbours, count), Arrays.copyOf(bytes, count));
        }
    }
}
