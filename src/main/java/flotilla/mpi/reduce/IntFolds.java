package flotilla.mpi.reduce;

/**
 * Folds of 32-bit integers, each a loop that HotSpot vectorizes where the processor can. {@code x | -x} has the sign bit
 * set exactly when {@code x} is not zero, which spares the logical operations a branch.
 */
final class IntFolds {
    static void max(int[] in, int[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = Math.max(in[k], inout[k]);
        }
    }

    static void min(int[] in, int[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = Math.min(in[k], inout[k]);
        }
    }

    static void unsignedMax(int[] in, int[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = Math.max(in[k] ^ Integer.MIN_VALUE, inout[k] ^ Integer.MIN_VALUE) ^ Integer.MIN_VALUE;
        }
    }

    static void unsignedMin(int[] in, int[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = Math.min(in[k] ^ Integer.MIN_VALUE, inout[k] ^ Integer.MIN_VALUE) ^ Integer.MIN_VALUE;
        }
    }

    static void sum(int[] in, int[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] + inout[k];
        }
    }

    static void prod(int[] in, int[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] * inout[k];
        }
    }

    static void and(int[] in, int[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] & inout[k];
        }
    }

    static void or(int[] in, int[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] | inout[k];
        }
    }

    static void xor(int[] in, int[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] ^ inout[k];
        }
    }

    static void logicalAnd(int[] in, int[] inout, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[k];
            int b = inout[k];
            inout[k] = ((a | -a) & (b | -b)) >>> 31;
        }
    }

    static void logicalOr(int[] in, int[] inout, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[k];
            int b = inout[k];
            inout[k] = (a | -a | b | -b) >>> 31;
        }
    }

    static void logicalXor(int[] in, int[] inout, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[k];
            int b = inout[k];
            inout[k] = ((a | -a) ^ (b | -b)) >>> 31;
        }
    }

    private IntFolds() {}
}
