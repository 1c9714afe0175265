package flotilla.balance;

/**
 * When to decide next. Measuring goes on all the time; a decision is due when the time has come, or when the imbalance has grown
 * by {@value #ALARM} since the last. The time doubles with each decision from which nothing came, and is the shortest again after
 * one that promised something. Decisions take no more than {@link #ALLOWANCE} of all time, but for the first, whose code has not run
 * before, and for some where much could be gained.
 */
public final class Interval {
    /** Share of all time that decisions may take. */
    public static final double ALLOWANCE = 0.01;
    private static final double ALARM = 0.1;
    private static final long LONGEST_NANOS = 60_000_000_000L;

    /** What decisions may take beyond that, once in a job. */
    private static final double CREDIT_NANOS = 100e6;

    /** As many times more than a decision must an interval's imbalance cost, for the decision to be worth its time anyway. */
    private static final double WORTH = 3;

    private final long shortest;
    private double current;
    private double elapsed;
    private double spent;
    private double last;
    private double waited;
    private double imbalance = 1;

    /** @param shortest ns between two decisions at least */
    public Interval(long shortest) {
        this.shortest = shortest;
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
        elapsed += passed;
        boolean affordable = spent <= CREDIT_NANOS + ALLOWANCE * elapsed;
        boolean worthwhile = (measured - 1) * passed > WORTH * last;
        return waited >= current && (affordable || worthwhile)
                || waited >= shortest && affordable && measured > imbalance + ALARM;
    }

    /**
     * After a decision.
     *
     * @param promising whether ranks were moved, or may be after the next
     * @param left imbalance that is expected now
     * @param nanos that the decision took
     */
    public void decided(boolean promising, double left, long nanos) {
        waited = 0;
        imbalance = left;
        last = nanos;
        spent += nanos;
        current = promising ? shortest : Math.min(2 * current, LONGEST_NANOS);
    }
}
