package flotilla.balance.strategy;

import flotilla.balance.Load;
import flotilla.balance.Placement;
import flotilla.balance.Strategy;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Ranks that talk to each other go to the same PE, as far as the balance allows: the graph of who has sent how many bytes to whom
 * is partitioned by METIS, the parts go to the PEs that have most of their memory already, and {@link Refine} evens out what is
 * left (Charm++'s MetisLB). Where refining what is there is nearly as good, nobody moves for the rest. Where a PE has few ranks
 * there is little to keep together, and it is greedy-refine.
 */
final class Comm implements Strategy {
    /** As much more may go between PEs as with a new partition, before it is worth its moves. */
    private static final double WORSE_CUT = 1.1;
    /** For each PE; with less, parts may come out empty. */
    private static final int FEWEST_RANKS = 6;
    /** A PE gets no part when it has room for less than this share of an average one, in which few ranks would fit. */
    private static final double LEAST_SHARE = 0.3;

    private final double tolerance;
    private final Partition partition;
    /** Of all traffic, what the last partition left between nodes. */
    private double lastShare = -1;

    /** @throws flotilla.balance.BalanceException when METIS is missing */
    Comm(double tolerance, long seed) {
        this.tolerance = tolerance;
        partition = new Partition(new Metis(), (int) (seed & Integer.MAX_VALUE));
    }

    @Override
    public String name() {
        return "comm";
    }

    @Override
    public int[] place(Load load) {
        int pes = load.pes().count();
        if (pes == 1 || load.ranks() < FEWEST_RANKS * pes) {
            return new GreedyRefine(tolerance).place(load);
        }
        int[] refined = load.places().clone();
        var refine = new Refine(tolerance);
        refine.refine(load, refined);
        Placement kept = Placement.of(load, refined);
        if (kept.longest() <= load.ideal() * (1 + tolerance) && shareBetween(kept, load) <= lastShare * WORSE_CUT) {
            return refined;
        }
        double[] shares = shares(load);
        int[] open = IntStream.range(0, pes).filter(pe -> shares[pe] > 0).toArray();
        int[] parts = partition.of(Graph.of(load, open.length), Arrays.stream(open).mapToDouble(pe -> shares[pe]).toArray());
        Arrays.setAll(parts, rank -> open[parts[rank]]);
        int[] peOf = PartMapping.peOfParts(load, parts, shares);
        int[] places = load.places().clone();
        for (int rank = 0; rank < places.length; rank++) {
            if (load.movable()[rank]) {
                places[rank] = peOf[parts[rank]];
            }
        }
        refine.refine(load, places);
        Placement anew = Placement.of(load, places);
        lastShare = shareBetween(anew, load);
        boolean asGood = kept.longest() <= anew.longest() * (1 + tolerance) && shareBetween(kept, load) <= lastShare * WORSE_CUT;
        return asGood ? refined : places;
    }

    /** How much of all traffic is between nodes. */
    private static double shareBetween(Placement placement, Load load) {
        double total = Arrays.stream(load.traffic().bytes()).sum();
        return total > 0 ? placement.bytesBetweenNodes() / total : 0;
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
            shares[pe] = shares[pe] < LEAST_SHARE / shares.length ? 0 : shares[pe];
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
}
