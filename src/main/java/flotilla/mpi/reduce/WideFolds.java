package flotilla.mpi.reduce;

/** Folds of numbers that take two words of a {@code long} array, low word first: x87 extended, binary128, 128-bit integers and logicals. */
final class WideFolds {
    /** {@code to[t..t+1] = a[i..i+1] op b[j..j+1]}; the places may coincide. */
    @FunctionalInterface
    interface Binary {
        void apply(long[] a, int i, long[] b, int j, long[] to, int t);
    }

    /** Applies an operation to each pair of numbers. */
    static Fold each(Binary operation) {
        return (in, inout, n) -> {
            var a = (long[]) in;
            var b = (long[]) inout;
            for (int k = 0; k < n; k += 2) {
                operation.apply(a, k, b, k, b, k);
            }
        };
    }

    /** Products of complex numbers: real part, imaginary part. */
    static Fold complexProduct(Binary add, Binary subtract, Binary multiply) {
        return (in, inout, n) -> {
            var a = (long[]) in;
            var b = (long[]) inout;
            var t = new long[8];
            for (int k = 0; k < n; k += 4) {
                multiply.apply(a, k, b, k, t, 0);
                multiply.apply(a, k + 2, b, k + 2, t, 2);
                multiply.apply(a, k, b, k + 2, t, 4);
                multiply.apply(a, k + 2, b, k, t, 6);
                subtract.apply(t, 0, t, 2, b, k);
                add.apply(t, 4, t, 6, b, k + 2);
            }
        };
    }

    // 128-bit integers.

    static void add(long[] a, int i, long[] b, int j, long[] to, int t) {
        long low = a[i] + b[j];
        long carry = Long.compareUnsigned(low, a[i]) < 0 ? 1 : 0;
        to[t + 1] = a[i + 1] + b[j + 1] + carry;
        to[t] = low;
    }

    static void multiply(long[] a, int i, long[] b, int j, long[] to, int t) {
        long high = Math.unsignedMultiplyHigh(a[i], b[j]) + a[i + 1] * b[j] + a[i] * b[j + 1];
        to[t] = a[i] * b[j];
        to[t + 1] = high;
    }

    static void max(long[] a, int i, long[] b, int j, long[] to, int t) {
        copy(a, i, b, j, to, t, compare(a, i, b, j) > 0);
    }

    static void min(long[] a, int i, long[] b, int j, long[] to, int t) {
        copy(a, i, b, j, to, t, compare(a, i, b, j) < 0);
    }

    private static int compare(long[] a, int i, long[] b, int j) {
        int order = Long.compare(a[i + 1], b[j + 1]);
        return order != 0 ? order : Long.compareUnsigned(a[i], b[j]);
    }

    private static void copy(long[] a, int i, long[] b, int j, long[] to, int t, boolean first) {
        long low = first ? a[i] : b[j];
        long high = first ? a[i + 1] : b[j + 1];
        to[t] = low;
        to[t + 1] = high;
    }

    // Truth values: zero is false, 1 the true that is written.

    static void logicalAnd(long[] a, int i, long[] b, int j, long[] to, int t) {
        truth(isTrue(a, i) & isTrue(b, j), to, t);
    }

    static void logicalOr(long[] a, int i, long[] b, int j, long[] to, int t) {
        truth(isTrue(a, i) | isTrue(b, j), to, t);
    }

    static void logicalXor(long[] a, int i, long[] b, int j, long[] to, int t) {
        truth(isTrue(a, i) ^ isTrue(b, j), to, t);
    }

    private static boolean isTrue(long[] a, int i) {
        return (a[i] | a[i + 1]) != 0;
    }

    private static void truth(boolean value, long[] to, int t) {
        to[t] = value ? 1 : 0;
        to[t + 1] = 0;
    }

    private WideFolds() {}
}
