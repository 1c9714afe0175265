package flotilla.mpi.reduce;

/** Folds of float vectors. MAX and MIN give NaN when either operand is one, so the result does not depend on the order. */
final class FloatFolds {
    static void max(float[] in, float[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = Math.max(in[k], inout[k]);
        }
    }

    static void min(float[] in, float[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = Math.min(in[k], inout[k]);
        }
    }

    static void sum(float[] in, float[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] + inout[k];
        }
    }

    static void prod(float[] in, float[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] * inout[k];
        }
    }

    static void logicalAnd(float[] in, float[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] != 0.0f & inout[k] != 0.0f ? 1.0f : 0.0f;
        }
    }

    static void logicalOr(float[] in, float[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = in[k] != 0.0f | inout[k] != 0.0f ? 1.0f : 0.0f;
        }
    }

    static void logicalXor(float[] in, float[] inout, int n) {
        for (int k = 0; k < n; k++) {
            inout[k] = (in[k] != 0.0f) ^ (inout[k] != 0.0f) ? 1.0f : 0.0f;
        }
    }

    /** Complex product: real and imaginary parts alternate. */
    static void complexProd(float[] in, float[] inout, int n) {
        for (int k = 0; k < n; k += 2) {
            float a = in[k];
            float b = in[k + 1];
            float c = inout[k];
            float d = inout[k + 1];
            inout[k] = a * c - b * d;
            inout[k + 1] = a * d + b * c;
        }
    }

    private FloatFolds() {}
}
