package flotilla.node.balance;

import java.util.Arrays;

/** Arrays that grow. */
final class Numbers {
    /** Of ints. */
    static final class Ints {
        private int[] values = new int[16];
        private int count;

        void add(int value) {
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            values[count++] = value;
        }

        int[] array() {
            return Arrays.copyOf(values, count);
        }
    }

    /** Of longs. */
    static final class Longs {
        private long[] values = new long[16];
        private int count;

        void add(long value) {
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            values[count++] = value;
        }

        long[] array() {
            return Arrays.copyOf(values, count);
        }
    }

    private Numbers() {}
}
