package flotilla.mpi.reduce;

/**
 * Folds of 8-bit integers, each a loop that HotSpot vectorizes where the processor can. {@code x | -x} has the sign bit
 * set exactly when {@code x} is not zero, which spares the logical operations a branch.
 */
final class ByteFolds {
    static void max(byte[] in, byte[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (byte) Math.max(in[k], inout[k]);
        }
    }

    static void min(byte[] in, byte[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (byte) Math.min(in[k], inout[k]);
        }
    }

    static void unsignedMax(byte[] in, byte[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (byte) Math.max(in[k] & 0xff, inout[k] & 0xff);
        }
    }

    static void unsignedMin(byte[] in, byte[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (byte) Math.min(in[k] & 0xff, inout[k] & 0xff);
        }
    }

    static void sum(byte[] in, byte[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (byte) (in[k] + inout[k]);
        }
    }

    static void prod(byte[] in, byte[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (byte) (in[k] * inout[k]);
        }
    }

    static void and(byte[] in, byte[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (byte) (in[k] & inout[k]);
        }
    }

    static void or(byte[] in, byte[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (byte) (in[k] | inout[k]);
        }
    }

    static void xor(byte[] in, byte[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (byte) (in[k] ^ inout[k]);
        }
    }

    static void logicalAnd(byte[] in, byte[] inout, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[k];
            int b = inout[k];
            inout[k] = (byte) (((a | -a) & (b | -b)) >>> 31);
        }
    }

    static void logicalOr(byte[] in, byte[] inout, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[k];
            int b = inout[k];
            inout[k] = (byte) ((a | -a | b | -b) >>> 31);
        }
    }

    static void logicalXor(byte[] in, byte[] inout, int n) {
        for (int k = 0; k < n; k++) {
            int a = in[k];
            int b = inout[k];
            inout[k] = (byte) (((a | -a) ^ (b | -b)) >>> 31);
        }
    }

    private ByteFolds() {}
}
