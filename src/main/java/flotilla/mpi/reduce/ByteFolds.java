package flotilla.mpi.reduce;

/**
 * Folds of 8-bit integers, each a loop that HotSpot vectorizes where the processor can. {@code x | -x} has the sign bit
 * set exactly when {@code x} is not zero, which spares the logical operations a branch.
 */
final class ByteFolds {
    static void max(byte[] in, int i, byte[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (byte) Math.max(in[i + k], inout[o + k]);
        }
    }

    static void min(byte[] in, int i, byte[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (byte) Math.min(in[i + k], inout[o + k]);
        }
    }

    static void unsignedMax(byte[] in, int i, byte[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (byte) Math.max(in[i + k] & 0xff, inout[o + k] & 0xff);
        }
    }

    static void unsignedMin(byte[] in, int i, byte[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (byte) Math.min(in[i + k] & 0xff, inout[o + k] & 0xff);
        }
    }

    static void sum(byte[] in, int i, byte[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (byte) (in[i + k] + inout[o + k]);
        }
    }

    static void prod(byte[] in, int i, byte[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (byte) (in[i + k] * inout[o + k]);
        }
    }

    static void and(byte[] in, int i, byte[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (byte) (in[i + k] & inout[o + k]);
        }
    }

    static void or(byte[] in, int i, byte[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (byte) (in[i + k] | inout[o + k]);
        }
    }

    static void xor(byte[] in, int i, byte[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (byte) (in[i + k] ^ inout[o + k]);
        }
    }

    static void logicalAnd(byte[] in, int i, byte[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[i + k];
            int b = inout[o + k];
            inout[o + k] = (byte) (((a | -a) & (b | -b)) >>> 31);
        }
    }

    static void logicalOr(byte[] in, int i, byte[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[i + k];
            int b = inout[o + k];
            inout[o + k] = (byte) ((a | -a | b | -b) >>> 31);
        }
    }

    static void logicalXor(byte[] in, int i, byte[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[i + k];
            int b = inout[o + k];
            inout[o + k] = (byte) (((a | -a) ^ (b | -b)) >>> 31);
        }
    }

    private ByteFolds() {}
}
