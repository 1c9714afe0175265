package flotilla.mpi.reduce;

/** Folds of IEEE 754 binary16. Each operation is done in single precision and rounded once: exact enough to be correct for both. */
final class HalfFolds {
    @FunctionalInterface
    interface Binary {
        float apply(float a, float b);
    }

    static Fold each(Binary operation) {
        return (in, inout, n) -> {
            var a = (short[]) in;
            var b = (short[]) inout;
            for (int k = 0; k < n; k++) {
                float result = operation.apply(Float.float16ToFloat(a[k]), Float.float16ToFloat(b[k]));
                b[k] = Float.floatToFloat16(result);
            }
        };
    }

    static void complexProd(short[] in, short[] inout, int n) {
        for (int k = 0; k < n; k += 2) {
            float a = Float.float16ToFloat(in[k]);
            float b = Float.float16ToFloat(in[k + 1]);
            float c = Float.float16ToFloat(inout[k]);
            float d = Float.float16ToFloat(inout[k + 1]);
            inout[k] = Float.floatToFloat16(a * c - b * d);
            inout[k + 1] = Float.floatToFloat16(a * d + b * c);
        }
    }

    private HalfFolds() {}
}
