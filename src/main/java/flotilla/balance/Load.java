package flotilla.balance;

import java.util.Arrays;

/**
 * What was measured between two balancing steps: structure of arrays, by rank and by PE. Immutable, but for the arrays that it
 * was given and gives: they are taken over and shared, not copied, and nobody changes them.
 *
 * <p>A rank's cost is its <em>work</em>: the ns of CPU time that it takes on a PE of speed 1.
 */
public final class Load {
    /** Just over a century: no interval is as long. */
    public static final long MOST_NANOS = 1L << 62;
    /** A million of the heaviest ranks can still be added up. */
    public static final double MOST_WORK = 0x1p62;
    public static final long MOST_BYTES = 1L << 42;

    private final long interval;
    private final double[] work;
    private final int[] places;
    private final long[] bytes;
    private final boolean[] movable;
    private final Traffic traffic;
    private final Pes pes;

    /**
     * @param interval ns of wall time in which this was measured, more than 0
     * @param work of each rank, in ns on a PE of speed 1: finite, from 0 to {@link #MOST_WORK}
     * @param places PE of each rank
     * @param bytes of each rank's memory that a move would send: 0 to {@link #MOST_BYTES}
     * @param movable whether each rank may move
     * @throws IllegalArgumentException when lengths differ or a value is out of its range; the message names the rank
     */
    public Load(long interval, double[] work, int[] places, long[] bytes, boolean[] movable, Traffic traffic, Pes pes) {
        int ranks = work.length;
        if (interval <= 0 || interval > MOST_NANOS) {
            throw new IllegalArgumentException("an interval of " + interval + " ns");
        }
        if (places.length != ranks || bytes.length != ranks || movable.length != ranks || traffic.ranks() != ranks) {
            throw new IllegalArgumentException("not each rank has all of its values");
        }
        for (int rank = 0; rank < ranks; rank++) {
            if (!(work[rank] >= 0 && work[rank] <= MOST_WORK)) {
                throw new IllegalArgumentException("rank " + rank + " has work " + work[rank]);
            }
            if (places[rank] < 0 || places[rank] >= pes.count()) {
                throw new IllegalArgumentException("rank " + rank + " is on PE " + places[rank] + " of " + pes.count());
            }
            if (bytes[rank] < 0 || bytes[rank] > MOST_BYTES) {
                throw new IllegalArgumentException("rank " + rank + " has " + bytes[rank] + " bytes");
            }
        }
        this.interval = interval;
        this.work = work;
        this.places = places;
        this.bytes = bytes;
        this.movable = movable;
        this.traffic = traffic;
        this.pes = pes;
    }

    /**
     * From CPU times as they are measured.
     *
     * @param cpu ns of CPU time that each rank has taken on the PE where it is
     */
    public static Load measured(long interval, long[] cpu, int[] places, long[] bytes, boolean[] movable, Traffic traffic,
            Pes pes) {
        var work = new double[cpu.length];
        for (int rank = 0; rank < cpu.length && rank < places.length; rank++) {
            boolean known = places[rank] >= 0 && places[rank] < pes.count();
            work[rank] = cpu[rank] * (known ? pes.speed()[places[rank]] : 1);
        }
        return new Load(interval, work, places, bytes, movable, traffic, pes);
    }

    /** The same ranks elsewhere. */
    public Load at(int[] places) {
        return new Load(interval, work, places, bytes, movable, traffic, pes);
    }

    /** The same ranks on other PEs. */
    public Load on(Pes pes, int[] places) {
        return new Load(interval, work, places, bytes, movable, traffic, pes);
    }

    /** As those see it who place ranks on nodes and leave it to stealing on which of their PEs these run: each node is one PE. */
    public Load byNode() {
        var nodes = new int[ranks()];
        Arrays.setAll(nodes, rank -> pes.node()[places[rank]]);
        return on(pes.byNode(), nodes);
    }

    public int ranks() {
        return work.length;
    }

    public long interval() {
        return interval;
    }

    public double[] work() {
        return work;
    }

    public int[] places() {
        return places;
    }

    public long[] bytes() {
        return bytes;
    }

    public boolean[] movable() {
        return movable;
    }

    public Traffic traffic() {
        return traffic;
    }

    public Pes pes() {
        return pes;
    }

    /** The ns in which each PE does its work and its background load, with these places. */
    public double[] times(int[] places) {
        double[] times = background();
        double[] speed = pes.speed();
        for (int rank = 0; rank < places.length; rank++) {
            times[places[rank]] += work[rank] / speed[places[rank]];
        }
        return times;
    }

    /** The ns that each PE is taken by other programs. */
    public double[] background() {
        return Arrays.stream(pes.background()).asDoubleStream().toArray();
    }

    /** The ns that all PEs would take were work a fluid: no placement has a shorter longest time. */
    public double average() {
        double total = 0;
        for (double one : work) {
            total += one;
        }
        for (int pe = 0; pe < pes.count(); pe++) {
            total += pes.background()[pe] * pes.speed()[pe];
        }
        return total / pes.totalSpeed();
    }

    /** The shortest longest time that could be hoped for: the average, or the largest rank alone on the fastest PE. */
    public double ideal() {
        double largest = 0;
        for (double one : work) {
            largest = Math.max(largest, one);
        }
        return Math.max(average(), largest / pes.fastest());
    }
}
