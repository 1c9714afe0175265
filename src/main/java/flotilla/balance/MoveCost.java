package flotilla.balance;

/**
 * What moves cost: so much for each, and so much for each byte. Learned from the moves that were made, by least squares in which
 * a batch counts half after {@value #HALF_LIFE} more; until there are some, from what moves between two processes of one machine
 * take whose cores are busy.
 */
public final class MoveCost {
    private static final double INITIAL_FIXED_NANOS = 20_000_000;
    private static final double INITIAL_NANOS_PER_MIB = 200_000;
    private static final int HALF_LIFE = 8;
    private static final double KEPT = Math.pow(0.5, 1.0 / HALF_LIFE);
    /** Keeps the equations of normal size. */
    private static final double MIB = 1 << 20;

    /** Sums of products, of the number of moves (m), their MiB (b) and the time they took (t). */
    private double mm;
    private double mb;
    private double bb;
    private double mt;
    private double bt;
    private double fixed = INITIAL_FIXED_NANOS;
    private double perMib = INITIAL_NANOS_PER_MIB;
    private double paid;

    public MoveCost() {
        // Two moves that were never made, so that there is always a solution: one of a rank without memory, one of 16 MiB.
        add(1, 0, INITIAL_FIXED_NANOS);
        add(1, 16, INITIAL_FIXED_NANOS + 16 * INITIAL_NANOS_PER_MIB);
    }

    /**
     * Takes into account what moves between nodes have cost.
     *
     * @param moves of one node, out of it or into it, one after the other
     * @param bytes that they sent together
     * @param nanos that they took together
     */
    public void learn(int moves, long bytes, long nanos) {
        if (moves <= 0) {
            return;
        }
        mm *= KEPT;
        mb *= KEPT;
        bb *= KEPT;
        mt *= KEPT;
        bt *= KEPT;
        add(moves, bytes / MIB, nanos);
        double determinant = mm * bb - mb * mb;
        double free = (mt * bb - bt * mb) / determinant;
        double slope = (bt * mm - mt * mb) / determinant;
        if (determinant > 1e-9 * mm * bb && free >= 0 && slope >= 0) {
            fixed = free;
            perMib = slope;
        } else {
            // Batches too alike to tell the two apart: both are as much more or less than they were.
            double ratio = mt / (fixed * mm + perMib * mb);
            fixed *= ratio;
            perMib *= ratio;
        }
    }

    /** There have been no moves for a while, and those that were may have met a bad time: half of what was learned is what it began with. */
    public void forget() {
        mm /= 2;
        mb /= 2;
        bb /= 2;
        mt /= 2;
        bt /= 2;
        fixed = (fixed + INITIAL_FIXED_NANOS) / 2;
        perMib = (perMib + INITIAL_NANOS_PER_MIB) / 2;
        add(1, 0, INITIAL_FIXED_NANOS);
        add(1, 16, INITIAL_FIXED_NANOS + 16 * INITIAL_NANOS_PER_MIB);
    }

    /** Moves, one after the other on the node that has had most to do, have taken so many ns more. */
    public void pay(long nanos) {
        paid += nanos;
    }

    /** The ns that all moves so far have taken. */
    public double paid() {
        return paid;
    }

    private void add(double moves, double mib, double nanos) {
        mm += moves * moves;
        mb += moves * mib;
        bb += mib * mib;
        mt += moves * nanos;
        bt += mib * nanos;
    }

    /** The ns for moves one after the other. */
    public double of(double moves, double bytes) {
        return fixed * moves + perMib * bytes / MIB;
    }

    /** The ns until all ranks are where they should be: nodes move at the same time, each its own one after the other. */
    public double of(Load load, int[] places) {
        int[] node = load.pes().node();
        var spent = new double[load.pes().nodes()];
        double longest = 0;
        for (int rank = 0; rank < places.length; rank++) {
            int from = node[load.places()[rank]];
            int to = node[places[rank]];
            if (from != to) {
                double one = of(1, load.bytes()[rank]);
                spent[from] += one;
                spent[to] += one;
                longest = Math.max(longest, Math.max(spent[from], spent[to]));
            }
        }
        return longest;
    }
}
