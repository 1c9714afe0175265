package flotilla.balance.simulate;

import flotilla.balance.Load;
import flotilla.balance.Pes;
import flotilla.balance.Traffic;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A program that could be: ranks on a grid that wraps around, each with four neighbours to whom it sends its edges, placed in
 * blocks. An average rank takes so much that the PEs are busy for the whole interval.
 */
public final class Synthetic {
    private static final long INTERVAL = 1_000_000_000;
    private static final double NOISE = 0.01;
    /** As many times costlier are a rank's work at the front, and that of costly ranks. */
    private static final double COSTLY = 10;
    private static final double COSTLY_SHARE = 0.125;
    /** A front covers a tenth of the program, and reaches what is next to it in fifty steps. */
    private static final double FRONT = 0.1;
    private static final double FRONT_STEP = 0.002;
    private static final long LEAST_MEMORY = 1 << 20;

    /** How load is spread over ranks. */
    public enum Pattern {
        /** The same for all, but for noise. */
        BALANCED,
        /** The first eighth of the ranks is costlier, in each step. */
        IMBALANCED,
        /** A wave of costly ranks that moves on, as the water's edge does in a storm surge. */
        FRONT,
        /** Anew for each step: nothing can be known beforehand. */
        RANDOM
    }

    private final Pattern pattern;
    private final Pes pes;
    private final int[] places;
    private final long[] bytes;
    private final boolean[] movable;
    private final Traffic traffic;
    private final SplittableRandom random;
    private int step;

    /** The same arguments give the same steps. */
    public Synthetic(Pattern pattern, int ranks, int pes, int nodes, long seed) {
        this.pattern = pattern;
        this.pes = Pes.alike(pes, nodes);
        random = new SplittableRandom(seed);
        places = Shape.blocks(ranks, pes);
        bytes = new long[ranks];
        Arrays.setAll(bytes, rank -> LEAST_MEMORY + random.nextLong(3 * LEAST_MEMORY));
        movable = new boolean[ranks];
        Arrays.fill(movable, true);
        traffic = neighbours(ranks);
    }

    /** What the next interval would measure, had nobody moved. */
    public Load next() {
        int ranks = places.length;
        var work = new double[ranks];
        double front = step++ * FRONT_STEP;
        double sum = 0;
        for (int rank = 0; rank < ranks; rank++) {
            work[rank] = costOf(rank, ranks, front) * (1 + NOISE * (2 * random.nextDouble() - 1));
            sum += work[rank];
        }
        double unit = (double) INTERVAL * pes.count() / sum;
        for (int rank = 0; rank < ranks; rank++) {
            work[rank] = Math.rint(work[rank] * unit);
        }
        return new Load(INTERVAL, work, places, bytes, movable, traffic, pes);
    }

    private double costOf(int rank, int ranks, double front) {
        double position = (double) rank / ranks;
        return switch (pattern) {
            case BALANCED -> 1;
            case IMBALANCED -> position < COSTLY_SHARE ? COSTLY : 1;
            case FRONT -> {
                double distance = Math.abs(position - front % 1);
                yield Math.min(distance, 1 - distance) < FRONT / 2 ? COSTLY : 1;
            }
            case RANDOM -> 1 + (COSTLY - 1) * random.nextDouble();
        };
    }

    /** Rows and columns as near to each other as the number of ranks can be divided. */
    private static Traffic neighbours(int ranks) {
        int rows = (int) Math.sqrt(ranks);
        while (ranks % rows != 0) {
            rows--;
        }
        int columns = ranks / rows;
        var offsets = new int[ranks + 1];
        var peers = new int[4 * ranks];
        int count = 0;
        for (int rank = 0; rank < ranks; rank++) {
            int row = rank / columns;
            int column = rank % columns;
            int[] around = {
                (row + 1) % rows * columns + column, (row + rows - 1) % rows * columns + column,
                row * columns + (column + 1) % columns, row * columns + (column + columns - 1) % columns};
            Arrays.sort(around);
            int before = rank;
            for (int i = 0; i < around.length; i++) {
                if (around[i] != rank && (i == 0 || around[i] != before)) {
                    peers[count++] = around[i];
                }
                before = around[i];
            }
            offsets[rank + 1] = count;
        }
        var messages = new long[count];
        var sizes = new long[count];
        Arrays.fill(messages, 100);
        Arrays.fill(sizes, 100 * 8192);
        return new Traffic(offsets, Arrays.copyOf(peers, count), messages, sizes);
    }
}
