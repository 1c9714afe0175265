package flotilla.mpi.reduce;

/** Folds of float vectors. MAX and MIN give NaN when either operand is one, so the result does not depend on the order. */
final class FloatFolds {
    static void max(float[] in, int i, float[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = Math.max(in[i + k], inout[o + k]);
        }
    }

    static void min(float[] in, int i, float[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = Math.min(in[i + k], inout[o + k]);
        }
    }

    static void sum(float[] in, int i, float[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] + inout[o + k];
        }
    }

    static void prod(float[] in, int i, float[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] * inout[o + k];
        }
    }

    static void logicalAnd(float[] in, int i, float[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] != 0.0f & inout[o + k] != 0.0f ? 1.0f : 0.0f;
        }
    }

    static void logicalOr(float[] in, int i, float[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = in[i + k] != 0.0f | inout[o + k] != 0.0f ? 1.0f : 0.0f;
        }
    }

    static void logicalXor(float[] in, int i, float[] inout, int o, int n) {
        for (int k = 0; k < n; k++) {
            inout[o + k] = (in[i + k] != 0.0f) ^ (inout[o + k] != 0.0f) ? 1.0f : 0.0f;
        }
    }

    /** Complex product: real and imaginary parts alternate. */
    static void complexProd(float[] in, int i, float[] inout, int o, int n) {
        for (int k = 0; k < n; k += 2) {
            float a = in[i + k];
            float b = in[i + k + 1];
            float c = inout[o + k];
            float d = inout[o + k + 1];
            inout[o + k] = a * c - b * d;
            inout[o + k + 1] = a * d + b * c;
        }
    }

    private FloatFolds() {}
}
