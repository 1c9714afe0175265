package flotilla.mpi.reduce;

/**
 * One predefined operation on one representation. All predefined operations are commutative, bit by bit: the order in which
 * vectors are folded into an accumulator matters only where rounding does.
 *
 * <p>Instances are shared and immutable; two calls may be combined exactly if they found the same instance.
 */
public final class Kernel {
    /** Bytes of a piece that is combined at a time: both operands, here and in memory, fit the first-level cache together. */
    public static final int PIECE_BYTES = 4 << 10;

    private final String name;
    private final Carrier carrier;
    private final int entries;
    private final Fold fold;

    Kernel(String name, Carrier carrier, int entries, Fold fold) {
        this.name = name;
        this.carrier = carrier;
        this.entries = entries;
        this.fold = fold;
    }

    public Carrier carrier() {
        return carrier;
    }

    /** Array entries of one element. */
    public int entries() {
        return entries;
    }

    /** Bytes from one element to the next, in memory. */
    public int elementBytes() {
        return entries * carrier.bytes();
    }

    /** Elements in a piece. */
    public int pieceElements() {
        return PIECE_BYTES / elementBytes();
    }

    /** {@code inout = in op inout} for the first {@code length} entries of two arrays of the carrier. */
    public void fold(Object in, Object inout, int length) {
        fold.fold(in, inout, length);
    }

    /** {@code inout[i] = in[i] op inout[i]} for {@code count} elements in memory, as MPI_Reduce_local; the ranges do not overlap. */
    public void combine(long in, long inout, long count) {
        Pieces pieces = Pieces.get();
        Object a = pieces.first(carrier);
        Object b = pieces.second(carrier);
        int step = pieceElements();
        for (long done = 0; done < count; done += step) {
            int length = (int) Math.min(step, count - done) * entries;
            long at = done * elementBytes();
            carrier.load(in + at, a, 0, length);
            carrier.load(inout + at, b, 0, length);
            fold.fold(a, b, length);
            carrier.store(b, 0, length, inout + at);
        }
    }

    /** For messages: "MPI_SUM on FLOAT64". */
    @Override
    public String toString() {
        return name;
    }
}
