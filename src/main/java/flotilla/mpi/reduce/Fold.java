package flotilla.mpi.reduce;

/** {@code inout[offset + i] = in[inOffset + i] op inout[offset + i]}, on arrays of one {@link Carrier}. */
@FunctionalInterface
interface Fold {
    /** @param length array entries, a multiple of those of an element */
    void fold(Object in, int inOffset, Object inout, int offset, int length);
}
