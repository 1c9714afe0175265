package flotilla.balance.strategy;

import flotilla.balance.Load;
import java.util.Arrays;
import java.util.HashMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Which PE gets which part of a partition, so that little memory moves: from the largest common part of both to the smallest, a
 * part goes to the PE that has it (a greedy matching; the best one, of Kuhn and Munkres, takes the cube of the number of PEs). A
 * part that was made for one PE's share of the work goes only to PEs of about the same share.
 */
final class PartMapping {
    private static final double SAME_SHARE = 1.01;

    /**
     * @param parts of each rank; part {@code p} was made for the share of PE {@code p}
     * @param shares of the work, by PE
     * @return the PE of each part
     */
    static int[] peOfParts(Load load, int[] parts, double[] shares) {
        int pes = shares.length;
        int ranks = parts.length;
        var keys = new long[ranks];
        for (int rank = 0; rank < ranks; rank++) {
            keys[rank] = (long) parts[rank] * pes + load.places()[rank];
        }
        Common[] descending = common(keys, load.bytes());
        Arrays.sort(descending, (a, b) -> a.bytes != b.bytes ? Double.compare(b.bytes, a.bytes) : Long.compare(a.key, b.key));
        var peOf = new int[pes];
        Arrays.fill(peOf, -1);
        var taken = new boolean[pes];
        for (Common common : descending) {
            int part = (int) (common.key / pes);
            int pe = (int) (common.key % pes);
            if (peOf[part] < 0 && !taken[pe] && isAlike(shares[part], shares[pe])) {
                peOf[part] = pe;
                taken[pe] = true;
            }
        }
        giveTheRest(peOf, taken, shares);
        return peOf;
    }

    /** @param key part times the number of PEs, and the PE */
    private record Common(long key, double bytes) {}

    /** Ranks of the same part and PE: their bytes are what the two have in common. */
    private static Common[] common(long[] keys, long[] bytes) {
        var sums = new HashMap<Long, Double>();
        for (int i = 0; i < keys.length; i++) {
            // A rank without memory counts as a byte: its move is a move.
            sums.merge(keys[i], bytes[i] + 1.0, Double::sum);
        }
        return sums.entrySet().stream().map(entry -> new Common(entry.getKey(), entry.getValue())).toArray(Common[]::new);
    }

    private static boolean isAlike(double a, double b) {
        return a <= b * SAME_SHARE && b <= a * SAME_SHARE;
    }

    /** What is left is matched by size. */
    private static void giveTheRest(int[] peOf, boolean[] taken, double[] shares) {
        int[] left = leftBySize(peOf.length, part -> peOf[part] < 0, shares);
        int[] free = leftBySize(peOf.length, pe -> !taken[pe], shares);
        for (int i = 0; i < left.length; i++) {
            peOf[left[i]] = free[i];
        }
    }

    private static int[] leftBySize(int count, IntPredicate isLeft, double[] shares) {
        return IntStream.range(0, count).filter(isLeft).boxed()
                .sorted((a, b) -> shares[a] != shares[b] ? Double.compare(shares[b], shares[a]) : a - b)
                .mapToInt(Integer::intValue).toArray();
    }

    private PartMapping() {}
}
