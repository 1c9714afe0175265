package flotilla.mpi.reduce;

/**
 * Folds of 16-bit integers, each a loop that HotSpot vectorizes where the processor can. {@code x | -x} has the sign bit
 * set exactly when {@code x} is not zero, which spares the logical operations a branch.
 */
final class ShortFolds {
    static void max(short[] in, int i, short[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (short) Math.max(in[i + k], inout[o + k]);
        }
    }

    static void min(short[] in, int i, short[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (short) Math.min(in[i + k], inout[o + k]);
        }
    }

    static void unsignedMax(short[] in, int i, short[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (short) Math.max(in[i + k] & 0xffff, inout[o + k] & 0xffff);
        }
    }

    static void unsignedMin(short[] in, int i, short[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (short) Math.min(in[i + k] & 0xffff, inout[o + k] & 0xffff);
        }
    }

    static void sum(short[] in, int i, short[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (short) (in[i + k] + inout[o + k]);
        }
    }

    static void prod(short[] in, int i, short[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (short) (in[i + k] * inout[o + k]);
        }
    }

    static void and(short[] in, int i, short[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (short) (in[i + k] & inout[o + k]);
        }
    }

    static void or(short[] in, int i, short[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (short) (in[i + k] | inout[o + k]);
        }
    }

    static void xor(short[] in, int i, short[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (short) (in[i + k] ^ inout[o + k]);
        }
    }

    static void logicalAnd(short[] in, int i, short[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[i + k];
            int b = inout[o + k];
            inout[o + k] = (short) (((a | -a) & (b | -b)) >>> 31);
        }
    }

    static void logicalOr(short[] in, int i, short[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[i + k];
            int b = inout[o + k];
            inout[o + k] = (short) ((a | -a | b | -b) >>> 31);
        }
    }

    static void logicalXor(short[] in, int i, short[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[i + k];
            int b = inout[o + k];
            inout[o + k] = (short) (((a | -a) ^ (b | -b)) >>> 31);
        }
    }

    private ShortFolds() {}
}
