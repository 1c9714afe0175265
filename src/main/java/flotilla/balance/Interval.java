package flotilla.balance;

/**
 * When to decide next. Measuring goes on all the time; a decision is due when the time has come, or when the imbalance has grown by
 * {@value #ALARM} since the last. The time doubles with each decision from which nothing came, and is the shortest again after one
 * that was acted on. It is never so short that decisions take more than {@link #ALLOWANCE} of it.
 */
public final class Interval {
    /** Share of all time that decisions may take. */
    public static final double ALLOWANCE = 0.01;
    private static final double ALARM = 0.1;
    private static final long LONGEST_NANOS = 60_000_000_000L;

    private final long shortest;
    private double least;
    private double current;
    private double waited;
    private double imbalance = 1;

    /** @param shortest ns between two decisions at least */
    public Interval(long shortest) {
        this.shortest = shortest;
        least = shortest;
        current = shortest;
    }

    /**
     * Whether to decide now.
     *
     * @param passed ns since the last call
     * @param measured the imbalance in that time, 1 or more
     */
    public boolean isDue(long passed, double measured) {
        waited += passed;
        return waited >= current || waited >= least && measured > imbalance + ALARM;
    }

    /**
     * After a decision.
     *
     * @param acted whether ranks were moved
     * @param left imbalance that is expected now
     * @param nanos that the decision took
     */
    public void decided(boolean acted, double left, long nanos) {
        waited = 0;
        imbalance = left;
        least = Math.max(shortest, nanos / ALLOWANCE);
        current = Math.max(least, acted ? shortest : Math.min(2 * current, LONGEST_NANOS));
    }
}
