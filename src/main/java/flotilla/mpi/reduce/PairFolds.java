package flotilla.mpi.reduce;

import flotilla.mpi.datatype.BasicType;
import flotilla.mpi.datatype.Representation;

/**
 * MPI_MAXLOC and MPI_MINLOC (MPI-3.1 section 5.9.4): the extreme value with the index that came with it, the smallest
 * index among equal values. A pair takes whole words of a {@code long} array, padding included.
 */
final class PairFolds {
    /** Which of two pairs is nearer to the extreme: positive for the first, 0 for equal values. */
    @FunctionalInterface
    private interface Order {
        int compare(long[] a, int i, long[] b, int j);
    }

    /** The fold for a pair type; {@code words} is its extent in words. */
    static Fold of(BasicType pair, boolean max, int words) {
        Order values = values(pair.first().representation());
        Order indices = indices(pair);
        int direction = max ? 1 : -1;
        return (in, inout, n) -> {
            var a = (long[]) in;
            var b = (long[]) inout;
            for (int k = 0; k < n; k += words) {
                int order = direction * values.compare(a, k, b, k);
                if (order > 0 || order == 0 && indices.compare(a, k, b, k) < 0) {
                    System.arraycopy(a, k, b, k, words);
                }
            }
        };
    }

    private static Order values(Representation representation) {
        return switch (representation) {
            case FLOAT32 -> (a, i, b, j) -> compare(Float.intBitsToFloat((int) a[i]), Float.intBitsToFloat((int) b[j]));
            case FLOAT64 -> (a, i, b, j) -> compare(Double.longBitsToDouble(a[i]), Double.longBitsToDouble(b[j]));
            case INT16 -> (a, i, b, j) -> Short.compare((short) a[i], (short) b[j]);
            case INT32 -> (a, i, b, j) -> Integer.compare((int) a[i], (int) b[j]);
            case INT64 -> (a, i, b, j) -> Long.compare(a[i], b[j]);
            case FLOAT80 -> (a, i, b, j) -> X87.isNan(a, i) || X87.isNan(b, j) || X87.isZero(a, i) && X87.isZero(b, j)
                    ? 0 : X87.compare(a, i, b, j);
            default -> throw new IllegalArgumentException("no pair has a value of " + representation);
        };
    }

    /** NaN and zeros of either sign count as equal. */
    private static int compare(double a, double b) {
        return a > b ? 1 : a < b ? -1 : 0;
    }

    private static Order indices(BasicType pair) {
        int word = pair.secondOffset() / 8;
        int shift = 8 * (pair.secondOffset() % 8);
        return switch (pair.second().representation()) {
            case INT32 -> (a, i, b, j) -> Integer.compare((int) (a[i + word] >>> shift), (int) (b[j + word] >>> shift));
            case FLOAT32 -> (a, i, b, j) -> compare(Float.intBitsToFloat((int) (a[i + word] >>> shift)),
                    Float.intBitsToFloat((int) (b[j + word] >>> shift)));
            case FLOAT64 -> (a, i, b, j) -> compare(Double.longBitsToDouble(a[i + word]), Double.longBitsToDouble(b[j + word]));
            default -> throw new IllegalArgumentException("no pair has an index of " + pair.second().representation());
        };
    }

    private PairFolds() {}
}
