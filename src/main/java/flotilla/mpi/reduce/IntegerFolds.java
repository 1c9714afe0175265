package flotilla.mpi.reduce;

import flotilla.abi.StandardAbi;

/** The fold of each operation on integers and logicals, by width. */
final class IntegerFolds {
    static Fold bytes(int operation, boolean unsigned) {
        return switch (operation) {
            case StandardAbi.MAX -> unsigned
                    ? (in, i, inout, o, n) -> ByteFolds.unsignedMax((byte[]) in, i, (byte[]) inout, o, n)
                    : (in, i, inout, o, n) -> ByteFolds.max((byte[]) in, i, (byte[]) inout, o, n);
            case StandardAbi.MIN -> unsigned
                    ? (in, i, inout, o, n) -> ByteFolds.unsignedMin((byte[]) in, i, (byte[]) inout, o, n)
                    : (in, i, inout, o, n) -> ByteFolds.min((byte[]) in, i, (byte[]) inout, o, n);
            case StandardAbi.SUM -> (in, i, inout, o, n) -> ByteFolds.sum((byte[]) in, i, (byte[]) inout, o, n);
            case StandardAbi.PROD -> (in, i, inout, o, n) -> ByteFolds.prod((byte[]) in, i, (byte[]) inout, o, n);
            case StandardAbi.BAND -> (in, i, inout, o, n) -> ByteFolds.and((byte[]) in, i, (byte[]) inout, o, n);
            case StandardAbi.BOR -> (in, i, inout, o, n) -> ByteFolds.or((byte[]) in, i, (byte[]) inout, o, n);
            case StandardAbi.BXOR -> (in, i, inout, o, n) -> ByteFolds.xor((byte[]) in, i, (byte[]) inout, o, n);
            case StandardAbi.LAND -> (in, i, inout, o, n) -> ByteFolds.logicalAnd((byte[]) in, i, (byte[]) inout, o, n);
            case StandardAbi.LOR -> (in, i, inout, o, n) -> ByteFolds.logicalOr((byte[]) in, i, (byte[]) inout, o, n);
            case StandardAbi.LXOR -> (in, i, inout, o, n) -> ByteFolds.logicalXor((byte[]) in, i, (byte[]) inout, o, n);
            default -> throw new IllegalArgumentException(Kernels.name(operation));
        };
    }

    static Fold shorts(int operation, boolean unsigned) {
        return switch (operation) {
            case StandardAbi.MAX -> unsigned
                    ? (in, i, inout, o, n) -> ShortFolds.unsignedMax((short[]) in, i, (short[]) inout, o, n)
                    : (in, i, inout, o, n) -> ShortFolds.max((short[]) in, i, (short[]) inout, o, n);
            case StandardAbi.MIN -> unsigned
                    ? (in, i, inout, o, n) -> ShortFolds.unsignedMin((short[]) in, i, (short[]) inout, o, n)
                    : (in, i, inout, o, n) -> ShortFolds.min((short[]) in, i, (short[]) inout, o, n);
            case StandardAbi.SUM -> (in, i, inout, o, n) -> ShortFolds.sum((short[]) in, i, (short[]) inout, o, n);
            case StandardAbi.PROD -> (in, i, inout, o, n) -> ShortFolds.prod((short[]) in, i, (short[]) inout, o, n);
            case StandardAbi.BAND -> (in, i, inout, o, n) -> ShortFolds.and((short[]) in, i, (short[]) inout, o, n);
            case StandardAbi.BOR -> (in, i, inout, o, n) -> ShortFolds.or((short[]) in, i, (short[]) inout, o, n);
            case StandardAbi.BXOR -> (in, i, inout, o, n) -> ShortFolds.xor((short[]) in, i, (short[]) inout, o, n);
            case StandardAbi.LAND -> (in, i, inout, o, n) -> ShortFolds.logicalAnd((short[]) in, i, (short[]) inout, o, n);
            case StandardAbi.LOR -> (in, i, inout, o, n) -> ShortFolds.logicalOr((short[]) in, i, (short[]) inout, o, n);
            case StandardAbi.LXOR -> (in, i, inout, o, n) -> ShortFolds.logicalXor((short[]) in, i, (short[]) inout, o, n);
            default -> throw new IllegalArgumentException(Kernels.name(operation));
        };
    }

    static Fold ints(int operation, boolean unsigned) {
        return switch (operation) {
            case StandardAbi.MAX -> unsigned
                    ? (in, i, inout, o, n) -> IntFolds.unsignedMax((int[]) in, i, (int[]) inout, o, n)
                    : (in, i, inout, o, n) -> IntFolds.max((int[]) in, i, (int[]) inout, o, n);
            case StandardAbi.MIN -> unsigned
                    ? (in, i, inout, o, n) -> IntFolds.unsignedMin((int[]) in, i, (int[]) inout, o, n)
                    : (in, i, inout, o, n) -> IntFolds.min((int[]) in, i, (int[]) inout, o, n);
            case StandardAbi.SUM -> (in, i, inout, o, n) -> IntFolds.sum((int[]) in, i, (int[]) inout, o, n);
            case StandardAbi.PROD -> (in, i, inout, o, n) -> IntFolds.prod((int[]) in, i, (int[]) inout, o, n);
            case StandardAbi.BAND -> (in, i, inout, o, n) -> IntFolds.and((int[]) in, i, (int[]) inout, o, n);
            case StandardAbi.BOR -> (in, i, inout, o, n) -> IntFolds.or((int[]) in, i, (int[]) inout, o, n);
            case StandardAbi.BXOR -> (in, i, inout, o, n) -> IntFolds.xor((int[]) in, i, (int[]) inout, o, n);
            case StandardAbi.LAND -> (in, i, inout, o, n) -> IntFolds.logicalAnd((int[]) in, i, (int[]) inout, o, n);
            case StandardAbi.LOR -> (in, i, inout, o, n) -> IntFolds.logicalOr((int[]) in, i, (int[]) inout, o, n);
            case StandardAbi.LXOR -> (in, i, inout, o, n) -> IntFolds.logicalXor((int[]) in, i, (int[]) inout, o, n);
            default -> throw new IllegalArgumentException(Kernels.name(operation));
        };
    }

    static Fold longs(int operation, boolean unsigned) {
        return switch (operation) {
            case StandardAbi.MAX -> unsigned
                    ? (in, i, inout, o, n) -> LongFolds.unsignedMax((long[]) in, i, (long[]) inout, o, n)
                    : (in, i, inout, o, n) -> LongFolds.max((long[]) in, i, (long[]) inout, o, n);
            case StandardAbi.MIN -> unsigned
                    ? (in, i, inout, o, n) -> LongFolds.unsignedMin((long[]) in, i, (long[]) inout, o, n)
                    : (in, i, inout, o, n) -> LongFolds.min((long[]) in, i, (long[]) inout, o, n);
            case StandardAbi.SUM -> (in, i, inout, o, n) -> LongFolds.sum((long[]) in, i, (long[]) inout, o, n);
            case StandardAbi.PROD -> (in, i, inout, o, n) -> LongFolds.prod((long[]) in, i, (long[]) inout, o, n);
            case StandardAbi.BAND -> (in, i, inout, o, n) -> LongFolds.and((long[]) in, i, (long[]) inout, o, n);
            case StandardAbi.BOR -> (in, i, inout, o, n) -> LongFolds.or((long[]) in, i, (long[]) inout, o, n);
            case StandardAbi.BXOR -> (in, i, inout, o, n) -> LongFolds.xor((long[]) in, i, (long[]) inout, o, n);
            case StandardAbi.LAND -> (in, i, inout, o, n) -> LongFolds.logicalAnd((long[]) in, i, (long[]) inout, o, n);
            case StandardAbi.LOR -> (in, i, inout, o, n) -> LongFolds.logicalOr((long[]) in, i, (long[]) inout, o, n);
            case StandardAbi.LXOR -> (in, i, inout, o, n) -> LongFolds.logicalXor((long[]) in, i, (long[]) inout, o, n);
            default -> throw new IllegalArgumentException(Kernels.name(operation));
        };
    }

    static Fold wide(int operation) {
        return switch (operation) {
            case StandardAbi.MAX -> WideFolds.each(WideFolds::max);
            case StandardAbi.MIN -> WideFolds.each(WideFolds::min);
            case StandardAbi.SUM -> WideFolds.each(WideFolds::add);
            case StandardAbi.PROD -> WideFolds.each(WideFolds::multiply);
            case StandardAbi.LAND -> WideFolds.each(WideFolds::logicalAnd);
            case StandardAbi.LOR -> WideFolds.each(WideFolds::logicalOr);
            case StandardAbi.LXOR -> WideFolds.each(WideFolds::logicalXor);
            // Bitwise operations do not care where a number ends.
            default -> longs(operation, false);
        };
    }

    private IntegerFolds() {}
}
