package flotilla.balance.strategy;

import flotilla.balance.Load;
import flotilla.balance.Strategy;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * No central step: PEs with little to do make themselves known by gossip, and those that have too much send ranks to them (Menon
 * and Kale, "A Distributed Dynamic Load Balancer for Iterative Applications", SC 2013; Charm++'s DistributedLB). A PE knows its
 * own ranks and time, what gossip has told it, and three numbers that a reduction gives all of them: the average and the longest
 * time, and the largest rank. Here all PEs are played by one thread, by rounds; each draws from a stream of numbers of its own.
 *
 * <p>A PE takes a rank only if that leaves it below the limit or below the time of the sender, which is offered with the rank,
 * and otherwise refuses, so the longest time never grows. What was refused is offered elsewhere in the next iteration, after new
 * gossip (both as in Lifflander et al., "Optimizing Distributed Load Balancing for Workloads with Time-Varying Imbalance",
 * CLUSTER 2021).
 */
final class Distributed implements Strategy {
    private static final int ITERATIONS = 8;
    /** PEs that each tells in a round. */
    private static final int FANOUT = 2;
    /** Others that a PE remembers: what fits into a small message, and enough to spread what it has too much. */
    private static final int REMEMBERED = 64;

    private final double tolerance;
    private final long seed;
    private long step;

    /** @param tolerance by which a PE may exceed the ideal before it sends ranks away, as a share of it */
    Distributed(double tolerance, long seed) {
        this.tolerance = tolerance;
        this.seed = seed;
    }

    @Override
    public String name() {
        return "distributed";
    }

    @Override
    public int[] place(Load load) {
        int[] places = load.places().clone();
        int pes = load.pes().count();
        double[] times = load.times(places);
        double average = load.average();
        double limit = load.ideal() * (1 + tolerance);
        var draws = new SplittableRandom[pes];
        var source = new SplittableRandom(seed + step++);
        Arrays.setAll(draws, pe -> source.split());
        int[] order = Order.ofMovable(load);
        for (int i = 0; i < ITERATIONS && Arrays.stream(times).max().orElse(0) > limit; i++) {
            var known = new Gossip(times, average, draws);
            var residents = new Residents(order, places, pes);
            boolean moved = false;
            double[] before = times.clone();
            for (int pe = 0; pe < pes; pe++) {
                if (before[pe] > limit) {
                    moved |= sendAway(load, pe, before, times, known.ofPe(pe), residents, limit, draws[pe], places);
                }
            }
            if (!moved) {
                break;
            }
        }
        return places;
    }

    /**
     * The decision of one PE.
     *
     * @param told times as gossip has told them, of which it looks at those it knows
     * @param times as they are: its own, and that of a receiver, which decides whether to take a rank
     */
    private static boolean sendAway(Load load, int pe, double[] told, double[] times, int[] known, Residents residents,
            double limit, SplittableRandom draws, int[] places) {
        double[] speed = load.pes().speed();
        var believed = new double[known.length];
        for (int i = 0; i < known.length; i++) {
            believed[i] = told[known[i]];
        }
        boolean moved = false;
        for (int at = residents.from(pe); at < residents.to(pe) && times[pe] > limit; at++) {
            int rank = residents.rank(at);
            double work = load.work()[rank];
            if (work == 0) {
                break;
            }
            int chosen = draw(believed, known, work, speed, limit, draws);
            // Where it would only get better, not good: the rest is too heavy for the room that is left.
            chosen = chosen < 0 ? draw(believed, known, work, speed, Math.nextDown(times[pe]), draws) : chosen;
            if (chosen < 0) {
                continue;
            }
            int receiver = known[chosen];
            believed[chosen] += work / speed[receiver];
            double reached = times[receiver] + work / speed[receiver];
            if (reached <= limit || reached < times[pe]) {
                times[receiver] = reached;
                times[pe] -= work / speed[pe];
                places[rank] = receiver;
                moved = true;
            }
        }
        return moved;
    }

    /** One of those that have room for the rank, with a probability in proportion to their room; -1 if none has. */
    private static int draw(double[] believed, int[] known, double work, double[] speed, double limit, SplittableRandom draws) {
        double total = 0;
        for (int i = 0; i < known.length; i++) {
            total += room(believed[i], work / speed[known[i]], limit);
        }
        if (total <= 0) {
            return -1;
        }
        double drawn = draws.nextDouble() * total;
        int last = -1;
        for (int i = 0; i < known.length; i++) {
            double room = room(believed[i], work / speed[known[i]], limit);
            if (room > 0) {
                last = i;
                drawn -= room;
                if (drawn < 0) {
                    break;
                }
            }
        }
        return last;
    }

    private static double room(double time, double added, double limit) {
        return time + added <= limit ? limit - time : 0;
    }

    /** Which underloaded PEs each knows after some rounds of telling others all it knows. */
    private static final class Gossip {
        private final int[][] known;
        private final int[] counts;

        Gossip(double[] times, double average, SplittableRandom[] draws) {
            int pes = times.length;
            int most = Math.min(pes, REMEMBERED);
            known = new int[pes][most];
            counts = new int[pes];
            for (int pe = 0; pe < pes; pe++) {
                if (times[pe] < average) {
                    known[pe][counts[pe]++] = pe;
                }
            }
            // Those who know something grow by FANOUT + 1 in each round; some rounds more reach those who were not drawn.
            int rounds = 2 + (int) Math.ceil(Math.log(pes) / Math.log(FANOUT + 1));
            var seen = new int[pes];
            int stamp = 0;
            for (int round = 0; round < rounds; round++) {
                int[] before = counts.clone();
                for (int pe = 0; pe < pes; pe++) {
                    for (int i = 0; before[pe] > 0 && i < FANOUT; i++) {
                        tell(draws[pe].nextInt(pes), known[pe], before[pe], seen, ++stamp);
                    }
                }
            }
        }

        private void tell(int listener, int[] news, int count, int[] seen, int stamp) {
            int[] own = known[listener];
            for (int i = 0; i < counts[listener]; i++) {
                seen[own[i]] = stamp;
            }
            for (int i = 0; i < count && counts[listener] < own.length; i++) {
                if (seen[news[i]] != stamp) {
                    own[counts[listener]++] = news[i];
                }
            }
        }

        int[] ofPe(int pe) {
            return Arrays.copyOf(known[pe], counts[pe]);
        }
    }
}
