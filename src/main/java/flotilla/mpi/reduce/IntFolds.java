package flotilla.mpi.reduce;

/**
 * Folds of 32-bit integers, each a loop that HotSpot vectorizes where the processor can. {@code x | -x} has the sign bit
 * set exactly when {@code x} is not zero, which spares the logical operations a branch.
 */
final class IntFolds {
    static void max(int[] in, int i, int[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = Math.max(in[i + k], inout[o + k]);
        }
    }

    static void min(int[] in, int i, int[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = Math.min(in[i + k], inout[o + k]);
        }
    }

    static void unsignedMax(int[] in, int i, int[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = Math.max(in[i + k] ^ Integer.MIN_VALUE, inout[o + k] ^ Integer.MIN_VALUE) ^ Integer.MIN_VALUE;
        }
    }

    static void unsignedMin(int[] in, int i, int[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = Math.min(in[i + k] ^ Integer.MIN_VALUE, inout[o + k] ^ Integer.MIN_VALUE) ^ Integer.MIN_VALUE;
        }
    }

    static void sum(int[] in, int i, int[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] + inout[o + k];
        }
    }

    static void prod(int[] in, int i, int[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] * inout[o + k];
        }
    }

    static void and(int[] in, int i, int[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] & inout[o + k];
        }
    }

    static void or(int[] in, int i, int[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] | inout[o + k];
        }
    }

    static void xor(int[] in, int i, int[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] ^ inout[o + k];
        }
    }

    static void logicalAnd(int[] in, int i, int[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[i + k];
            int b = inout[o + k];
            inout[o + k] = ((a | -a) & (b | -b)) >>> 31;
        }
    }

    static void logicalOr(int[] in, int i, int[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[i + k];
            int b = inout[o + k];
            inout[o + k] = (a | -a | b | -b) >>> 31;
        }
    }

    static void logicalXor(int[] in, int i, int[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[i + k];
            int b = inout[o + k];
            inout[o + k] = ((a | -a) ^ (b | -b)) >>> 31;
        }
    }

    private IntFolds() {}
}
