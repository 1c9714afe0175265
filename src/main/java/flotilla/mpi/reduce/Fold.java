package flotilla.mpi.reduce;

/**
 * {@code inout[k] = in[k] op inout[k]} on arrays of one {@link Carrier}. Both begin at index 0: with different starts
 * HotSpot would have to assume that one array's stores feed the other's loads, and would not vectorize.
 */
@FunctionalInterface
interface Fold {
    /** @param length array entries, a multiple of those of an element */
    void fold(Object in, Object inout, int length);
}
