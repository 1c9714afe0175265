package flotilla.balance.strategy;

import flotilla.balance.Load;
import flotilla.balance.Strategy;

/**
 * The heaviest rank first, each to the PE that would have done it first (Charm++'s GreedyLB; Graham's "longest processing time",
 * within 4/3 of the best on equal PEs). Takes no notice of where ranks are, so nearly all move.
 */
final class Greedy implements Strategy {
    @Override
    public String name() {
        return "greedy";
    }

    @Override
    public int[] place(Load load) {
        int[] places = load.places().clone();
        place(load, Order.ofMovable(load), places);
        return places;
    }

    /**
     * Puts the given ranks, in their order, on top of what may not move.
     *
     * @param order all ranks that may move
     * @param places is changed
     * @return the longest time of a PE
     */
    static double place(Load load, int[] order, int[] places) {
        var pes = new LeastLoaded(immovable(load), load.pes());
        double[] work = load.work();
        for (int rank : order) {
            int pe = pes.bestFor(work[rank]);
            places[rank] = pe;
            pes.add(pe, work[rank]);
        }
        return pes.longest();
    }

    /** The times of all PEs with nothing but what can't be moved from them. */
    static double[] immovable(Load load) {
        double[] times = load.background();
        double[] speed = load.pes().speed();
        for (int rank = 0; rank < load.ranks(); rank++) {
            if (!load.movable()[rank]) {
                int pe = load.places()[rank];
                times[pe] += load.work()[rank] / speed[pe];
            }
        }
        return times;
    }
}
