package flotilla.balance.strategy;

import flotilla.balance.Load;
import flotilla.balance.Strategy;
import java.util.PriorityQueue;

/**
 * Ranks move from PEs that take too long to those that have room, until none takes longer than the ideal and a tolerance
 * (Charm++'s RefineLB). Each move leaves a PE that is less loaded than the one it relieves was, so the longest time never grows.
 */
final class Refine implements Strategy {
    private final double tolerance;

    /** @param tolerance as a share of the ideal; 0 or more */
    Refine(double tolerance) {
        this.tolerance = tolerance;
    }

    @Override
    public String name() {
        return "refine";
    }

    @Override
    public int[] place(Load load) {
        int[] places = load.places().clone();
        refine(load, places);
        return places;
    }

    /** Begins with these places, which may be others than the load's, and changes them. */
    void refine(Load load, int[] places) {
        int count = load.pes().count();
        double[] work = load.work();
        double limit = load.ideal() * (1 + tolerance);
        var pes = new LeastLoaded(load.times(places), load.pes());
        var residents = new Residents(Order.ofMovable(load), places, count);
        // From the heaviest rank to the lightest: what has found no room will find none later, as room only shrinks.
        var next = new int[count];
        var donors = new PriorityQueue<Integer>((a, b) -> pes.time(a) != pes.time(b) ? Double.compare(pes.time(b), pes.time(a))
                : a - b);
        for (int pe = 0; pe < count; pe++) {
            next[pe] = residents.from(pe);
            if (pes.time(pe) > limit) {
                donors.add(pe);
            }
        }
        while (!donors.isEmpty()) {
            int donor = donors.poll();
            if (moveOne(donor, pes, residents, next, work, limit, places) && pes.time(donor) > limit) {
                donors.add(donor);
            }
        }
    }

    /** Moves the heaviest rank of the donor that finds room, if there is one. */
    private static boolean moveOne(int donor, LeastLoaded pes, Residents residents, int[] next, double[] work, double limit,
            int[] places) {
        while (next[donor] < residents.to(donor)) {
            int rank = residents.rank(next[donor]++);
            int pe = pes.bestFor(work[rank]);
            double reached = pes.timeWith(pe, work[rank]);
            // The lightest one may also go where it only makes things better, not good.
            boolean last = next[donor] == residents.to(donor);
            if (pe != donor && work[rank] > 0 && (reached <= limit || last && reached < pes.time(donor))) {
                pes.remove(donor, work[rank]);
                pes.add(pe, work[rank]);
                places[rank] = pe;
                return true;
            }
        }
        return false;
    }
}
