package flotilla.mpi.reduce;

/**
 * Folds of 16-bit integers, each a loop that HotSpot vectorizes where the processor can. {@code x | -x} has the sign bit
 * set exactly when {@code x} is not zero, which spares the logical operations a branch.
 */
final class ShortFolds {
    static void max(short[] in, short[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (short) Math.max(in[k], inout[k]);
        }
    }

    static void min(short[] in, short[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (short) Math.min(in[k], inout[k]);
        }
    }

    static void unsignedMax(short[] in, short[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (short) Math.max(in[k] & 0xffff, inout[k] & 0xffff);
        }
    }

    static void unsignedMin(short[] in, short[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (short) Math.min(in[k] & 0xffff, inout[k] & 0xffff);
        }
    }

    static void sum(short[] in, short[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (short) (in[k] + inout[k]);
        }
    }

    static void prod(short[] in, short[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (short) (in[k] * inout[k]);
        }
    }

    static void and(short[] in, short[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (short) (in[k] & inout[k]);
        }
    }

    static void or(short[] in, short[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (short) (in[k] | inout[k]);
        }
    }

    static void xor(short[] in, short[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (short) (in[k] ^ inout[k]);
        }
    }

    static void logicalAnd(short[] in, short[] inout, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[k];
            int b = inout[k];
            inout[k] = (short) (((a | -a) & (b | -b)) >>> 31);
        }
    }

    static void logicalOr(short[] in, short[] inout, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[k];
            int b = inout[k];
            inout[k] = (short) ((a | -a | b | -b) >>> 31);
        }
    }

    static void logicalXor(short[] in, short[] inout, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[k];
            int b = inout[k];
            inout[k] = (short) (((a | -a) ^ (b | -b)) >>> 31);
        }
    }

    private ShortFolds() {}
}
