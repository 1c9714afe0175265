package flotilla.mpi.reduce;

/** Folds of double vectors. MAX and MIN give NaN when either operand is one, so the result does not depend on the order. */
final class DoubleFolds {
    static void max(double[] in, int i, double[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = Math.max(in[i + k], inout[o + k]);
        }
    }

    static void min(double[] in, int i, double[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = Math.min(in[i + k], inout[o + k]);
        }
    }

    static void sum(double[] in, int i, double[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] + inout[o + k];
        }
    }

    static void prod(double[] in, int i, double[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] * inout[o + k];
        }
    }

    static void logicalAnd(double[] in, int i, double[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] != 0.0 & inout[o + k] != 0.0 ? 1.0 : 0.0;
        }
    }

    static void logicalOr(double[] in, int i, double[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] != 0.0 | inout[o + k] != 0.0 ? 1.0 : 0.0;
        }
    }

    static void logicalXor(double[] in, int i, double[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (in[i + k] != 0.0) ^ (inout[o + k] != 0.0) ? 1.0 : 0.0;
        }
    }

    /** Complex product: real and imaginary parts alternate. */
    static void complexProd(double[] in, int i, double[] inout, int o, int n) {
        for (int k = 0; k < n; k += 2) {
            double a = in[i + k];
            double b = in[i + k + 1];
            double c = inout[o + k];
            double d = inout[o + k + 1];
            inout[o + k] = a * c - b * d;
            inout[o + k + 1] = a * d + b * c;
        }
    }

    private DoubleFolds() {}
}
