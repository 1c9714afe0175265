package flotilla.balance.strategy;

import flotilla.balance.Load;
import flotilla.balance.Placement;
import flotilla.balance.Strategy;
import java.util.Arrays;

/**
 * As even as greedy makes it, but for a tolerance, with as few moves as it can (after Charm++'s GreedyRefineLB, which Section 4
 * of the paper on process virtualization uses). Greedy says what can be reached; several placements that keep most ranks where
 * they are are tried, and the one with the fewest moves that is good enough is taken:
 *
 * <ol>
 * <li>the fewest and heaviest ranks leave the PEs that take too long;
 * <li>as GreedyRefineLB: from the heaviest rank to the lightest, each stays if its PE is not full by then;
 * <li>the same with PEs that are full earlier, which leaves more to be put where there is room;
 * <li>greedy's own.
 * </ol>
 */
public final class GreedyRefine implements Strategy {
    /** How full PEs may be while ranks stay, between what is the average (0) and the limit (1). */
    private static final double[] STAYING = {1, 0.75, 0.5, 0.25};

    private final double tolerance;

    /** @param tolerance by which the longest time of a PE may exceed greedy's, as a share of it; 0 or more */
    public GreedyRefine(double tolerance) {
        this.tolerance = tolerance;
    }

    @Override
    public String name() {
        return "greedy-refine";
    }

    @Override
    public int[] place(Load load) {
        int[] order = Order.ofMovable(load);
        int[] greedy = load.places().clone();
        double limit = Greedy.place(load, order, greedy) * (1 + tolerance);
        if (Placement.longest(load, load.places()) <= limit) {
            return load.places().clone();
        }
        int[] best = greedy;
        int fewest = moves(load, greedy);
        int[] tried = load.places().clone();
        if (relieve(load, order, limit, tried) <= limit && moves(load, tried) < fewest) {
            best = tried.clone();
            fewest = moves(load, best);
        }
        double average = load.average();
        for (double share : STAYING) {
            tried = load.places().clone();
            if (keep(load, order, average + share * (limit - average), tried) <= limit) {
                return moves(load, tried) < fewest ? tried : best;
            }
        }
        return best;
    }

    private static int moves(Load load, int[] places) {
        int moves = 0;
        for (int rank = 0; rank < places.length; rank++) {
            moves += places[rank] == load.places()[rank] ? 0 : 1;
        }
        return moves;
    }

    /** Heaviest first, each stays while its PE is not full; answers the longest time. */
    private static double keep(Load load, int[] order, double full, int[] places) {
        var pes = new LeastLoaded(Greedy.immovable(load), load.pes());
        double[] work = load.work();
        for (int rank : order) {
            int pe = places[rank];
            if (pes.timeWith(pe, work[rank]) > full) {
                pe = pes.bestFor(work[rank]);
                places[rank] = pe;
            }
            pes.add(pe, work[rank]);
        }
        return pes.longest();
    }

    /** The fewest ranks leave PEs over the limit, and are placed as greedy would; answers the longest time. */
    private static double relieve(Load load, int[] order, double limit, int[] places) {
        var pes = new LeastLoaded(load.times(places), load.pes());
        var residents = new Residents(order, places, load.pes().count());
        double[] work = load.work();
        var leaves = new boolean[load.ranks()];
        for (int pe = 0; pe < load.pes().count(); pe++) {
            int at = residents.from(pe);
            while (at < residents.to(pe) && pes.time(pe) > limit) {
                double excess = (pes.time(pe) - limit) * load.pes().speed()[pe];
                at = lastNotLess(residents, at, residents.to(pe), work, excess);
                int rank = residents.rank(at++);
                leaves[rank] = true;
                pes.remove(pe, work[rank]);
            }
        }
        Arrays.stream(order).filter(rank -> leaves[rank]).forEach(rank -> {
            int pe = pes.bestFor(work[rank]);
            places[rank] = pe;
            pes.add(pe, work[rank]);
        });
        return pes.longest();
    }

    /** The lightest of the ranks in descending order that has at least that work; the first if none has. */
    private static int lastNotLess(Residents residents, int from, int to, double[] work, double least) {
        int low = from;
        int high = to;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (work[residents.rank(middle)] >= least) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
