package flotilla.mpi.reduce;

import flotilla.abi.StandardAbi;

/** The fold of each operation on real and complex numbers, by format. */
final class RealFolds {
    static Fold floats(int operation, boolean complex) {
        return switch (operation) {
            case StandardAbi.MAX -> (in, i, inout, o, n) -> FloatFolds.max((float[]) in, i, (float[]) inout, o, n);
            case StandardAbi.MIN -> (in, i, inout, o, n) -> FloatFolds.min((float[]) in, i, (float[]) inout, o, n);
            case StandardAbi.SUM -> (in, i, inout, o, n) -> FloatFolds.sum((float[]) in, i, (float[]) inout, o, n);
            case StandardAbi.PROD -> complex
                    ? (in, i, inout, o, n) -> FloatFolds.complexProd((float[]) in, i, (float[]) inout, o, n)
                    : (in, i, inout, o, n) -> FloatFolds.prod((float[]) in, i, (float[]) inout, o, n);
            case StandardAbi.LAND -> (in, i, inout, o, n) -> FloatFolds.logicalAnd((float[]) in, i, (float[]) inout, o, n);
            case StandardAbi.LOR -> (in, i, inout, o, n) -> FloatFolds.logicalOr((float[]) in, i, (float[]) inout, o, n);
            case StandardAbi.LXOR -> (in, i, inout, o, n) -> FloatFolds.logicalXor((float[]) in, i, (float[]) inout, o, n);
            default -> throw new IllegalArgumentException(Kernels.name(operation));
        };
    }

    static Fold doubles(int operation, boolean complex) {
        return switch (operation) {
            case StandardAbi.MAX -> (in, i, inout, o, n) -> DoubleFolds.max((double[]) in, i, (double[]) inout, o, n);
            case StandardAbi.MIN -> (in, i, inout, o, n) -> DoubleFolds.min((double[]) in, i, (double[]) inout, o, n);
            case StandardAbi.SUM -> (in, i, inout, o, n) -> DoubleFolds.sum((double[]) in, i, (double[]) inout, o, n);
            case StandardAbi.PROD -> complex
                    ? (in, i, inout, o, n) -> DoubleFolds.complexProd((double[]) in, i, (double[]) inout, o, n)
                    : (in, i, inout, o, n) -> DoubleFolds.prod((double[]) in, i, (double[]) inout, o, n);
            case StandardAbi.LAND -> (in, i, inout, o, n) -> DoubleFolds.logicalAnd((double[]) in, i, (double[]) inout, o, n);
            case StandardAbi.LOR -> (in, i, inout, o, n) -> DoubleFolds.logicalOr((double[]) in, i, (double[]) inout, o, n);
            case StandardAbi.LXOR -> (in, i, inout, o, n) -> DoubleFolds.logicalXor((double[]) in, i, (double[]) inout, o, n);
            default -> throw new IllegalArgumentException(Kernels.name(operation));
        };
    }

    static Fold halves(int operation, boolean complex) {
        return switch (operation) {
            case StandardAbi.MAX -> HalfFolds.each(Math::max);
            case StandardAbi.MIN -> HalfFolds.each(Math::min);
            case StandardAbi.SUM -> HalfFolds.each(Float::sum);
            case StandardAbi.PROD -> complex
                    ? (in, i, inout, o, n) -> HalfFolds.complexProd((short[]) in, i, (short[]) inout, o, n)
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
