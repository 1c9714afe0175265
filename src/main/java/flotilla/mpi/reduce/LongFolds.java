package flotilla.mpi.reduce;

/**
 * Folds of 64-bit integers, each a loop that HotSpot vectorizes where the processor can. {@code x | -x} has the sign bit
 * set exactly when {@code x} is not zero, which spares the logical operations a branch.
 */
final class LongFolds {
    static void max(long[] in, int i, long[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = Math.max(in[i + k], inout[o + k]);
        }
    }

    static void min(long[] in, int i, long[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = Math.min(in[i + k], inout[o + k]);
        }
    }

    static void unsignedMax(long[] in, int i, long[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = Math.max(in[i + k] ^ Long.MIN_VALUE, inout[o + k] ^ Long.MIN_VALUE) ^ Long.MIN_VALUE;
        }
    }

    static void unsignedMin(long[] in, int i, long[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = Math.min(in[i + k] ^ Long.MIN_VALUE, inout[o + k] ^ Long.MIN_VALUE) ^ Long.MIN_VALUE;
        }
    }

    static void sum(long[] in, int i, long[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] + inout[o + k];
        }
    }

    static void prod(long[] in, int i, long[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] * inout[o + k];
        }
    }

    static void and(long[] in, int i, long[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] & inout[o + k];
        }
    }

    static void or(long[] in, int i, long[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] | inout[o + k];
        }
    }

    static void xor(long[] in, int i, long[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] ^ inout[o + k];
        }
    }

    static void logicalAnd(long[] in, int i, long[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            long a = in[i + k];
            long b = inout[o + k];
            inout[o + k] = ((a | -a) & (b | -b)) >>> 63;
        }
    }

    static void logicalOr(long[] in, int i, long[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            long a = in[i + k];
            long b = inout[o + k];
            inout[o + k] = (a | -a | b | -b) >>> 63;
        }
    }

    static void logicalXor(long[] in, int i, long[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            long a = in[i + k];
            long b = inout[o + k];
            inout[o + k] = ((a | -a) ^ (b | -b)) >>> 63;
        }
    }

    private LongFolds() {}
}
