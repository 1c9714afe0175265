package flotilla.mpi.reduce;

/** Folds of double vectors. MAX and MIN give NaN when either operand is one, so the result does not depend on the order. */
final class DoubleFolds {
    static void max(double[] in, double[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = Math.max(in[k], inout[k]);
        }
    }

    static void min(double[] in, double[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = Math.min(in[k], inout[k]);
        }
    }

    static void sum(double[] in, double[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] + inout[k];
        }
    }

    static void prod(double[] in, double[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] * inout[k];
        }
    }

    static void logicalAnd(double[] in, double[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] != 0.0 & inout[k] != 0.0 ? 1.0 : 0.0;
        }
    }

    static void logicalOr(double[] in, double[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] != 0.0 | inout[k] != 0.0 ? 1.0 : 0.0;
        }
    }

    static void logicalXor(double[] in, double[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (in[k] != 0.0) ^ (inout[k] != 0.0) ? 1.0 : 0.0;
        }
    }

    /** Complex product: real and imaginary parts alternate. */
    static void complexProd(double[] in, double[] inout, int n) {
        for (int k = 0; k < n; k += 2) {
            double a = in[k];
            double b = in[k + 1];
            double c = inout[k];
            double d = inout[k + 1];
            inout[k] = a * c - b * d;
            inout[k + 1] = a * d + b * c;
        }
    }

    private DoubleFolds() {}
}
