package flotilla.balance.strategy;

import flotilla.balance.Load;
import java.util.Arrays;

/** Ranks by descending work, those of equal work by number. */
final class Order {
    /**
     * All ranks that may move. Work is compared in single precision, which makes one key of work and number: sorting primitives
     * is what most of a decision would take otherwise, and which of two ranks comes first that differ in the seventh digit is the
     * same.
     */
    static int[] ofMovable(Load load) {
        double[] work = load.work();
        boolean[] movable = load.movable();
        var keys = new long[work.length];
        int count = 0;
        for (int rank = 0; rank < work.length; rank++) {
            if (movable[rank]) {
                // Bits of floats that are not negative are in the order of the floats.
                keys[count++] = (long) (Integer.MAX_VALUE - Float.floatToRawIntBits((float) work[rank])) << 32 | rank;
            }
        }
        Arrays.sort(keys, 0, count);
        var order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = (int) keys[i];
        }
        return order;
    }

    private Order() {}
}
