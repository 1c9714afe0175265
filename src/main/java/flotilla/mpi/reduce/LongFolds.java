package flotilla.mpi.reduce;

/**
 * Folds of 64-bit integers, each a loop that HotSpot vectorizes where the processor can. {@code x | -x} has the sign bit
 * set exactly when {@code x} is not zero, which spares the logical operations a branch.
 */
final class LongFolds {
    static void max(long[] in, long[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = Math.max(in[k], inout[k]);
        }
    }

    static void min(long[] in, long[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = Math.min(in[k], inout[k]);
        }
    }

    static void unsignedMax(long[] in, long[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = Math.max(in[k] ^ Long.MIN_VALUE, inout[k] ^ Long.MIN_VALUE) ^ Long.MIN_VALUE;
        }
    }

    static void unsignedMin(long[] in, long[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = Math.min(in[k] ^ Long.MIN_VALUE, inout[k] ^ Long.MIN_VALUE) ^ Long.MIN_VALUE;
        }
    }

    static void sum(long[] in, long[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] + inout[k];
        }
    }

    static void prod(long[] in, long[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] * inout[k];
        }
    }

    static void and(long[] in, long[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] & inout[k];
        }
    }

    static void or(long[] in, long[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] | inout[k];
        }
    }

    static void xor(long[] in, long[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] ^ inout[k];
        }
    }

    static void logicalAnd(long[] in, long[] inout, int n) {
        for (int k = 0; k < n; k++) {
            long a = in[k];
            long b = inout[k];
            inout[k] = ((a | -a) & (b | -b)) >>> 63;
        }
    }

    static void logicalOr(long[] in, long[] inout, int n) {
        for (int k = 0; k < n; k++) {
            long a = in[k];
            long b = inout[k];
            inout[k] = (a | -a | b | -b) >>> 63;
        }
    }

    static void logicalXor(long[] in, long[] inout, int n) {
        for (int k = 0; k < n; k++) {
            long a = in[k];
            long b = inout[k];
            inout[k] = ((a | -a) ^ (b | -b)) >>> 63;
        }
    }

    private LongFolds() {}
}
