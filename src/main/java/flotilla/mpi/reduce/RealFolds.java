package flotilla.mpi.reduce;

import flotilla.abi.StandardAbi;

/** The fold of each operation on real and complex numbers, by format. */
final class RealFolds {
    static Fold floats(int operation, boolean complex) {
        return switch (operation) {
            case StandardAbi.MAX -> (in, inout, n) -> FloatFolds.max((float[]) in, (float[]) inout, n);
            case StandardAbi.MIN -> (in, inout, n) -> FloatFolds.min((float[]) in, (float[]) inout, n);
            case StandardAbi.SUM -> (in, inout, n) -> FloatFolds.sum((float[]) in, (float[]) inout, n);
            case StandardAbi.PROD -> complex
                    ? (in, inout, n) -> FloatFolds.complexProd((float[]) in, (float[]) inout, n)
                    : (in, inout, n) -> FloatFolds.prod((float[]) in, (float[]) inout, n);
            case StandardAbi.LAND -> (in, inout, n) -> FloatFolds.logicalAnd((float[]) in, (float[]) inout, n);
            case StandardAbi.LOR -> (in, inout, n) -> FloatFolds.logicalOr((float[]) in, (float[]) inout, n);
            case StandardAbi.LXOR -> (in, inout, n) -> FloatFolds.logicalXor((float[]) in, (float[]) inout, n);
            default -> throw new IllegalArgumentException(Kernels.name(operation));
        };
    }

    static Fold doubles(int operation, boolean complex) {
        return switch (operation) {
            case StandardAbi.MAX -> (in, inout, n) -> DoubleFolds.max((double[]) in, (double[]) inout, n);
            case StandardAbi.MIN -> (in, inout, n) -> DoubleFolds.min((double[]) in, (double[]) inout, n);
            case StandardAbi.SUM -> (in, inout, n) -> DoubleFolds.sum((double[]) in, (double[]) inout, n);
            case StandardAbi.PROD -> complex
                    ? (in, inout, n) -> DoubleFolds.complexProd((double[]) in, (double[]) inout, n)
                    : (in, inout, n) -> DoubleFolds.prod((double[]) in, (double[]) inout, n);
            case StandardAbi.LAND -> (in, inout, n) -> DoubleFolds.logicalAnd((double[]) in, (double[]) inout, n);
            case StandardAbi.LOR -> (in, inout, n) -> DoubleFolds.logicalOr((double[]) in, (double[]) inout, n);
            case StandardAbi.LXOR -> (in, inout, n) -> DoubleFolds.logicalXor((double[]) in, (double[]) inout, n);
            default -> throw new IllegalArgumentException(Kernels.name(operation));
        };
    }

    static Fold halves(int operation, boolean complex) {
        return switch (operation) {
            case StandardAbi.MAX -> HalfFolds.each(Math::max);
            case StandardAbi.MIN -> HalfFolds.each(Math::min);
            case StandardAbi.SUM -> HalfFolds.each(Float::sum);
            case StandardAbi.PROD -> complex
                    ? (in, inout, n) -> HalfFolds.complexProd((short[]) in, (short[]) inout, n)
                    : HalfFolds.each((a, b) -> a * b);
            case StandardAbi.LAND -> HalfFolds.each((a, b) -> a != 0 & b != 0 ? 1 : 0);
            case StandardAbi.LOR -> HalfFolds.each((a, b) -> a != 0 | b != 0 ? 1 : 0);
            case StandardAbi.LXOR -> HalfFolds.each((a, b) -> a != 0 ^ b != 0 ? 1 : 0);
            default -> throw new IllegalArgumentException(Kernels.name(operation));
        };
    }

    static Fold extended(int operation, boolean complex) {
        return switch (operation) {
            case StandardAbi.MAX -> WideFolds.each(X87::max);
            case StandardAbi.MIN -> WideFolds.each(X87::min);
            case StandardAbi.SUM -> WideFolds.each(X87::add);
            case StandardAbi.PROD -> complex
                    ? WideFolds.complexProduct(X87::add, X87::subtract, X87::multiply)
                    : WideFolds.each(X87::multiply);
            case StandardAbi.LAND -> WideFolds.each((a, i, b, j, to, t) -> extendedTruth(!X87.isZero(a, i) & !X87.isZero(b, j), to, t));
            case StandardAbi.LOR -> WideFolds.each((a, i, b, j, to, t) -> extendedTruth(!X87.isZero(a, i) | !X87.isZero(b, j), to, t));
            case StandardAbi.LXOR -> WideFolds.each((a, i, b, j, to, t) -> extendedTruth(X87.isZero(a, i) ^ X87.isZero(b, j), to, t));
            default -> throw new IllegalArgumentException(Kernels.name(operation));
        };
    }

    static Fold quads(int operation, boolean complex) {
        return switch (operation) {
            case StandardAbi.MAX -> WideFolds.each(Quad::max);
            case StandardAbi.MIN -> WideFolds.each(Quad::min);
            case StandardAbi.SUM -> WideFolds.each(Quad::add);
            case StandardAbi.PROD -> complex
                    ? WideFolds.complexProduct(Quad::add, Quad::subtract, Quad::multiply)
                    : WideFolds.each(Quad::multiply);
            case StandardAbi.LAND -> WideFolds.each((a, i, b, j, to, t) -> quadTruth(!Quad.isZero(a, i) & !Quad.isZero(b, j), to, t));
            case StandardAbi.LOR -> WideFolds.each((a, i, b, j, to, t) -> quadTruth(!Quad.isZero(a, i) | !Quad.isZero(b, j), to, t));
            case StandardAbi.LXOR -> WideFolds.each((a, i, b, j, to, t) -> quadTruth(Quad.isZero(a, i) ^ Quad.isZero(b, j), to, t));
            default -> throw new IllegalArgumentException(Kernels.name(operation));
        };
    }

    /** 1.0 or 0.0. */
    private static void extendedTruth(boolean value, long[] to, int t) {
        to[t] = value ? Long.MIN_VALUE : 0;
        to[t + 1] = value ? 0x3fff : 0;
    }

    private static void quadTruth(boolean value, long[] to, int t) {
        to[t] = 0;
        to[t + 1] = value ? 0x3fffL << 48 : 0;
    }

    private RealFolds() {}
}
