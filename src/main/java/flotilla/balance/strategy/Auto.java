package flotilla.balance.strategy;

import flotilla.balance.Gain;
import flotilla.balance.Interval;
import flotilla.balance.Load;
import flotilla.balance.MoveCost;
import flotilla.balance.Placement;
import flotilla.balance.Strategy;
import java.util.function.LongSupplier;

/**
 * Greedy-refine when it pays ({@link Gain}) and only as often as is worthwhile ({@link Interval}): the default of jobs with more
 * than one node. It is given every interval that was measured, and mostly answers that all is to stay as it is.
 */
public final class Auto implements Strategy {
    /** What is measured in less time is noise. */
    private static final long SHORTEST_NANOS = 200_000_000;

    private final GreedyRefine strategy;
    private final LongSupplier clock;
    private final Gain gain;
    private final Interval interval = new Interval(SHORTEST_NANOS);

    /**
     * @param tolerance of greedy-refine
     * @param cost of moves, which whoever makes them goes on to teach
     * @param clock in ns, from any beginning: what decisions take
     */
    public Auto(double tolerance, MoveCost cost, LongSupplier clock) {
        strategy = new GreedyRefine(tolerance);
        gain = new Gain(cost);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "auto";
    }

    @Override
    public int[] place(Load load) {
        long begin = clock.getAsLong();
        gain.observe(load);
        Placement now = Placement.of(load, load.places());
        if (!interval.isDue(load.interval(), now.imbalance())) {
            return load.places().clone();
        }
        int[] proposed = strategy.place(load);
        long nanos = clock.getAsLong() - begin;
        Gain.Verdict verdict = gain.judge(load, proposed, nanos);
        boolean acts = verdict.acts();
        // What promises a gain may have come true by the next interval.
        interval.decided(verdict.gain() > verdict.cost(), acts ? Placement.of(load, proposed).imbalance() : now.imbalance(), nanos);
        return acts ? proposed : load.places().clone();
    }
}
