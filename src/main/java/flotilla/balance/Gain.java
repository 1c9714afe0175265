package flotilla.balance;

/**
 * Whether it pays to act. A proposal's gain is what the slowest PE gets faster by, if ranks go on as they have; how much of that
 * comes true is learned from proposals of the past, whether they were acted on or not: once the next interval has been measured,
 * it is known what it would have taken at the old places and at the proposed ones.
 *
 * <p>Three guards besides: a gain of less than {@value #LEAST} of the interval is noise; so is an imbalance that is gone in the next
 * interval (in a short one some ranks have made steps more than others, as far as these let them), so the proposal before must have
 * come true, too, and the smaller of both counts; and what all moves have cost may exceed what they have gained by no more than
 * {@value #ALLOWANCE} of the time that has passed; once only by more, until that is earned, if this one gains several times its cost.
 * Where that is not allowed, since moves have been wrong or expensive, what comes true {@value #PATIENCE} times in a row is acted on all
 * the same, the next time twice as often in a row. With decisions at {@link Interval#ALLOWANCE}, a program whose load can't be balanced
 * loses less than 3 per cent.
 */
public final class Gain {
    /** Share of all time that moves may cost which gain nothing. */
    public static final double ALLOWANCE = 0.015;
    private static final double LEAST = 0.01;
    /** Until something is known: gains last some intervals. */
    private static final double INITIAL_PERSISTENCE = 0.75;
    /** Gains are counted for no more than 20 intervals: nobody knows what comes then. */
    private static final double HIGHEST_PERSISTENCE = 20.0 / 21;
    /** How far the gain must exceed the cost where it is paid from what is to be gained. */
    private static final double SAFE = 3;
    /** How much of what a proposal expects must come true for it to have been right. */
    private static final double RIGHT = 0.5;
    private static final int PATIENCE = 4;
    /** What the last proposal says, against all that were before. */
    private static final double NEWS = 0.3;

    private final MoveCost cost;
    private double persistence = INITIAL_PERSISTENCE;
    /** How many proposals have come true in a row since ranks were told to move last, and what the least of them was, ns. */
    private int run;
    private double least;
    private int patience = PATIENCE;
    private double elapsed;
    /** What moves have cost, but for those that were ordered last: by prediction, or more where it was more. */
    private double spent;
    private double ordered;
    private double paidBefore;
    private double earned;
    /** The last proposal and where ranks were then; null when there was none, or what came of it is known. */
    private int[] proposed;
    private int[] stayed;
    private double expected;
    /** Where ranks would be if nobody had ever moved. */
    private int[] origin;
    private int pes;

    /**
     * A verdict, in ns.
     *
     * @param acts whether to act on it now
     * @param gain expected of all intervals to come
     * @param cost of the decision and the moves
     */
    public record Verdict(boolean acts, double gain, double cost) {}

    public Gain(MoveCost cost) {
        this.cost = cost;
    }

    /** Takes notice of a new interval: what has come of the last proposal, and of all moves so far. */
    public void observe(Load load) {
        if (origin == null || origin.length != load.ranks() || pes != load.pes().count()) {
            // What was known of places says nothing in a job of another shape.
            origin = load.places().clone();
            pes = load.pes().count();
            proposed = null;
            run = 0;
        }
        elapsed += load.interval();
        double now = Placement.longest(load, load.places());
        earned += Math.max(0, (Placement.longest(load, origin) - now) * bound(load, load.places()));
        if (proposed != null) {
            double realized = Placement.longest(load, stayed) - Placement.longest(load, proposed);
            run = realized >= RIGHT * expected ? run + 1 : 0;
            persistence = (1 - NEWS) * persistence + NEWS * Math.clamp(realized / expected, 0, 1);
            proposed = null;
        }
    }

    /**
     * Judges a proposal for the load that was observed last.
     *
     * @param decisionNanos what it has cost to find it
     */
    public Verdict judge(Load load, int[] places, long decisionNanos) {
        double difference = Placement.longest(load, load.places()) - Placement.longest(load, places);
        if (difference <= 0) {
            run = 0;
            return new Verdict(false, 0, decisionNanos);
        }
        proposed = places.clone();
        stayed = load.places().clone();
        expected = difference;
        least = run == 0 ? difference : Math.min(least, difference);
        double perInterval = least * bound(load, load.places());
        double lasting = Math.min(persistence, HIGHEST_PERSISTENCE);
        // What is left of it after one interval, after two, and so on.
        double gain = perInterval * lasting / (1 - lasting);
        double moving = cost.of(load, places);
        double last = Math.max(ordered, cost.paid() - paidBefore);
        double left = earned + ALLOWANCE * elapsed - spent - last;
        boolean affordable = moving <= left || left >= 0 && gain > SAFE * moving;
        boolean acts = run >= (affordable ? 1 : patience) && gain > moving + decisionNanos && perInterval > LEAST * load.interval();
        if (acts) {
            patience *= affordable ? 1 : 2;
            run = 0;
            spent += last;
            ordered = moving;
            paidBefore = cost.paid();
        }
        return new Verdict(acts, gain, moving + decisionNanos);
    }

    /** The share of a gain that was still there in the next interval, as far as is known: 0 to 1. */
    public double persistence() {
        return persistence;
    }

    /**
     * How much of a gain on the slowest PE the program gets faster by: all of it, when that PE has been busy; less, when it has
     * been waiting, too, since then it was not its load that the others waited for.
     */
    private static double bound(Load load, int[] places) {
        double[] times = load.times(places);
        int slowest = 0;
        for (int pe = 1; pe < times.length; pe++) {
            slowest = times[pe] > times[slowest] ? pe : slowest;
        }
        return 1 - Math.min(1, (double) load.pes().idle()[slowest] / load.interval());
    }
}
