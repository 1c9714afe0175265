package flotilla.balance.strategy;

import flotilla.balance.Load;
import flotilla.balance.Placement;
import flotilla.balance.Strategy;
import java.util.Arrays;

/**
 * Ranks that talk to each other go to the same PE, as far as the balance allows: the graph of who has sent how many bytes to whom
 * is partitioned by METIS, the parts go to the PEs that have most of their memory already, and {@link Refine} evens out what is left
 * (Charm++'s MetisLB). Where refining what is there is nearly as good, nobody moves for the rest. Where there are no more ranks than PEs there is nothing to keep together, and it is greedy-refine.
 */
final class Comm implements Strategy {
    /** As much more may go between PEs as with a new partition, before it is worth its moves. */
    private static final double WORSE_CUT = 1.1;
    /** No part may have nothing, or METIS divides by zero. */
    private static final double LEAST_SHARE = 1e-7;

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
        if (pes == 1 || load.ranks() <= pes) {
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
        int[] parts = partition.of(Graph.of(load), shares);
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
}
