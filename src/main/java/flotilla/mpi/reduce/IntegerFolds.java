package flotilla.mpi.reduce;

import flotilla.abi.StandardAbi;

/** The fold of each operation on integers and logicals, by width. */
final class IntegerFolds {
    static Fold bytes(int operation, boolean unsigned) {
        return switch (operation) {
            case StandardAbi.MAX -> unsigned
                    ? (in, inout, n) -> ByteFolds.unsignedMax((byte[]) in, (byte[]) inout, n)
                    : (in, inout, n) -> ByteFolds.max((byte[]) in, (byte[]) inout, n);
            case StandardAbi.MIN -> unsigned
                    ? (in, inout, n) -> ByteFolds.unsignedMin((byte[]) in, (byte[]) inout, n)
                    : (in, inout, n) -> ByteFolds.min((byte[]) in, (byte[]) inout, n);
            case StandardAbi.SUM -> (in, inout, n) -> ByteFolds.sum((byte[]) in, (byte[]) inout, n);
            case StandardAbi.PROD -> (in, inout, n) -> ByteFolds.prod((byte[]) in, (byte[]) inout, n);
            case StandardAbi.BAND -> (in, inout, n) -> ByteFolds.and((byte[]) in, (byte[]) inout, n);
            case StandardAbi.BOR -> (in, inout, n) -> ByteFolds.or((byte[]) in, (byte[]) inout, n);
            case StandardAbi.BXOR -> (in, inout, n) -> ByteFolds.xor((byte[]) in, (byte[]) inout, n);
            case StandardAbi.LAND -> (in, inout, n) -> ByteFolds.logicalAnd((byte[]) in, (byte[]) inout, n);
            case StandardAbi.LOR -> (in, inout, n) -> ByteFolds.logicalOr((byte[]) in, (byte[]) inout, n);
            case StandardAbi.LXOR -> (in, inout, n) -> ByteFolds.logicalXor((byte[]) in, (byte[]) inout, n);
            default -> throw new IllegalArgumentException(Kernels.name(operation));
        };
    }

    static Fold shorts(int operation, boolean unsigned) {
        return switch (operation) {
            case StandardAbi.MAX -> unsigned
                    ? (in, inout, n) -> ShortFolds.unsignedMax((short[]) in, (short[]) inout, n)
                    : (in, inout, n) -> ShortFolds.max((short[]) in, (short[]) inout, n);
            case StandardAbi.MIN -> unsigned
                    ? (in, inout, n) -> ShortFolds.unsignedMin((short[]) in, (short[]) inout, n)
                    : (in, inout, n) -> ShortFolds.min((short[]) in, (short[]) inout, n);
            case StandardAbi.SUM -> (in, inout, n) -> ShortFolds.sum((short[]) in, (short[]) inout, n);
            case StandardAbi.PROD -> (in, inout, n) -> ShortFolds.prod((short[]) in, (short[]) inout, n);
            case StandardAbi.BAND -> (in, inout, n) -> ShortFolds.and((short[]) in, (short[]) inout, n);
            case StandardAbi.BOR -> (in, inout, n) -> ShortFolds.or((short[]) in, (short[]) inout, n);
            case StandardAbi.BXOR -> (in, inout, n) -> ShortFolds.xor((short[]) in, (short[]) inout, n);
            case StandardAbi.LAND -> (in, inout, n) -> ShortFolds.logicalAnd((short[]) in, (short[]) inout, n);
            case StandardAbi.LOR -> (in, inout, n) -> ShortFolds.logicalOr((short[]) in, (short[]) inout, n);
            case StandardAbi.LXOR -> (in, inout, n) -> ShortFolds.logicalXor((short[]) in, (short[]) inout, n);
            default -> throw new IllegalArgumentException(Kernels.name(operation));
        };
    }

    static Fold ints(int operation, boolean unsigned) {
        return switch (operation) {
            case StandardAbi.MAX -> unsigned
                    ? (in, inout, n) -> IntFolds.unsignedMax((int[]) in, (int[]) inout, n)
                    : (in, inout, n) -> IntFolds.max((int[]) in, (int[]) inout, n);
            case StandardAbi.MIN -> unsigned
                    ? (in, inout, n) -> IntFolds.unsignedMin((int[]) in, (int[]) inout, n)
                    : (in, inout, n) -> IntFolds.min((int[]) in, (int[]) inout, n);
            case StandardAbi.SUM -> (in, inout, n) -> IntFolds.sum((int[]) in, (int[]) inout, n);
            case StandardAbi.PROD -> (in, inout, n) -> IntFolds.prod((int[]) in, (int[]) inout, n);
            case StandardAbi.BAND -> (in, inout, n) -> IntFolds.and((int[]) in, (int[]) inout, n);
            case StandardAbi.BOR -> (in, inout, n) -> IntFolds.or((int[]) in, (int[]) inout, n);
            case StandardAbi.BXOR -> (in, inout, n) -> IntFolds.xor((int[]) in, (int[]) inout, n);
            case StandardAbi.LAND -> (in, inout, n) -> IntFolds.logicalAnd((int[]) in, (int[]) inout, n);
            case StandardAbi.LOR -> (in, inout, n) -> IntFolds.logicalOr((int[]) in, (int[]) inout, n);
            case StandardAbi.LXOR -> (in, inout, n) -> IntFolds.logicalXor((int[]) in, (int[]) inout, n);
            default -> throw new IllegalArgumentException(Kernels.name(operation));
        };
    }

    static Fold longs(int operation, boolean unsigned) {
        return switch (operation) {
            case StandardAbi.MAX -> unsigned
                    ? (in, inout, n) -> LongFolds.unsignedMax((long[]) in, (long[]) inout, n)
                    : (in, inout, n) -> LongFolds.max((long[]) in, (long[]) inout, n);
            case StandardAbi.MIN -> unsigned
                    ? (in, inout, n) -> LongFolds.unsignedMin((long[]) in, (long[]) inout, n)
                    : (in, inout, n) -> LongFolds.min((long[]) in, (long[]) inout, n);
            case StandardAbi.SUM -> (in, inout, n) -> LongFolds.sum((long[]) in, (long[]) inout, n);
            case StandardAbi.PROD -> (in, inout, n) -> LongFolds.prod((long[]) in, (long[]) inout, n);
            case StandardAbi.BAND -> (in, inout, n) -> LongFolds.and((long[]) in, (long[]) inout, n);
            case StandardAbi.BOR -> (in, inout, n) -> LongFolds.or((long[]) in, (long[]) inout, n);
            case StandardAbi.BXOR -> (in, inout, n) -> LongFolds.xor((long[]) in, (long[]) inout, n);
            case StandardAbi.LAND -> (in, inout, n) -> LongFolds.logicalAnd((long[]) in, (long[]) inout, n);
            case StandardAbi.LOR -> (in, inout, n) -> LongFolds.logicalOr((long[]) in, (long[]) inout, n);
            case StandardAbi.LXOR -> (in, inout, n) -> LongFolds.logicalXor((long[]) in, (long[]) inout, n);
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
